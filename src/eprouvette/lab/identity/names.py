"""Names as they are compared, searched and heard.

Source: RNIV 1 v2.0 (EXI SI 03, EXI PP 20: hyphen and apostrophe count as a blank). `directory.rules.search_key` is
the folded form; here is what is made of it.
"""

from __future__ import annotations

import re
from typing import Final

from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.errors import MisreadTextError

_RULES: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"PH", "F"),
        (r"CHR", "KR"),
        (r"S?CH|SH", "X"),
        (r"SC(?=[EIY])", "S"),
        (r"C(?=[EIY])", "S"),
        (r"QU|Q|CK|C", "K"),
        (r"GU(?=[EIY])", "G#"),
        (r"(?<!G)G(?=[EIY])(?!#)", "J"),
        (r"#", ""),
        (r"GN|NI(?=[AEIOU])", "N"),
        (r"H", ""),
        (r"W", "V"),
        (r"Z", "S"),
        (r"EAU|AU", "O"),
        (r"OEU|OE|EU", "E"),
        (r"OU", "U"),
        # A nasal vowel, where N or M does not open the next syllable.
        (r"(?:AI|EI|I|Y|U)[NM](?![AEIOUYNM])", "1"),
        (r"[AE][NM](?![AEIOUYNM])", "2"),
        (r"O[NM](?![AEIOUYNM])", "3"),
        (r"A[IY]|E[IY]", "E"),
        (r"Y", "I"),
        (r"(.)\1+", r"\1"),
        # Final letters that French does not sound: DUPONT, DUPOND, DUPONS.
        (r"(?<=..)E?[STDXP]*$", ""),
    )
)
SOUND_SIZE: Final = 40


def sound_of(name: str) -> str:
    """How a French name is heard, as a key: ``DUPONT``, ``DUPOND`` and ``Du Pont`` give the same.

    Wrong on purpose for other languages: it proposes candidates, the distance of traits decides.
    """
    heard = search_key(name).replace(" ", "")
    for pattern, sound in _RULES:
        heard = pattern.sub(sound, heard)
    return heard[:SOUND_SIZE]


def is_misread(text: str) -> bool:
    """True for letters decoded with the wrong table: ``JÃ©rÃ´me`` (UTF-8 read as Latin-1), ``J\ufffdr\ufffdme``.

    ``SÃO`` and ``JÉRÔME`` are names: false.
    """
    if any(sign == "\ufffd" or "\x80" <= sign <= "\x9f" for sign in text):
        return True
    for table in ("cp1252", "latin-1"):
        try:
            again = text.encode(table).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if again != text:
            return True
    return False


def decoded(raw: bytes, charset: str) -> str:
    """Bytes of a message as text, by the table that the message names.

    Raises `MisreadTextError` when they are not of that table, or are UTF-8 said to be something else.
    """
    try:
        text = raw.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise MisreadTextError from error
    if is_misread(text):
        raise MisreadTextError
    return text
