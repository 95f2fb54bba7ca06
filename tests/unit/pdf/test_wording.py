"""French typography of figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eprouvette.standards.pdf import wording
from eprouvette.standards.report.results import Interval, Limit, Ratio, ReferenceRange


@pytest.mark.parametrize(
    ("value", "printed"),
    [("1234.50", "1\u202f234,50"), ("0.270", "0,270"), ("-3", "−3"), ("1000000", "1\u202f000\u202f000"), ("0", "0")],
)
def test_a_number_is_written_as_french_readers_expect(value: str, printed: str) -> None:
    assert wording.number(Decimal(value)) == printed


def test_limits_intervals_and_titres_are_written_in_words_of_the_trade() -> None:
    assert wording.result(Limit("<=", Decimal("0.01"))) == "≤\u00a00,01"
    assert wording.result(Interval(Decimal(2), Decimal(5))) == "2\u00a0– 5"
    assert wording.result(Ratio(Decimal(1), Decimal(160))) == "1/160"


def test_a_range_says_its_bounds_its_text_and_for_whom() -> None:
    usual = ReferenceRange(Decimal("0.70"), Decimal("1.10"), text="à jeun", criteria="Adulte")
    assert wording.reference(usual) == "0,70\u00a0– 1,10 ; à jeun (Adulte)"
    assert wording.reference(ReferenceRange(high=Decimal(2))) == "≤\u00a02"
    assert wording.reference(None) == ""


@pytest.mark.parametrize(("code", "mark"), [("H", "▲"), ("LL", "▼▼"), ("N", ""), (None, ""), ("POS", "■"), ("NEG", "")])
def test_an_interpretation_has_its_mark(code: str | None, mark: str) -> None:
    assert wording.mark(code) == mark
