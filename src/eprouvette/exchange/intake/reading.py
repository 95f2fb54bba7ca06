"""From the bytes of a message to results that the laboratory can record; pure.

The local code is the one whose system is local (``99…`` or ``L``); a LOINC code (``LN``) is tried when the
local one is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.exchange.intake.growth import Growth, isolates_of
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingPicture, IncomingResult
from eprouvette.standards.hl7v2 import charset, er7
from eprouvette.standards.hl7v2.oru import Attached, ObservedValue, ResultMessage

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


def readable(raw: bytes, default: str = charset.DEFAULT) -> Readable:
    """The message of these bytes, in the ``default`` charset when it names none.

    Raises `Hl7Error` when characters or MSH cannot be read.
    """
    decoded = charset.decode(raw, default)
    return Readable(er7.parse(decoded.text), decoded.warning)


@dataclass(frozen=True, slots=True)
class Content:
    """What a message brings: values of exams, isolates of cultures, pictures of results."""

    results: tuple[IncomingResult, ...]
    isolates: tuple[IncomingIsolate, ...] = ()
    pictures: tuple[IncomingPicture, ...] = ()


def may_grow(read: ResultMessage) -> bool:
    """True when some of its values are grouped by OBX-4, as isolates are."""
    return any(value.sub_id for value in read.values)


def content_of(read: ResultMessage, received_at: datetime, growth: Growth | None = None) -> Content:
    """What a message brings; a value without a time carries ``received_at``.

    Without ``growth`` nothing in it is an isolate. Raises `Hl7Error` naming the place.
    """
    done = [value for value in read.values if value.status not in _DONE_LATER]
    isolates: list[IncomingIsolate] = []
    if growth is not None:
        isolates, done = isolates_of(done, growth, received_at)
    return Content(
        results=tuple(_incoming(value, received_at) for value in done if value.attached is None),
        isolates=tuple(isolates),
        pictures=tuple(_picture(value, value.attached) for value in done if value.attached is not None),
    )


def _picture(value: ObservedValue, attached: Attached) -> IncomingPicture:
    codes = tuple(code for code, _ in value.codes)
    return IncomingPicture(codes, value.label or codes[0], attached.media_type, attached.content, value.place)


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
