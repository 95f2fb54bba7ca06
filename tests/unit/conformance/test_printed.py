"""Words compared from one form to another: what typography changes is forgotten, what meaning needs is kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.conformance.printed import find_number, squeeze, squeeze_all
from eprouvette.standards.report.words import NARRATIVE, PAGE

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-99_999, max_value=99_999)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("▲ 12,51 G/L", "▲12.51\nG/L"),
        ("Spectrophotométrie estérase-oxydase", "Spectro-\nphotométrie estérase\ufffeoxydase"),
        ("1 234,5 mmol/L", "1 234,5 mmol/L"),
        ("12\u202f345", "12345"),
        ("mL/min/1,73 m²", "mL/min/1,73 \nm2"),
        ("l’œuf", "L'ŒUF"),
        ("−2,5", "(-2,5"[1:]),
    ],
)
def test_two_typographies_of_the_same_words_are_the_same(one: str, other: str) -> None:
    assert squeeze(one) == squeeze(other)


@pytest.mark.parametrize(("one", "other"), [("98,0 82,7", "98,082,7"), ("2,5", "-2,5"), ("< 5", "> 5"), ("a", "b")])
def test_what_means_something_else_stays_apart(one: str, other: str) -> None:
    assert squeeze(one) != squeeze(other)


@pytest.mark.parametrize("number", ["1", "12.5", "2.51", "251", "-12.51", "12.511", "512.51"])
def test_a_number_is_not_found_inside_another(number: str) -> None:
    assert find_number(squeeze("Leucocytes ▲ 12,51 G/L"), number) == -1


@pytest.mark.parametrize("number", ["12.51", "12.510", "3.5", "5.1", "26", "12345", "12345.00", "-0.5"])
def test_a_number_is_found_whole(number: str) -> None:
    assert find_number(squeeze("n° 26 x ▲ 12,51 G/L 3,5 – 5,1 12 345,0 g -0,50"), number) > 0


@given(NUMBERS)
def test_a_number_printed_either_way_is_found(number: Decimal) -> None:
    for typography in (PAGE, NARRATIVE):
        said = squeeze(f"Glucose 26-01\n{typography.number(number)} g/L 0,70")
        assert find_number(said, format(number, "f")) > 0


@given(NUMBERS, NUMBERS)
def test_another_number_is_not_found(printed: Decimal, sought: Decimal) -> None:
    said = squeeze(f"Glucose : {NARRATIVE.number(printed)} g")
    assert (find_number(said, format(sought, "f")) > 0) == (printed == sought)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))))
def test_many_texts_are_squeezed_as_many(texts: list[str]) -> None:
    assert len(squeeze_all(texts)) == len(texts)
