"""What only the paper says: ranges with their text, marks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eprouvette.standards.pdf import wording
from eprouvette.standards.report.results import ReferenceRange


def test_a_range_says_its_bounds_its_text_and_for_whom() -> None:
    usual = ReferenceRange(Decimal("0.70"), Decimal("1.10"), text="à jeun", criteria="Adulte")
    assert wording.reference(usual) == "0,70\u00a0– 1,10 ; à jeun (Adulte)"
    assert wording.reference(ReferenceRange(high=Decimal(2))) == "≤\u00a02"
    assert wording.reference(None) == ""


@pytest.mark.parametrize(("code", "mark"), [("H", "▲"), ("LL", "▼▼"), ("N", ""), (None, ""), ("POS", "■"), ("NEG", "")])
def test_an_interpretation_has_its_mark(code: str | None, mark: str) -> None:
    assert wording.mark(code) == mark
