"""What the paper says in its own way: marks, addresses, contacts, identities, moments.

Figures, units and names are those of `report.words`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.core.ins import Ins
from eprouvette.standards.report.people import Addressee, Informant, Patient, Professional, Telecom
from eprouvette.standards.report.results import ReferenceRange
from eprouvette.standards.report.words import PAGE, address, day, is_day

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
_MARKS: Final = {
    "H": "▲", "HU": "▲", ">": "▲", "HH": "▲▲", "HX": "▲▲", "L": "▼", "LU": "▼", "<": "▼", "LL": "▼▼", "LX": "▼▼",
    "A": "■", "AA": "■■", "POS": "■", "DET": "■", "R": "■", "RR": "■", "IND": "■", "W": "■",
    "WR": "■", "U": "■", "D": "■", "EX": "■", "NS": "■",
}  # fmt: skip
_SUSCEPTIBILITIES: Final = {
    "S": "Sensible",
    "SDD": "Sensible à forte posologie",
    "I": "Intermédiaire",
    "R": "Résistant",
    "NS": "Non sensible",
}
CRITICAL: Final = frozenset({"HH", "LL", "AA", "HX", "LX"})
_NATURES: Final = {
    oids.INS_NIR: "NIR",
    oids.INS_NIA: "NIA",
    oids.INS_NIR_TEST: "NIR de test",
    oids.INS_NIR_DEMO: "NIR de démonstration",
}
_TELECOMS: Final = {"tel": "Tél.", "fax": "Fax", "mailto": "Courriel", "http": "Site", "https": "Site"}


def reference(usual: ReferenceRange | None) -> str:
    """``0,70 – 1,10``, ``≤ 2,00`` or the text, then for whom."""
    if usual is None:
        return ""
    said = " ; ".join(part for part in (PAGE.bounds(usual.low, usual.high), usual.text) if part)
    return f"{said} ({usual.criteria})" if usual.criteria else said


def susceptibility(interpretation: str | None) -> str:
    """``Résistant (R)``: the words of a category of susceptibility, empty for any other interpretation."""
    words = _SUSCEPTIBILITIES.get(interpretation or "")
    return f"{words} ({interpretation})" if words else ""


def mark(interpretation: str | None) -> str:
    """The mark that survives a black-and-white print: ``▲``, ``▼▼``, ``■`` or nothing when normal."""
    return _MARKS.get(interpretation or "", "")


def moment(when: datetime | None) -> str:
    """``12/03/2026 à 10 h 42`` in Paris; empty when unknown."""
    return f"{when.astimezone(PARIS):%d/%m/%Y à %H\u00a0h\u00a0%M}" if when else ""


def moment_or_day(when: datetime | None) -> str:
    """`moment`, without the hour of what is known by its day alone."""
    return day(when) if when is not None and is_day(when) else moment(when)


def contact(telecom: Telecom) -> str:
    """``Tél. 03 84 00 00 00``, ``Courriel labo@…``; nothing for one that is absent."""
    if telecom.absent:
        return ""
    scheme, _, rest = telecom.value.partition(":")
    digits = rest if scheme in {"tel", "fax"} else ""
    if len(digits) == 10 and digits.isdigit():
        rest = "\u00a0".join(digits[i : i + 2] for i in range(0, 10, 2))
    return f"{_TELECOMS.get(scheme, scheme)}\u00a0{rest}"


def reach(who: Professional | Informant | Addressee) -> str:
    """Address and contacts on one line."""
    return " · ".join(part for part in (", ".join(address(who.address)), *map(contact, who.telecoms)) if part)


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
