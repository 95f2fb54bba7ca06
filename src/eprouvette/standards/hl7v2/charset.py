"""The characters of a message, by its own MSH-18.

Source: digest ``hl7v2.md`` 5.4: strict first; bytes that are UTF-8 although declared otherwise are read as
UTF-8 with a warning; what fits nothing is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.standards.hl7v2.errors import EncodingError

CODECS: Final = {
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "8859/15": "iso8859-15",
    "8859/1": "iso8859-1",
    "ASCII": "utf-8",
}
DEFAULT: Final = "8859/15"
"""What an empty MSH-18 means in France."""
_CONTROLS: Final = frozenset(chr(code) for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the charset that was used, and a French warning when it was not the declared one."""

    text: str
    charset: str
    warning: str = ""


def decode(raw: bytes, default: str = DEFAULT) -> Decoded:
    """The text of a message; raises `EncodingError` naming MSH-18."""
    declared = _declared(raw) or default
    codec = CODECS.get(declared)
    if codec is None:
        raise EncodingError(
            f"MSH-18 : le jeu de caractères « {declared[:20]} » n'est pas pris.", location="MSH^1^18", condition=103
        )
    if codec != "utf-8":
        return _as_latin(raw, declared, codec)
    try:
        return Decoded(_checked(raw.decode("utf-8")), declared)
    except UnicodeDecodeError:
        warning = "Le message annonce UTF-8 mais n'en est pas ; il a été lu en Windows-1252."
        try:
            return Decoded(_checked(raw.decode("cp1252")), "WINDOWS-1252", warning)
        except UnicodeDecodeError as error:
            raise EncodingError("Les caractères du message ne sont pas ceux de MSH-18.", location="MSH^1^18") from error


def _as_latin(raw: bytes, declared: str, codec: str) -> Decoded:
    if not raw.isascii():
        try:
            warning = f"Le message annonce {declared} mais est en UTF-8 ; il a été lu ainsi."
            return Decoded(_checked(raw.decode("utf-8")), "UNICODE UTF-8", warning)
        except UnicodeDecodeError:
            pass
    return Decoded(_checked(raw.decode(codec)), declared)


def _checked(text: str) -> str:
    if any(sign in _CONTROLS for sign in text):
        raise EncodingError("Le message contient un caractère de commande.", location="MSH^1^18")
    return text


def _declared(raw: bytes) -> str:
    """MSH-18 read from the bytes, before any decoding: its signs are ASCII in every charset taken."""
    line = raw.lstrip(b"\r\n ").splitlines()[:1]
    if not line or not line[0].startswith(b"MSH") or len(line[0]) < 4:
        return ""
    fields = line[0].split(line[0][3:4])
    return fields[17].split(b"~")[0].decode("ascii", "replace").strip() if len(fields) > 17 else ""
