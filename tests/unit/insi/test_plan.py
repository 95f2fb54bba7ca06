"""Which question is proposed next: first given name without birth place, then the rest, never without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.outcome import NotFound, SearchOutcome, ServiceClosed, Several
from eprouvette.standards.insi.plan import LIMIT, Asked, next_step

OLA = Traits("TCHITCHI", ("OLA", "CATARINA", "BELLA"), "F", "1936-06-21", "63220")


def walk(local: Traits, *outcomes: SearchOutcome) -> list[tuple[str, str]]:
    """The given names and the place of each question proposed when the service answers so."""
    done: list[Asked] = []
    for outcome in outcomes:
        step = next_step(local, done)
        if step is None:
            break
        assert step.label
        done.append(Asked(step.asked, outcome))
    return [(" ".join(one.asked.given_names), one.asked.birth_place) for one in done]


@pytest.mark.requirement("REQ-INS-04")
def test_the_first_question_has_one_given_name_and_no_birth_place() -> None:
    assert walk(OLA, NotFound()) == [("OLA", "")]


@pytest.mark.requirement("REQ-INS-01")
def test_nobody_found_tries_each_given_name_then_all_then_the_place() -> None:
    assert walk(OLA, *[NotFound()] * 20) == [
        ("OLA", ""),
        ("CATARINA", ""),
        ("BELLA", ""),
        ("OLA CATARINA BELLA", ""),
        ("OLA", "63220"),
        ("OLA CATARINA BELLA", "63220"),
    ]


@pytest.mark.requirement("REQ-INS-01")
def test_several_found_adds_the_other_given_names_then_the_place() -> None:
    assert walk(OLA, Several(), Several(), Several())[1:] == [
        ("OLA CATARINA BELLA", ""),
        ("OLA CATARINA BELLA", "63220"),
    ]


def test_a_fault_proposes_nothing_new_and_an_unknown_place_is_never_tried() -> None:
    assert next_step(OLA, [Asked(OLA, ServiceClosed())]) is None
    nowhere = Traits("TCHITCHI", ("OLA",), "F", "1936-06-21", "99999")
    assert walk(nowhere, NotFound(), NotFound()) == [("OLA", "")]


@given(
    st.lists(st.sampled_from(["OLA", "CATARINA", "BELLA", "ZOE"]), min_size=1, max_size=9),
    st.sampled_from(["", "63220", "99999"]),
    st.lists(st.sampled_from([NotFound(), Several()]), max_size=20),
)
def test_no_question_is_proposed_twice_and_there_are_few(
    names: list[str], place: str, outcomes: list[NotFound | Several]
) -> None:
    asked = walk(Traits("TCHITCHI", tuple(names), "F", "1936-06-21", place), *outcomes)
    assert len(asked) == len(set(asked)) <= LIMIT
    assert asked == [] or asked[0] == (names[0], "")
