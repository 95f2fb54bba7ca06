"""Times of HL7 v2 (type TS), with the zone of the sender when they carry none.

Source: HL7 v2.5, 2.A.77 (TS).
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from eprouvette.standards.hl7v2.er7 import DELETE, Segment
from eprouvette.standards.hl7v2.errors import ContentError

_FORMS: Final = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def moment(segment: Segment, number: int, place: str, zone: tzinfo) -> datetime | None:
    """A TS, aware; None when empty or erased.

    Raises `ContentError` at ``place`` (``PID^1`` or ``OBX^3``) for a date that does not exist.
    """
    text = segment.text(number)
    if not text or text == DELETE:
        return None
    digits, offset = text, ""
    for sign in "+-":
        if sign in text:
            digits, _, rest = text.partition(sign)
            offset = sign + rest
    digits = digits.partition(".")[0]
    form = _FORMS.get(len(digits))
    try:
        if form is None:
            raise ValueError
        if offset:
            return datetime.strptime(digits + offset, f"{form}%z")
        return datetime.strptime(digits, form).replace(tzinfo=zone)
    except ValueError as error:
        raise ContentError("La date n'existe pas ou n'est pas au format HL7.", location=f"{place}^{number}") from error
