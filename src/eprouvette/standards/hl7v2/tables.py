"""Code tables of HL7 v2 that the readers check against.

Source: HL7 v2.5 chapter 2 and chapter 7, tables by number; LAB TF rev. 11 for what is narrowed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Condition(StrEnum):
    """Table 0357, message error condition codes."""

    SEQUENCE = "100"
    REQUIRED = "101"
    DATA_TYPE = "102"
    TABLE = "103"
    CARDINALITY = "198"
    OTHER = "199"
    MESSAGE_TYPE = "200"
    EVENT = "201"
    PROCESSING_ID = "202"
    VERSION = "203"
    UNKNOWN_KEY = "204"
    DUPLICATE_KEY = "205"
    INTERNAL = "207"


CONDITION_LABELS: Final[dict[Condition, str]] = {
    Condition.SEQUENCE: "Segment sequence error",
    Condition.REQUIRED: "Required field missing",
    Condition.DATA_TYPE: "Data type error",
    Condition.TABLE: "Table value not found",
    Condition.CARDINALITY: "Non-conformant cardinality",
    Condition.OTHER: "Other HL7 error",
    Condition.MESSAGE_TYPE: "Unsupported message type",
    Condition.EVENT: "Unsupported event code",
    Condition.PROCESSING_ID: "Unsupported processing id",
    Condition.VERSION: "Unsupported version id",
    Condition.UNKNOWN_KEY: "Unknown key identifier",
    Condition.DUPLICATE_KEY: "Duplicate key identifier",
    Condition.INTERNAL: "Application internal error",
}

CODECS: Final[dict[str, str]] = {
    "ASCII": "ascii",
    "8859/1": "iso8859-1",
    "8859/15": "iso8859-15",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
}
"""Table 0211 as met in France, to Python codecs. ``UNICODE`` alone is read as UTF-8 (digest 5.4)."""

PROCESSING_IDS: Final = frozenset({"P", "T", "D"})
"""Table 0103."""

VERSIONS: Final = frozenset({"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"})
"""Table 0104, the versions whose ``ORU^R01`` keeps the fields that are read."""

RESULT_STATUSES: Final = frozenset({"C", "D", "F", "I", "O", "P", "R", "S", "W", "X"})
"""Table 0085 without ``U`` and ``N``, which LAB-3 forbids."""

STATUSES_WITHOUT_VALUE: Final = frozenset({"D", "I", "O", "W", "X"})
"""Statuses of table 0085 that say why there is no value."""

PENDING_STATUSES: Final = frozenset({"I", "O"})
"""The analysis has not begun: there is nothing to write yet."""

TEXT_TYPES: Final = frozenset({"ST", "TX", "FT", "IS", "ID"})
CODED_TYPES: Final = frozenset({"CE", "CWE", "CNE", "CF"})
ATTACHMENT_TYPES: Final = frozenset({"ED", "RP"})
"""Types of OBX-5 (table 0125): curves and images come as attachments."""

COMPARATORS: Final = frozenset({"", "=", "<", "<=", ">", ">="})
"""First component of a structured number (SN)."""

LOINC_SYSTEM: Final = "LN"
"""Table 0396."""
CONTROL_SPECIMEN: Final = "Q"
"""Table 0369, SPM-11: a quality-control specimen, never a patient's."""
