"""The text of the INS DataMatrix, both ways.

Source: ANS, format of the INS datamatrix v2.2 (digest ``exchanges.md`` 1.7): header of 26 characters, then blocks; a
block of variable length that is neither full nor last ends with GS. A reader takes the blocks in any order, and a blank
or nothing where a scanner lost the GS: no value holds an ``S`` followed by a digit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import Ins
from eprouvette.standards.report.errors import DamagedInsTextError, NotAnInsTextError

HEADER: Final = "IS01" + "0" * 22
GS: Final = "\x1d"
NAMES: Final = 100
OID: Final = 20
MAX_TEXT: Final = 400
_SEPARATORS: Final = re.compile("[\x1d\u241d\x1e ]|\\^\\]|<GS>|\\{GS\\}")
_BLOCK: Final = re.compile(r"S([1-7])")
_NAME: Final = re.compile(r"[A-Z]+(?:['\- ]+[A-Z]+)*['\-]?")
_SPELLED: Final = str.maketrans({"Œ": "OE", "Æ": "AE", "’": "'"})
_STRANGERS: Final = (
    (re.compile(r"DC0\d"), "Ce code est un 2D-Doc (permis de conduire, justificatif, titre), pas un DataMatrix INS."),
    (re.compile(r"D1|ID[A-Z]{3}|P[<A-Z][A-Z]{3}|I[<A-Z][A-Z]{3}<?"), "Ce code est la bande d'un titre d'identité."),
    (re.compile(r"(?:\]d2|\x1d)?01\d{14}"), "Ce code est celui d'un médicament ou d'un dispositif."),
    (re.compile(r"(?i:https?://)"), "Ce code est une adresse internet."),
)


@dataclass(frozen=True, slots=True)
class InsText:
    """What a DataMatrix says: strict traits in capitals without accents, ``birth_date`` as ``AAAAMMJJ``."""

    ins: Ins
    given_names: str
    family_name: str
    sex: str
    birth_date: str
    cog: str = ""


def plain(name: str) -> str:
    """Capitals without accents, as INSi writes strict traits."""
    parted = unicodedata.normalize("NFKD", name.upper().translate(_SPELLED))
    return "".join(letter for letter in parted if letter.isascii())


def write(said: InsText) -> str:
    """The text of the DataMatrix; names longer than the format holds are cut."""
    born = said.birth_date
    blocks = [
        ("S1", said.ins.value, 15),
        ("S2", said.ins.oid, OID),
        ("S3", plain(said.given_names), NAMES),
        ("S4", plain(said.family_name), NAMES),
        ("S5", said.sex, 1),
        ("S6", f"{born[6:]}-{born[4:6]}-{born[:4]}", 10),
    ]
    if said.cog:
        blocks.append(("S7", said.cog, 5))
    last = blocks[-1][0]
    return HEADER + "".join(
        f"{name}{text[:size]}{'' if len(text) >= size or name == last else GS}" for name, text, size in blocks
    )


def read(text: str) -> InsText:
    """What a scanned text says.

    Raises `NotAnInsTextError` for the code of another document, `DamagedInsTextError` when a part of it is missing
    or cannot be what it says; the key is not verified here (`Ins.has_valid_key`).
    """
    text = text.strip("\r\n\t")
    if not text.startswith("IS01"):
        raise NotAnInsTextError(_stranger(text))
    if len(text) > MAX_TEXT or not text.startswith(HEADER):
        raise DamagedInsTextError
    values = _blocks(text[len(HEADER) :])
    if missing := {"1", "2", "3", "4", "5", "6"} - values.keys():
        raise DamagedInsTextError(f"DataMatrix INS incomplet : bloc S{min(missing)} absent.")
    try:
        ins = Ins(values["1"], values["2"])
    except InvalidValueError as error:
        raise DamagedInsTextError(
            "DataMatrix INS abîmé : le matricule ou son OID n'a pas la forme attendue."
        ) from error
    return InsText(
        ins=ins,
        given_names=_name(values["3"]),
        family_name=_name(values["4"]),
        sex=_fitting(values["5"], r"[FM]", "le sexe"),
        birth_date=_date(values["6"]),
        cog=_fitting(values.get("7", ""), r"(?:(?:\d{2}|2[AB])\d{3})?", "le lieu de naissance"),
    )


def _stranger(text: str) -> str:
    for form, sentence in _STRANGERS:
        if form.match(text):
            return sentence
    return "Ce code n'est pas un DataMatrix INS."


def _blocks(body: str) -> dict[str, str]:
    parts = _BLOCK.split(_SEPARATORS.sub(" ", body))
    names, values = parts[1::2], parts[2::2]
    if parts[0].strip() or len(set(names)) != len(names):
        raise DamagedInsTextError
    return {name: value.strip() for name, value in zip(names, values, strict=True)}


def _name(value: str) -> str:
    if len(value) > NAMES or not _NAME.fullmatch(value):
        raise DamagedInsTextError("DataMatrix INS abîmé : un nom n'a pas la forme attendue.")
    return value


def _fitting(value: str, form: str, what: str) -> str:
    if not re.fullmatch(form, value):
        raise DamagedInsTextError(f"DataMatrix INS abîmé : {what} n'a pas la forme attendue.")
    return value


def _date(value: str) -> str:
    if not re.fullmatch(r"\d{2}-\d{2}-\d{4}", value):
        raise DamagedInsTextError("DataMatrix INS abîmé : la date de naissance n'a pas la forme attendue.")
    day, month, year = value.split("-")
    try:
        date(int(year), int(month), int(day))
    except ValueError as error:
        raise DamagedInsTextError("DataMatrix INS abîmé : la date de naissance n'existe pas.") from error
    return f"{year}{month}{day}"
