"""One table says what an interpretation means, on paper and in the narrative."""

from __future__ import annotations

import pytest

from eprouvette.standards.report.meanings import INTERPRETATIONS as MEANINGS
from eprouvette.standards.report.meanings import meaning
from eprouvette.standards.report.rules import INTERPRETATIONS


@pytest.mark.parametrize(
    ("code", "mark"),
    [("H", "▲"), ("LL", "▼▼"), ("N", ""), (None, ""), ("POS", "+"), ("NEG", ""), ("R", "!"), ("E", "?")],
)
def test_an_interpretation_has_its_mark(code: str | None, mark: str) -> None:
    assert meaning(code).mark == mark


def test_every_code_that_may_be_sent_has_words() -> None:
    assert {code for code in INTERPRETATIONS if not meaning(code).words} == set()


def test_what_stands_out_is_never_told_by_weight_or_colour_alone() -> None:
    assert [code for code, told in MEANINGS.items() if told.stands_out and not told.mark] == []


def test_critical_codes_stand_out() -> None:
    critical = {code for code, told in MEANINGS.items() if told.critical}
    assert critical == {"HH", "LL", "AA", "HX", "LX"}
    assert all(MEANINGS[code].stands_out for code in critical)
