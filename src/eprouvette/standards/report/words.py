"""Values, bounds and names in the words that people read: one place for every form and every page.

Two typographies: `PAGE` for paper and screens that we typeset ourselves, `NARRATIVE` for the text of a document
that other software shows with whatever font it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from eprouvette.core.dates import PARIS
from eprouvette.standards.report.people import Address, PersonName
from eprouvette.standards.report.results import (
    CodedResult,
    Interval,
    Limit,
    Numeric,
    Ratio,
    ReferenceRange,
    Text,
    Value,
)

THIN: Final = "\u202f"
FIXED: Final = "\u00a0"
CANCELLED: Final = "Compte rendu annulé. Ne pas utiliser la version précédente."
"""What a cancelling version says first, in every form."""
_SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_CIVILITIES: Final = {"M": "M.", "MME": "Mme"}


@dataclass(frozen=True, slots=True)
class Typography:
    """How figures are set: what parts the thousands, the blank after a sign, the minus sign."""

    thousands: str
    blank: str
    minus: str

    def number(self, value: Decimal) -> str:
        """``1 234,50``: decimal comma, decimals as they were measured, never an exponent."""
        return f"{value:,f}".replace(",", self.thousands).replace(".", ",").replace("-", self.minus)

    def value(self, value: Value) -> str:
        """A value without its unit: ``1,950``, ``< 0,01``, ``2 – 5``, ``1/160`` or its words."""
        match value:
            case Numeric():
                return self.number(value.value)
            case Limit():
                return f"{_SIGNS[value.comparator]}{self.blank}{self.number(value.value)}"
            case Interval():
                return f"{self.number(value.low)}{self.blank}– {self.number(value.high)}"
            case Ratio():
                return f"{self.number(value.numerator)}/{self.number(value.denominator)}"
            case CodedResult() | Text():
                return value.text

    def bounds(self, low: Decimal | None, high: Decimal | None) -> str:
        """``0,70 – 1,10``, ``≥ 0,70``, ``≤ 1,10``; empty without bounds."""
        if low is not None and high is not None:
            return f"{self.number(low)}{self.blank}– {self.number(high)}"
        if low is not None:
            return f"≥{self.blank}{self.number(low)}"
        return f"≤{self.blank}{self.number(high)}" if high is not None else ""

    def second_unit(self, value: Value | None, usual: ReferenceRange | None = None) -> str:
        """``soit 4,90 mmol/L (3,87 – 5,16)``; empty when the value has one unit only."""
        if not isinstance(value, Numeric) or value.also is None:
            return ""
        said = f"soit {self.number(value.also.value)} {value.also.printed_unit or value.also.unit}"
        bounds = self.bounds(usual.also.low, usual.also.high) if usual and usual.also else ""
        return f"{said} ({bounds})" if bounds else said


PAGE: Final = Typography(thousands=THIN, blank=FIXED, minus="−")
NARRATIVE: Final = Typography(thousands="", blank=" ", minus="-")


def unit(value: Value | None) -> str:
    """The unit that people read: the printed form, else UCUM, else nothing."""
    if isinstance(value, Numeric | Limit | Interval):
        return value.printed_unit or value.unit or ""
    return ""


def person(name: PersonName) -> str:
    """``Dr Anne AUBIN``, ``Mme Anne AUBIN`` when there is no title."""
    title = name.suffix.capitalize() if name.suffix else _CIVILITIES.get(name.prefix or "", "")
    return " ".join(part for part in (title, name.given, name.family) if part)


def day(moment: datetime) -> str:
    """``24/11/2026`` in Paris."""
    # Twice as fast as strftime, and called for every earlier result.
    local = moment.astimezone(PARIS)
    return f"{local.day:02d}/{local.month:02d}/{local.year:04d}"


def address(where: Address | None) -> list[str]:
    """The lines of an address; empty when unknown."""
    if where is None:
        return []
    town = f"{where.postal_code} {where.city}".strip()
    return [line for line in (*where.lines, town, where.country) if line]


def is_day(moment: datetime) -> bool:
    """True for midnight in Paris: what is known by its day alone."""
    local = moment.astimezone(PARIS)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def day_and_hour(moment: datetime) -> str:
    """``24/11/2026 à 10:12`` in Paris."""
    local = moment.astimezone(PARIS)
    return f"{day(moment)} à {local.hour:02d}:{local.minute:02d}"
