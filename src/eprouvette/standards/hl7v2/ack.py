"""Acknowledgements in original mode: ``MSH MSA [ERR]``.

Source: HL7 v2.5, 2.9.2 and 2.15; digest ``hl7v2.md`` 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eprouvette.core.dates import hl7_time
from eprouvette.standards.hl7v2.er7 import Message, Segment, header, segment
from eprouvette.standards.hl7v2.errors import CONDITIONS

AckCode = Literal["AA", "AE", "AR"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is told of a refusal: place (``OBX^3^5``), code of table 0357, sentence without patient data."""

    location: str
    condition: int
    sentence: str


def answer(
    request: Segment | None, code: AckCode, *, control_id: str, at: datetime, problem: Problem | None = None
) -> bytes:
    """The answer to the message whose MSH is ``request`` (None when no MSH could be read), in UTF-8.

    Sender and receiver are swapped, MSH-11 and MSH-12 copied; AE and AR carry an ERR.
    """
    event = request.text(9, 2) if request else ""
    fields = [
        *([request.raw(number) for number in (5, 6, 3, 4)] if request else ["", "", "", ""]),
        hl7_time(at),
        "",
        ["ACK", event, "ACK"] if event else "ACK",
        control_id,
        request.text(11) if request else "P",
        request.text(12) if request else "2.5",
        "",
        "",
        "",
        "",
        "FRA",
        "UNICODE UTF-8",
    ]
    segments = [header(fields), segment("MSA", code, request.text(10) if request else "")]
    if problem is not None:
        place: str | list[str] = problem.location.split("^") if "^" in problem.location else problem.location
        condition = [str(problem.condition), CONDITIONS[problem.condition], "HL70357"]
        segments.append(segment("ERR", "", place, condition, "E", "", "", "", problem.sentence))
    message = Message(segments[0].separators, tuple(segments))
    return message.encode().encode("utf-8")
