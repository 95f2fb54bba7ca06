"""Which range fits a patient, and what a value means against it.

Interpretation codes are those of HL7 ObservationInterpretation (``cr-bio.md`` 12): ``LL L N H HH`` for
numbers and titres, the code of the word for coded results, nothing when nothing can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from eprouvette.core.dates import PartialDate
from eprouvette.standards.report.results import (
    Bounds,
    CodedResult,
    Interval,
    Limit,
    Numeric,
    Quantity,
    Ratio,
    ReferenceRange,
    Value,
)

_WEIGHTS: Final = {"j": 1, "m": 31, "a": 365.25}


@dataclass(frozen=True, slots=True)
class Range:
    """What is usual for a sex (any when empty) and an age in days, ``age_to`` excluded."""

    sex: str = ""
    age_from: int = 0
    age_to: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class Critical:
    """Beyond these, somebody is called."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value means: the interpretation code (empty when nothing can be said), and whether it is critical."""

    interpretation: str
    critical: bool = False


def days_of(age: str) -> int:
    """``28j``, ``6m`` or ``18a`` in days; raises `ValueError` for any other form."""
    number, unit = age[:-1], age[-1:]
    if unit not in _WEIGHTS or not number.isdigit():
        raise ValueError(age)
    return int(int(number) * _WEIGHTS[unit])


def age_in_days(born: PartialDate, on: date) -> int:
    """Days lived on that day, from the first day that the birth can be."""
    return max(0, (on - born.first_day()).days)


def age_in_years(born: PartialDate, on: date) -> int:
    """Whole years lived on that day, from the first day that the birth can be."""
    first = born.first_day()
    return max(0, on.year - first.year - ((on.month, on.day) < (first.month, first.day)))


def range_for(ranges: Iterable[Range], sex: str, age_days: int) -> Range | None:
    """The first range that fits; one that names a sex never fits a patient of undetermined sex."""
    for usual in ranges:
        right_age = usual.age_from <= age_days and (usual.age_to is None or age_days < usual.age_to)
        if right_age and usual.sex in {"", sex}:
            return usual
    return None


def interpret(value: Value, usual: Range | None, critical: Critical, words: Mapping[str, str]) -> Reading:
    """What ``value`` means; ``words`` gives the code of each admitted word.

    A censored value is placed only when its bound decides: ``< 5`` is low against 10 to 20, ``< 15``
    says nothing. An interval is placed when all of it is on one side.
    """
    match value:
        case Numeric():
            return _between(value.value, value.value, usual, critical)
        case Interval():
            return _between(value.low, value.high, usual, critical)
        case Limit(comparator="<" | "<="):
            return _between(None, value.value, usual, critical)
        case Limit():
            return _between(value.value, None, usual, critical)
        case Ratio():
            titre = value.denominator / value.numerator if value.numerator else None
            return _between(titre, titre, usual, critical) if titre is not None else Reading("")
        case CodedResult():
            return Reading(words.get(value.text, ""))
    return Reading("")


@dataclass(frozen=True, slots=True)
class SecondUnit:
    """How a result is said in a second unit: UCUM, printed form, factor, decimals."""

    ucum: str
    printed: str
    factor: Decimal
    decimals: int


def with_second_unit(value: Value, usual: ReferenceRange | None, second: SecondUnit | None) -> tuple[
    Value, ReferenceRange | None
]:  # fmt: skip
    """``value`` and its bounds, said in the second unit as well; a censored value has one unit only."""
    if second is None or not isinstance(value, Numeric):
        return value, usual
    also = Quantity(_converted(value.value, second), second.ucum, second.printed)
    if usual is not None and (usual.low is not None or usual.high is not None):
        low, high = (_converted(bound, second) if bound is not None else None for bound in (usual.low, usual.high))
        usual = replace(usual, also=Bounds(second.ucum, low, high))
    return replace(value, also=also), usual


def _converted(number: Decimal, second: SecondUnit) -> Decimal:
    return (number * second.factor).quantize(Decimal(1).scaleb(-second.decimals), ROUND_HALF_UP)


def _between(least: Decimal | None, most: Decimal | None, usual: Range | None, critical: Critical) -> Reading:
    """The reading of a number known to lie from ``least`` to ``most`` (None: no bound on that side)."""
    if critical.low is not None and most is not None and most < critical.low:
        return Reading("LL", critical=True)
    if critical.high is not None and least is not None and least > critical.high:
        return Reading("HH", critical=True)
    if usual is None or (usual.low is None and usual.high is None):
        return Reading("")
    if usual.low is not None and most is not None and (most < usual.low or (least is None and most <= usual.low)):
        return Reading("L")
    if usual.high is not None and least is not None and (least > usual.high or (most is None and least >= usual.high)):
        return Reading("H")
    above = usual.low is None or (least is not None and least >= usual.low)
    below = usual.high is None or (most is not None and most <= usual.high)
    return Reading("N" if above and below else "")
