"""Values, ranges, dates and names as people read them in French.

The narrative of the document is made of these words; entries hold the same facts as codes.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from eprouvette.core.dates import PARIS
from eprouvette.standards.report.people import PersonName
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

_SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_TITLES: Final = {"DR": "Dr", "PR": "Pr"}


def dot(value: Decimal) -> str:
    """``1.950``: decimals as measured, never an exponent (``1E+2`` is ``100``)."""
    return format(value, "f")


def comma(value: Decimal) -> str:
    """``1,950``."""
    return format(value, "f").replace(".", ",")


def printed_value(value: Value) -> str:
    """The value without its unit: ``1,950``, ``< 0,01``, ``2 – 5``, ``1/160`` or the words."""
    match value:
        case Numeric():
            return comma(value.value)
        case Limit():
            return f"{_SIGNS[value.comparator]} {comma(value.value)}"
        case Interval():
            return f"{comma(value.low)} – {comma(value.high)}"
        case Ratio():
            return f"{comma(value.numerator)}/{comma(value.denominator)}"
        case CodedResult() | Text():
            return value.text


def ucum_unit(value: Value | None) -> str | None:
    """The UCUM unit of a measured value; None for what has none."""
    return value.unit if isinstance(value, Numeric | Limit | Interval) else None


def printed_unit(value: Value | None) -> str:
    """What people read for the unit: the printed form, else UCUM, else nothing."""
    if isinstance(value, Numeric | Limit | Interval):
        return value.printed_unit or value.unit or ""
    return ""


def printed_range(reference: ReferenceRange, value: Value | None) -> str:
    """``0,27 – 4,20``, ``≥ 0,27`` or ``≤ 4,20``, with the unit when it is not the result's, then text and criteria."""
    words = []
    if reference.low is not None and reference.high is not None:
        words.append(f"{comma(reference.low)} – {comma(reference.high)}")
    elif reference.low is not None:
        words.append(f"≥ {comma(reference.low)}")
    elif reference.high is not None:
        words.append(f"≤ {comma(reference.high)}")
    if words and reference.unit and reference.unit != ucum_unit(value):
        words.append(reference.unit)
    if reference.text:
        words.append(f"({reference.text})" if words else reference.text)
    if reference.criteria:
        words.append(f"[{reference.criteria}]")
    return " ".join(words)


def day(moment: datetime) -> str:
    """``24/11/2026`` in Paris."""
    local = moment.astimezone(PARIS)
    return f"{local.day:02d}/{local.month:02d}/{local.year:04d}"


def day_and_hour(moment: datetime) -> str:
    """``24/11/2026 à 10:12`` in Paris."""
    local = moment.astimezone(PARIS)
    return f"{local.day:02d}/{local.month:02d}/{local.year:04d} à {local.hour:02d}:{local.minute:02d}"


def printed_name(name: PersonName) -> str:
    """``Dr Anne AUBIN``, ``Mme Roberta BLEEDER``."""
    civility = {"M": "M.", "MME": "Mme"}.get(name.prefix or "", "")
    title = _TITLES.get(name.suffix, name.suffix) if name.suffix else civility
    return " ".join(part for part in (title, name.given, name.family) if part)
