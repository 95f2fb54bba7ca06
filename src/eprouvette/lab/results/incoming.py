"""A value as it comes, from a message or from a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

NOT_DONE: Final = frozenset({"X", "D", "W"})
"""OBX-11: cannot be obtained, withdrawn, ordered in error (``hl7v2.md`` 3.4)."""
PENDING: Final = frozenset({"I", "O", "S", "N"})
"""OBX-11: nothing measured yet."""


@dataclass(frozen=True, slots=True)
class IncomingResult:
    """One result as received, before any reading.

    ``exam_code`` is the laboratory's local code, ``loinc`` is tried when the code is unknown. ``status`` is
    OBX-11. ``place`` says where the value stands in its message (``OBX[3]``), for the error sentence.
    """

    exam_code: str
    value: str
    measured_at: datetime
    unit: str = ""
    loinc: str = ""
    status: str = "F"
    flags: str = ""
    device: str = ""
    method: str = ""
    comment: str = ""
    place: str = ""
