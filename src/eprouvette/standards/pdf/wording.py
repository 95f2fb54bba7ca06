"""What the paper says in its own way: addresses, contacts, identities, moments.

Figures, units and names are those of `report.words`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.standards.report.people import Addressee, Informant, Patient, Professional, Telecom
from eprouvette.standards.report.results import ReferenceRange
from eprouvette.standards.report.words import PAGE, address, day, day_and_hour, is_day

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


def moment(when: datetime | None) -> str:
    """``12/03/2026 à 10:42`` in Paris; empty when unknown."""
    return day_and_hour(when) if when else ""


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


def names(patient: Patient) -> str:
    """``PAT-TROIS DOMINIQUE``: the birth name and the first given name of birth."""
    return f"{patient.birth_family_name} {patient.first_given_name}"


def used_names(patient: Patient) -> str:
    """``utilise DURAND Domi`` when one of the used names is not that of birth; else empty."""
    family = patient.used_family_name or patient.birth_family_name
    given = patient.used_given_name or patient.first_given_name
    born = (patient.birth_family_name, patient.first_given_name)
    return "" if (family, given) == born else f"utilise {family} {given}"


def short_set(patient: Patient) -> str:
    """What goes with `names` on every page after the first (REQ-INS-19), each trait with its nature."""
    born = {"M": "né", "F": "née", "UN": "né(e)"}[patient.sex]
    said = (
        "Nom et 1er prénom de naissance",
        f"{born} le {patient.birth_date.french()}",
        f"sexe {SEXES[patient.sex]}",
        f"nom utilisé {patient.used_family_name}" if patient.used_family_name else "",
        f"prénom utilisé {patient.used_given_name}" if patient.used_given_name else "",
    )
    return " · ".join(part for part in said if part)


def matricule(ins: Ins) -> str:
    """``2 79 03 51 215 189 89``: the groups that people read aloud."""
    text = ins.value
    groups = (text[0], text[1:3], text[3:5], text[5:7], text[7:10], text[10:13], text[13:])
    return "\u00a0".join(groups)


def nature(ins: Ins) -> str:
    """``NIR`` or ``NIA``, and whether it is a test number."""
    return _NATURES[ins.oid]
