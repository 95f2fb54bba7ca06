"""French typography of figures, units and names, on the page and in a narrative."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from eprouvette.standards.report.people import PersonName
from eprouvette.standards.report.results import CodedResult, Interval, Limit, Numeric, Ratio, Text, Value
from eprouvette.standards.report.words import NARRATIVE, PAGE, day, person, unit


@pytest.mark.parametrize(
    ("number", "page", "narrative"),
    [
        ("1234.50", "1\u202f234,50", "1234,50"),
        ("0.270", "0,270", "0,270"),
        ("-3", "−3", "-3"),
        ("1E+2", "100", "100"),
        ("1000000", "1\u202f000\u202f000", "1000000"),
        ("0", "0", "0"),
    ],
)
def test_a_number_is_written_as_french_readers_expect(number: str, page: str, narrative: str) -> None:
    assert PAGE.number(Decimal(number)) == page
    assert NARRATIVE.number(Decimal(number)) == narrative


@pytest.mark.parametrize(
    ("value", "page", "narrative", "shown_unit"),
    [
        (Numeric(Decimal("1234.50"), "g/L", "g/L"), "1\u202f234,50", "1234,50", "g/L"),
        (Limit("<=", Decimal("0.01"), "m[IU]/L", "mUI/L"), "≤\u00a00,01", "≤ 0,01", "mUI/L"),
        (Interval(Decimal(2), Decimal(5), "/[HPF]"), "2\u00a0– 5", "2 – 5", "/[HPF]"),
        (Ratio(Decimal(1), Decimal(160)), "1/160", "1/160", ""),
        (CodedResult("Négatif"), "Négatif", "Négatif", ""),
        (Text("Rares."), "Rares.", "Rares.", ""),
    ],
)
def test_a_value_is_written_in_words_of_the_trade(value: Value, page: str, narrative: str, shown_unit: str) -> None:
    assert (PAGE.value(value), NARRATIVE.value(value), unit(value)) == (page, narrative, shown_unit)


def test_bounds_are_written_from_one_side_or_both() -> None:
    low, high = Decimal("0.70"), Decimal("1.10")
    assert PAGE.bounds(low, high) == "0,70\u00a0– 1,10"
    assert NARRATIVE.bounds(low, None) == "≥ 0,70"
    assert NARRATIVE.bounds(None, high) == "≤ 1,10"
    assert PAGE.bounds(None, None) == ""


def test_a_person_is_named_by_title_else_by_civility() -> None:
    assert person(PersonName(family="AUBIN", given="Anne", prefix="MME", suffix="DR")) == "Dr Anne AUBIN"
    assert person(PersonName(family="BLEEDER", given="Roberta", prefix="MME")) == "Mme Roberta BLEEDER"
    assert person(PersonName(family="BLEEDER")) == "BLEEDER"


def test_a_day_is_that_of_paris() -> None:
    assert day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02/07/2026"
