"""Words and figures as French readers expect them.

Numbers: narrow no-break space between thousands, decimal comma, decimals as measured.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.core.ins import Ins
from eprouvette.standards.report.people import Address, Patient, PersonName, Professional, Telecom
from eprouvette.standards.report.results import (
    CodedResult,
    Interval,
    Limit,
    Numeric,
    Ratio,
    ReferenceRange,
    Text,
    Value,
)

THIN: Final = "\u202f"
SEXES: Final = {"F": "féminin", "M": "masculin", "UN": "indéterminé"}
ENCOUNTERS: Final = {
    "AMB": "ambulatoire",
    "EMER": "urgences",
    "IMP": "hospitalisation",
    "FLD": "terrain",
    "HH": "domicile",
    "VR": "à distance",
    "EXTERNE": "consultation externe",
    "SEANCE": "séance",
}
_COMPARATORS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_MARKS: Final = {
    "H": "▲", "HU": "▲", ">": "▲", "HH": "▲▲", "HX": "▲▲", "L": "▼", "LU": "▼", "<": "▼", "LL": "▼▼", "LX": "▼▼",
    "A": "■", "AA": "■■", "POS": "■", "DET": "■", "R": "■", "RR": "■", "I": "■", "IND": "■", "W": "■",
    "WR": "■", "U": "■", "D": "■", "EX": "■", "NS": "■",
}  # fmt: skip
CRITICAL: Final = frozenset({"HH", "LL", "AA", "HX", "LX"})
_NATURES: Final = {
    oids.INS_NIR: "NIR",
    oids.INS_NIA: "NIA",
    oids.INS_NIR_TEST: "NIR de test",
    oids.INS_NIR_DEMO: "NIR de démonstration",
}
_TELECOMS: Final = {"tel": "Tél.", "fax": "Fax", "mailto": "Courriel", "http": "Site", "https": "Site"}


def number(value: Decimal) -> str:
    """``1234.50`` as ``1 234,50`` (narrow no-break space); the decimals stay as they were measured."""
    return f"{value:,f}".replace(",", THIN).replace(".", ",").replace("-", "−")


def result(value: Value) -> str:
    """The value without its unit."""
    match value:
        case Numeric():
            return number(value.value)
        case Limit():
            return f"{_COMPARATORS[value.comparator]}\u00a0{number(value.value)}"
        case Interval():
            return f"{number(value.low)}\u00a0– {number(value.high)}"
        case Ratio():
            return f"{number(value.numerator)}/{number(value.denominator)}"
        case CodedResult() | Text():
            return value.text


def unit(value: Value | None) -> str:
    """The printed unit, else the UCUM one, else nothing."""
    if isinstance(value, Numeric | Limit | Interval):
        return value.printed_unit or value.unit or ""
    return ""


def reference(usual: ReferenceRange | None) -> str:
    """``0,70 – 1,10``, ``≤ 2,00`` or the text, then for whom."""
    if usual is None:
        return ""
    bounds = ""
    if usual.low is not None and usual.high is not None:
        bounds = f"{number(usual.low)}\u00a0– {number(usual.high)}"
    elif usual.low is not None:
        bounds = f"≥\u00a0{number(usual.low)}"
    elif usual.high is not None:
        bounds = f"≤\u00a0{number(usual.high)}"
    said = " ; ".join(part for part in (bounds, usual.text) if part)
    return f"{said} ({usual.criteria})" if usual.criteria else said


def mark(interpretation: str | None) -> str:
    """The mark that survives a black-and-white print: ``▲``, ``▼▼``, ``■`` or nothing when normal."""
    return _MARKS.get(interpretation or "", "")


def day(moment: datetime) -> str:
    """``12/03/2026`` in Paris."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y}"


def moment(when: datetime | None) -> str:
    """``12/03/2026 à 10 h 42`` in Paris; empty when unknown."""
    return f"{when.astimezone(PARIS):%d/%m/%Y à %H\u00a0h\u00a0%M}" if when else ""


def person(name: PersonName) -> str:
    """``Dr Anne AUBIN``, ``Mme Anne AUBIN`` when there is no title."""
    title = (name.suffix or "").capitalize() or {"M": "M.", "MME": "Mme"}.get(name.prefix or "", "")
    return " ".join(part for part in (title, name.given, name.family) if part)


def contact(telecom: Telecom) -> str:
    """``Tél. 03 84 00 00 00``, ``Courriel labo@…``."""
    scheme, _, rest = telecom.value.partition(":")
    digits = rest if scheme in {"tel", "fax"} else ""
    if len(digits) == 10 and digits.isdigit():
        rest = "\u00a0".join(digits[i : i + 2] for i in range(0, 10, 2))
    return f"{_TELECOMS.get(scheme, scheme)}\u00a0{rest}"


def address(where: Address | None) -> list[str]:
    """The lines of an address; empty when unknown."""
    if where is None:
        return []
    town = f"{where.postal_code} {where.city}".strip()
    return [line for line in (*where.lines, town, where.country) if line]


def professional(who: Professional) -> list[str]:
    """Name, then address and contacts, one line each."""
    return [person(who.name), *address(who.address), *map(contact, who.telecoms)]


def short_names(patient: Patient) -> str:
    """``PAT-TROIS DOMINIQUE``, with the used name after when it differs."""
    born = f"{patient.birth_family_name} {patient.first_given_name}"
    used = " ".join(part for part in (patient.used_family_name, patient.used_given_name) if part)
    return born if not used or used == born else f"{born} (utilisé : {used})"


def matricule(ins: Ins) -> str:
    """``2 79 03 51 215 189 89``: the groups that people read aloud."""
    text = ins.value
    groups = (text[0], text[1:3], text[3:5], text[5:7], text[7:10], text[10:13], text[13:])
    return "\u00a0".join(groups)


def nature(ins: Ins) -> str:
    """``NIR`` or ``NIA``, and whether it is a test number."""
    return _NATURES[ins.oid]
