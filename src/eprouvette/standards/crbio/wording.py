"""What the narrative says in its own way: ranges beside a unit, decimals of entries, dates with their hour.

The narrative of the document is made of these words and of those of `report.words`; entries hold the same facts as
codes.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from eprouvette.standards.report.results import Interval, Limit, Numeric, ReferenceRange, Value
from eprouvette.standards.report.words import NARRATIVE, day, day_and_hour, is_day


def dot(value: Decimal) -> str:
    """``1.950``: decimals as measured, never an exponent (``1E+2`` is ``100``)."""
    return format(value, "f")


def ucum_unit(value: Value | None) -> str | None:
    """The UCUM unit of a measured value; None for what has none."""
    return value.unit if isinstance(value, Numeric | Limit | Interval) else None


def printed_range(reference: ReferenceRange, value: Value | None) -> str:
    """``0,27 – 4,20``, ``≥ 0,27`` or ``≤ 4,20``, with the unit when it is not the result's, then the words."""
    bounds = NARRATIVE.bounds(reference.low, reference.high)
    words = [bounds] if bounds else []
    if words and reference.unit and reference.unit != ucum_unit(value):
        words.append(reference.unit)
    said = [part for part in (reference.text, reference.criteria) if part]
    if words and said:
        # As in the document's text element: beside bounds the format does not tell a text from criteria.
        return f"{' '.join(words)} ({' ; '.join(said)})"
    if reference.criteria:
        said[-1] = f"[{reference.criteria}]"
    return " ".join([*words, *said])


def day_or_hour(moment: datetime) -> str:
    """`day_and_hour`, without the hour of what is known by its day alone (midnight in Paris)."""
    return day(moment) if is_day(moment) else day_and_hour(moment)
