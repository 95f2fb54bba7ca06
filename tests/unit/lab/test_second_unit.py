"""A result said in mole beside mass: the number, its bounds, its decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eprouvette.lab.catalogue.rules import SecondUnit, with_second_unit
from eprouvette.standards.report.results import Bounds, Limit, Numeric, Quantity, ReferenceRange, Text, Value

MOLE = SecondUnit("mmol/L", "mmol/L", Decimal("5.551"), 2)
RANGE = ReferenceRange(Decimal("0.70"), Decimal("1.10"), "g/L")


def test_the_number_and_its_bounds_are_brought_to_the_second_unit() -> None:
    value, usual = with_second_unit(Numeric(Decimal("0.88"), "g/L"), RANGE, MOLE)
    assert value == Numeric(Decimal("0.88"), "g/L", also=Quantity(Decimal("4.88"), "mmol/L", "mmol/L"))
    assert usual is not None
    assert usual.also == Bounds("mmol/L", Decimal("3.89"), Decimal("6.11"))


def test_a_half_is_rounded_up_as_people_do() -> None:
    value, _ = with_second_unit(Numeric(Decimal("2.5")), None, SecondUnit("u", "u", Decimal("0.01"), 2))
    assert isinstance(value, Numeric)
    assert value.also == Quantity(Decimal("0.03"), "u", "u")


@pytest.mark.parametrize("value", [Limit("<", Decimal("0.10"), "g/L"), Text("absent")])
def test_what_is_not_a_number_has_one_unit(value: Value) -> None:
    assert with_second_unit(value, RANGE, MOLE) == (value, RANGE)


def test_without_a_factor_nothing_changes() -> None:
    value = Numeric(Decimal("0.88"), "g/L")
    assert with_second_unit(value, RANGE, None) == (value, RANGE)
