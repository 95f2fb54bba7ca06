"""From the bytes of a message to results that the laboratory can record; pure.

The local code is the one whose system is local (``99…`` or ``L``); a LOINC code (``LN``) is tried when the
local one is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.standards.hl7v2 import charset, er7
from eprouvette.standards.hl7v2.oru import ObservedValue, ResultMessage, read_results

_DONE_LATER = frozenset("IOS")
"""OBX-11 of what has no value yet: nothing to record."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A message whose characters and MSH could be read."""

    message: er7.Message
    warning: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Sending application, sending facility and MSH-10, as they came."""
        head = self.message.header
        return (head.raw(3)[:200], head.raw(4)[:200], head.text(10)[:200])


def readable(raw: bytes) -> Readable:
    """The message of these bytes; raises `Hl7Error` when characters or MSH cannot be read."""
    decoded = charset.decode(raw)
    return Readable(er7.parse(decoded.text), decoded.warning)


def results_of(message: er7.Message, received_at: datetime) -> tuple[ResultMessage, list[IncomingResult]]:
    """The message read whole, and its results; a value without a time carries ``received_at``.

    Raises `Hl7Error` naming the place.
    """
    read = read_results(message)
    return read, [_incoming(value, received_at) for value in read.values if value.status not in _DONE_LATER]


def _incoming(value: ObservedValue, received_at: datetime) -> IncomingResult:
    loinc = next((code for code, system in value.codes if system == "LN"), "")
    local = next((code for code, system in value.codes if system != "LN"), "")
    return IncomingResult(
        exam_code=local,
        loinc=loinc,
        value=value.value,
        unit=value.unit,
        measured_at=value.measured_at or received_at,
        status=value.status,
        flags=value.flags,
        device=value.device,
        method=value.method,
        comment=value.comment,
        place=value.place,
    )
