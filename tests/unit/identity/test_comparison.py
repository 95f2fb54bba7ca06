"""INSi's traits beside those of the file: every case of the table, and what must hold for any names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.lab.identity.comparison import InsiTraits, LocalTraits, Verdict, compare
from support.identity_cases import COMPARISONS, OURS, THEIRS, Case

NAMES = st.from_regex(r"[A-Z]{2,8}(?:[ '\-][A-Z]{2,8}){0,2}", fullmatch=True)


@pytest.mark.requirement("REQ-INS-12")
@pytest.mark.requirement("REQ-INS-10")
@pytest.mark.parametrize("case", COMPARISONS, ids=lambda case: f"{case.trait}:{case.local}/{case.insi}")
def test_a_trait_is_judged_as_the_table_says(case: Case) -> None:
    comparison = compare(*case.sides())
    line = next(line for line in comparison.lines if line.trait == case.trait)
    assert line.verdict is case.verdict
    assert (comparison.may_retrieve, comparison.may_qualify) == (case.retrieve, case.qualify)


def test_the_table_has_sixty_cases_and_none_twice() -> None:
    assert len(COMPARISONS) >= 60
    assert len({(case.trait, case.local, case.insi) for case in COMPARISONS}) == len(COMPARISONS)


@pytest.mark.requirement("REQ-INS-11")
def test_the_screen_is_shown_as_soon_as_one_of_the_five_traits_differs() -> None:
    assert not compare(OURS, THEIRS).must_be_shown
    longer = replace(THEIRS, birth_given_names="JEAN PIERRE MARIE")
    assert not compare(OURS, longer).must_be_shown
    for change in ({"birth_family_name": "DU-PONT"}, {"sex": "F"}, {"birth_date": "19800101"}, {"birth_place_cog": ""}):
        assert compare(OURS, replace(THEIRS, **change)).must_be_shown


@pytest.mark.requirement("REQ-INS-10")
def test_insi_replaces_the_local_traits_and_the_first_given_name_stays() -> None:
    local = LocalTraits("Le-Goff", "Jean-Pierre", "Jean-Pierre", "M", "1979", "")
    insi = InsiTraits("LE GOFF", "JEAN PIERRE MARIE", "M", "19790000", "29019")
    assert compare(local, insi).replacements == {
        "birth_family_name": "LE GOFF",
        "first_given_name": "JEAN-PIERRE",
        "birth_given_names": "JEAN PIERRE MARIE",
        "birth_place_cog": "29019",
    }


def test_nothing_is_replaced_when_the_retrieval_is_forbidden_and_each_problem_is_said() -> None:
    comparison = compare(OURS, replace(THEIRS, sex="F", birth_date="19800328"))
    assert comparison.replacements == {}
    assert comparison.problems == (
        "Sexe : les deux sexes diffèrent.",
        "Date de naissance : les deux dates diffèrent.",
    )


@given(family=NAMES, first=NAMES)
def test_hyphen_apostrophe_and_blank_never_make_a_discrepancy(family: str, first: str) -> None:
    local = replace(OURS, birth_family_name=family, first_given_name=first, birth_given_names=first)
    blank = str.maketrans("-'", "  ")
    insi = replace(THEIRS, birth_family_name=family.translate(blank), birth_given_names=first.translate(blank))
    comparison = compare(local, insi)
    assert comparison.may_retrieve
    assert not any(line.verdict is Verdict.DISCREPANT for line in comparison.lines)


@given(ours=NAMES, theirs=NAMES)
def test_two_names_that_differ_in_a_letter_never_pass(ours: str, theirs: str) -> None:
    def letters(name: str) -> str:
        return "".join(sign for sign in name if sign.isalpha())

    comparison = compare(replace(OURS, birth_family_name=ours), replace(THEIRS, birth_family_name=theirs))
    if letters(ours) != letters(theirs):
        assert not comparison.may_retrieve
