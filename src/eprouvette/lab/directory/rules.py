"""What a practitioner's line must look like.

Source: REQ-AUT-05 (RPPS, 12-character national identifier), JDV J01, J245, J246.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from eprouvette.standards.annuaire import model as national
from eprouvette.standards.crbio.profile import CRBIO_2024_01, PROFILES, Version

CIVILITIES: Final[dict[str, str]] = {"M": "M.", "MME": "Mme"}
TITLES: Final[dict[str, str]] = {
    "DR": "Docteur",
    "PR": "Professeur",
    "MC": "Médecin-chef",
    "MG": "Médecin général",
    "PC": "Professeur certifié",
    "PG": "Professeur agrégé",
}
SPECIALTIES: Final[dict[str, str]] = {
    "G15_10/SM26": "Médecin - Qualifié en Médecine Générale (SM)",
    "G15_10/SM03": "Médecin - Biologie médicale (SM)",
    "G15_10/SM04": "Médecin - Cardiologie et maladies vasculaires (SM)",
    "G15_21": "Pharmacien",
    "G15_60": "Infirmier",
}
"""The specialties that the forms offer; any other code of J01 is taken with its label."""

PROFESSIONS: Final[dict[str, str]] = {
    "10": "Médecin",
    "21": "Pharmacien",
    "40": "Chirurgien-dentiste",
    "50": "Sage-femme",
    "60": "Infirmier",
}
"""Professions of TRE_G15 that prescribe or sample; the specialties of a physician are codes of TRE_R38."""

DEFAULT_PROFILE: Final[Version] = CRBIO_2024_01.version
REPORT_PROFILES: Final[dict[str, Version]] = {profile.version: profile.version for profile in PROFILES.values()}
"""The versions of CR-BIO that a correspondent may be sent, the default first."""

_RPPS = re.compile(r"\d{11}")
_STRUCTURE = re.compile(r"1\d[0-9AB]\d{7}|3\d{14}")


def is_rpps(text: str) -> bool:
    """True for eleven digits."""
    return _RPPS.fullmatch(text) is not None


def is_structure_id(text: str) -> bool:
    """True for ``1`` + FINESS (nine signs) or ``3`` + SIRET (fourteen digits)."""
    return _STRUCTURE.fullmatch(text) is not None


def national_id(rpps: str) -> str:
    """The 12-character national identifier of a professional: ``8`` + RPPS (REQ-AUT-05)."""
    return f"8{rpps}"


def telecom(phone: str) -> str:
    """A telephone as documents write it: ``tel:`` and digits (with a leading ``+`` if any)."""
    return "tel:" + re.sub(r"[^+0-9]", "", phone)


def search_key(name: str) -> str:
    """Capitals without accents nor punctuation, for a search by the start of a name."""
    spelled = name.upper().replace("Œ", "OE").replace("Æ", "AE")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", plain).split())


Holder = Literal["professional", "role", "structure"]


def holder(kind: Holder, number: str) -> str:
    """Who has a mailbox of the national directory, as one word."""
    return f"{kind}:{number}"


def professional_number(one: national.Professional) -> str:
    """The RPPS, read from the national identifier (``8`` + RPPS) when it stands alone; else that identifier."""
    if one.rpps:
        return one.rpps
    return one.idnps[1:] if one.idnps.startswith("8") and is_rpps(one.idnps[1:]) else one.idnps


def role_number(one: national.Role) -> str:
    """The directory's number of a role, else its technical id."""
    return one.identifier or one.technical_id


def structure_number(one: national.Structure) -> str:
    """The national identifier of a structure, made from its FINESS or SIRET when it is not given."""
    return one.idnst or (f"1{one.finess}" if one.finess else f"3{one.siret}")


def national_specialty(profession: str, specialty: str) -> tuple[str, str]:
    """The code of J01 and its words for a profession and a specialty of the national directory."""
    code = f"G15_{profession}" + (f"/{specialty}" if specialty else "")
    label = PROFESSIONS.get(profession, f"Profession {profession}" if profession else "Profession inconnue")
    return code, SPECIALTIES.get(code, f"{label} ({specialty})" if specialty else label)


def full_name(civility: str, title: str, given: str, family: str) -> str:
    """``Dr Paul LEVESQUE``, ``Mme Inès DUMOULIN``."""
    prefix = {"DR": "Dr", "PR": "Pr"}.get(title) or CIVILITIES.get(civility, "")
    return " ".join(part for part in (prefix, given, family.upper()) if part)
