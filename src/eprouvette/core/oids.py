"""Object identifiers of the national nomenclatures that more than one room needs.

Source: CI-SIS, CR-BIO 2024.01 and structuration minimale; ANS, list of INS assigning authorities.
"""

from __future__ import annotations

import re
from typing import Final

from eprouvette.core.errors import InvalidValueError

LOINC: Final = "2.16.840.1.113883.6.1"
SNOMED_CT: Final = "2.16.840.1.113883.6.96"
NCBI_TAXONOMY: Final = "2.16.840.1.113883.3.9471"
OBSERVATION_METHOD: Final = "2.16.840.1.113883.5.84"
CIM_10: Final = "2.16.840.1.113883.6.3"
ATC: Final = "2.16.840.1.113883.6.73"
TA_ASIP: Final = "1.2.250.1.213.1.1.5.130"
"""National provisional codes, for tests and chapters that LOINC does not hold yet."""

MEDICAL_TERMS: Final = "1.2.250.1.213.1.1.4.322"
"""National terms of the screening programme (contexts, results, media)."""
INTERPRETATION: Final = "2.16.840.1.113883.5.83"
CONFIDENTIALITY: Final = "2.16.840.1.113883.5.25"
GENDER: Final = "2.16.840.1.113883.5.1"
ACT_CODE: Final = "2.16.840.1.113883.5.4"
SPECIMEN_TYPE: Final = "2.16.840.1.113883.18.311"
TECHNIQUE: Final = "1.2.250.1.213.2.3.5"

PROFESSIONAL: Final = "1.2.250.1.71.4.2.1"
"""Root of the national identifier of a professional (``8`` + RPPS)."""
STRUCTURE: Final = "1.2.250.1.71.4.2.2"
"""Root of the national identifier of a structure (``1`` + FINESS or ``3`` + SIRET)."""
FACILITY_TYPE: Final = "1.2.250.1.71.4.2.4"
SPECIALTY: Final = "1.2.250.1.213.1.1.4.5"
PRACTICE_SETTING: Final = "1.2.250.1.213.1.1.4.9"
ACCREDITATION: Final = "1.2.250.1.213.6.3.1"

INS_NIR: Final = "1.2.250.1.213.1.4.8"
INS_NIA: Final = "1.2.250.1.213.1.4.9"
INS_NIR_TEST: Final = "1.2.250.1.213.1.4.10"
INS_NIR_DEMO: Final = "1.2.250.1.213.1.4.11"
INS_OIDS: Final = frozenset({INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO})

_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
MAX_LENGTH: Final = 64
"""Longest OID that XDS accepts as a unique id (IHE ITI TF-3 4.2.3.1.7)."""


def is_oid(text: str) -> bool:
    """True for a dotted OID of at most 64 characters whose arcs have no leading zero."""
    return len(text) <= MAX_LENGTH and _OID.fullmatch(text) is not None


def child(root: str, *arcs: int) -> str:
    """The OID ``root.arc.arc…``; raises `InvalidValueError` when it is not a legal OID of 64 characters."""
    oid = ".".join([root, *(str(arc) for arc in arcs)])
    if not is_oid(oid):
        raise InvalidValueError(f"« {oid} » n'est pas un OID de 64 caractères au plus.")
    return oid
