"""What is drawn: the place of a value in its range, the course of a result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.report.figures import course, place_in_range, place_of
from eprouvette.standards.report.results import Limit, Method, Numeric, Observation, Prior, ReferenceRange, TestCode
from support.rich_reports import NOON

LOW, HIGH = Decimal(10), Decimal(20)


@pytest.mark.parametrize(
    ("value", "place"), [("10", 1 / 3), ("15", 0.5), ("20", 2 / 3), ("5", 1 / 6), ("-100", 0.0133), ("900", 0.9867)]
)
def test_the_range_is_the_middle_third_of_the_bar(value: str, place: float) -> None:
    assert place_in_range(LOW, HIGH, Decimal(value)) == pytest.approx(place, abs=0.001)


@given(st.decimals(-(10**9), 10**9), st.decimals(-(10**9), 10**9), st.decimals(-(10**9), 10**9))
def test_a_place_is_always_on_the_bar(low: Decimal, high: Decimal, value: Decimal) -> None:
    place = place_in_range(low, high, value)
    assert (place is None) == (high <= low)
    assert place is None or 0 < place < 1


def observed(value: Numeric | Limit, *priors: Prior, unit: str = "g/L") -> Observation:
    reference = ReferenceRange(LOW, HIGH, unit)
    return Observation(TestCode("Glucose"), value, NOON, reference=reference, priors=priors, method=Method("A"))


def prior(days: int, value: str, unit: str = "g/L", method: str = "A") -> Prior:
    return Prior(Numeric(Decimal(value), unit), NOON - timedelta(days=days), method=Method(method))


def test_only_a_number_in_the_unit_of_its_range_is_placed() -> None:
    assert place_of(observed(Numeric(Decimal(15), "g/L"))) == pytest.approx(0.5)
    assert place_of(observed(Numeric(Decimal(15), "mmol/L"))) is None
    assert place_of(observed(Limit("<", Decimal(1), "g/L"))) is None
    assert place_of(replace(observed(Numeric(Decimal(15), "g/L")), reference=None)) is None


def test_a_course_goes_from_the_oldest_to_the_result() -> None:
    points = course(observed(Numeric(Decimal(20), "g/L"), prior(10, "10"), prior(100, "15")))
    assert [x for x, _ in points] == pytest.approx([0.0, 0.9, 1.0])
    assert [y for _, y in points] == pytest.approx([0.5, 0.0, 1.0])


def test_what_cannot_be_compared_is_not_drawn_together() -> None:
    value = Numeric(Decimal(20), "g/L")
    assert course(observed(value, prior(10, "10"))) == ()
    assert course(observed(value, prior(10, "10", "mmol/L"), prior(100, "15"))) == ()
    assert course(observed(value, prior(10, "10", method="B"), prior(100, "15"))) == ()
    assert course(observed(Limit("<", Decimal(1), "g/L"), prior(10, "10"), prior(100, "15"))) == ()
    assert course(observed(value, prior(0, "10"), prior(0, "15"))) == ()


def test_a_flat_course_is_a_line_in_the_middle() -> None:
    points = course(observed(Numeric(Decimal(10), "g/L"), prior(10, "10"), prior(100, "10")))
    assert [y for _, y in points] == [0.5, 0.5, 0.5]
