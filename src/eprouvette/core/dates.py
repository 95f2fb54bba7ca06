"""Dates as health documents write them: incomplete birth dates, and times with their offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from eprouvette.core.errors import InvalidValueError

PARIS = ZoneInfo("Europe/Paris")
_PARTIAL = re.compile(r"\d{4}(\d{2}(\d{2})?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year, or the year and the month, may be known.

    ``text`` is ``YYYY``, ``YYYYMM`` or ``YYYYMMDD`` (HL7 TS). Raises `InvalidValueError` for any
    other form and for a day that does not exist.
    """

    text: str

    def __post_init__(self) -> None:
        if not _PARTIAL.fullmatch(self.text):
            raise InvalidValueError("La date attendue est AAAA, AAAAMM ou AAAAMMJJ.")
        try:
            self.first_day()
        except ValueError as error:
            raise InvalidValueError("Cette date n'existe pas.") from error

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The complete date of ``day``."""
        return cls(f"{day:%Y%m%d}")

    def first_day(self) -> date:
        """The first day that the date can be."""
        return date(int(self.text[:4]), int(self.text[4:6] or 1), int(self.text[6:8] or 1))

    def french(self) -> str:
        """``28/03/1979``, ``03/1979`` or ``1979``."""
        parts = (self.text[6:8], self.text[4:6], self.text[:4])
        return "/".join(part for part in parts if part)

    def age_on(self, day: date) -> int:
        """Completed years on ``day``, counted from the first day that the date can be."""
        birth = self.first_day()
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def hl7_time(moment: datetime, zone: tzinfo = PARIS) -> str:
    """``YYYYMMDDhhmmss±zzzz`` in ``zone`` (HL7 TS, no fraction of a second).

    Raises `InvalidValueError` for a moment without offset: a document must never leave with a local
    time that only its author can place.
    """
    if moment.tzinfo is None:
        raise InvalidValueError("Une heure doit porter son décalage horaire.")
    return f"{moment.astimezone(zone):%Y%m%d%H%M%S%z}"


def utc_stamp(moment: datetime) -> str:
    """``YYYYMMDDhhmmss`` in UTC, as XDS metadata write times."""
    if moment.tzinfo is None:
        raise InvalidValueError("Une heure doit porter son décalage horaire.")
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"
