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


@dataclass(frozen=True, slots=True)
class IncomingTest:
    """One line of an antibiogram as received; ``antibiotic`` is a local code, a LOINC code or words."""

    antibiotic: str
    mic: str = ""
    diameter: str = ""
    category: str = ""
    unit: str = ""
    method: str = ""
    technique_code: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMark:
    """A mark of resistance as received; ``found`` says present or absent."""

    marker: str
    found: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class IncomingIsolate:
    """One isolate as received, before any reading.

    ``exam_codes`` name the culture (its local code or LOINC); empty means the only culture of the dossier. ``rank``
    is OBX-4, 0 for the next one. ``organism`` is tried as a code, then ``words``. When it is not ``whole``, what it
    says completes the isolate of that rank.
    """

    exam_codes: tuple[str, ...]
    rank: int
    measured_at: datetime
    organism: str = ""
    words: str = ""
    quantity: str = ""
    comment: str = ""
    tests: tuple[IncomingTest, ...] = ()
    marks: tuple[IncomingMark, ...] = ()
    whole: bool = True
    place: str = ""
    quantity_place: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPicture:
    """A picture as received, for the result of an exam."""

    exam_codes: tuple[str, ...]
    label: str
    media_type: str
    content: bytes
    place: str = ""
