"""Which mailbox is proposed, in which order, and why the others are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.annuaire.choice import ORDER, Choice, choose
from eprouvette.standards.annuaire.model import MAILBOX_TYPES, Mailbox, Professional, Role, Structure

HOSPITAL = Structure(
    "s1",
    idnst="1399000007",
    finess="399000007",
    mailboxes=(Mailbox("secretariat@ch.mssante.fr", "ORG"), Mailbox("dpi@ch.mssante.fr", "APP")),
)
PRACTICE = Structure("s2", siret="99900000000008", mailboxes=(Mailbox("cabinet@exemple.mssante.fr", "ORG"),))
DOCTOR = Professional(
    "p1", rpps="99000000100", mailboxes=(Mailbox("a@medecin.mssante.fr", "PER"), Mailbox("b@cab.mssante.fr", "CAB"))
)
AT_HOSPITAL = Role("r1", professional="p1", structure="s1", mailboxes=(Mailbox("a@ch.mssante.fr", "PER"),))
AT_PRACTICE = Role("r2", professional="p1", structure="s2", mailboxes=(Mailbox("a@exemple.mssante.fr", "PER"),))
ROLES = (AT_HOSPITAL, AT_PRACTICE)
PLACES = (HOSPITAL, PRACTICE)


def proposed(choice: Choice) -> list[tuple[str, str]]:
    return [(one.mailbox.address, one.level) for one in choice.proposals]


def why_not(choice: Choice) -> dict[str, str]:
    return {one.mailbox.address: one.reason for one in choice.excluded}


@pytest.mark.parametrize("ordering", ["399000007", "1399000007"])
def test_the_order_is_role_then_person_then_structure(ordering: str) -> None:
    choice = choose(DOCTOR, ROLES, PLACES, ordering=ordering)
    assert proposed(choice) == [
        ("a@ch.mssante.fr", "role"),
        ("a@medecin.mssante.fr", "professional"),
        ("secretariat@ch.mssante.fr", "structure"),
    ]
    reasons = why_not(choice)
    assert set(reasons) == {"dpi@ch.mssante.fr", "b@cab.mssante.fr", "a@exemple.mssante.fr"}
    assert "logiciel" in reasons["dpi@ch.mssante.fr"]
    assert "cabinet" in reasons["b@cab.mssante.fr"]
    assert "autre lieu" in reasons["a@exemple.mssante.fr"]


def test_an_application_or_a_shared_box_comes_last_and_only_when_declared() -> None:
    choice = choose(
        DOCTOR, ROLES, PLACES, ordering="399000007", declared=("DPI@ch.mssante.fr", "b@cab.mssante.fr", "x@y.fr")
    )
    assert proposed(choice)[3:] == [("b@cab.mssante.fr", "declared"), ("dpi@ch.mssante.fr", "declared")]
    assert "déclarée" in choice.proposals[-1].reason


def test_without_a_structure_the_only_place_of_practice_stands_for_it() -> None:
    assert proposed(choose(DOCTOR, (AT_PRACTICE,), PLACES))[0] == ("a@exemple.mssante.fr", "role")


def test_with_several_places_and_no_structure_a_person_must_say_which() -> None:
    choice = choose(DOCTOR, ROLES, PLACES)
    assert proposed(choice) == [("a@medecin.mssante.fr", "professional")]
    assert "préciser la structure" in why_not(choice)["a@ch.mssante.fr"]


def test_a_box_on_the_red_list_is_used_only_when_its_holder_gave_it() -> None:
    hidden = replace(DOCTOR, mailboxes=(Mailbox("a@medecin.mssante.fr", "PER", red_list=True),))
    choice = choose(hidden, (), ())
    assert (proposed(choice), "liste rouge" in why_not(choice)["a@medecin.mssante.fr"]) == ([], True)
    assert "demander la sienne" in choice.advice
    assert proposed(choose(hidden, (), (), declared=("a@medecin.mssante.fr",))) == [
        ("a@medecin.mssante.fr", "declared")
    ]


def test_who_wants_no_paper_comes_first_and_who_wants_it_still_is_told_so() -> None:
    boxes = tuple(
        Mailbox(f"{name}@medecin.mssante.fr", "PER", dematerialised=wants)
        for name, wants in (("a", False), ("b", None), ("c", True))
    )
    choice = choose(replace(DOCTOR, mailboxes=boxes), (), ())
    assert [(one.mailbox.address[0], one.keeps_paper) for one in choice.proposals] == [
        ("c", False),
        ("b", False),
        ("a", True),
    ]
    assert "papier" in choice.proposals[-1].reason


def test_who_left_is_proposed_nothing() -> None:
    choice = choose(replace(DOCTOR, active=False), ROLES, PLACES, ordering="399000007", declared=("a@ch.mssante.fr",))
    assert (choice.proposals, len(choice.excluded)) == ((), 4)
    assert "n'exerce plus" in choice.advice


def test_a_role_that_ended_a_closed_structure_and_another_person_give_nothing() -> None:
    ended = replace(AT_HOSPITAL, active=False)
    other = replace(AT_HOSPITAL, professional="p2", mailboxes=(Mailbox("z@ch.mssante.fr", "PER"),))
    closed = replace(HOSPITAL, active=False)
    assert proposed(choose(DOCTOR, (ended, other), PLACES, ordering="399000007"))[0][1] == "professional"
    assert "structure" not in {level for _, level in proposed(choose(DOCTOR, ROLES, (closed,), ordering="399000007"))}


def test_an_address_given_twice_keeps_its_best_place() -> None:
    role = replace(AT_HOSPITAL, mailboxes=(Mailbox("A@medecin.mssante.fr", "PER"),))
    choice = choose(DOCTOR, (role,), (HOSPITAL,), ordering="399000007")
    assert proposed(choice)[0] == ("A@medecin.mssante.fr", "role")
    assert len([one for one, _ in proposed(choice) if one.casefold() == "a@medecin.mssante.fr"]) == 1


boxes = st.lists(
    st.builds(
        Mailbox,
        st.sampled_from([f"{name}@x.mssante.fr" for name in "abcdef"]),
        st.sampled_from(["", *sorted(MAILBOX_TYPES)]),
        dematerialised=st.sampled_from([True, False, None]),
        red_list=st.booleans(),
    ),
    max_size=4,
).map(tuple)


@given(boxes, boxes, boxes, st.sampled_from(["", "399000007", "99900000000008"]), st.sets(st.sampled_from("abcdef")))
def test_every_box_is_proposed_or_explained_once_and_in_order(
    of_person: tuple[Mailbox, ...],
    of_role: tuple[Mailbox, ...],
    of_place: tuple[Mailbox, ...],
    ordering: str,
    declared: set[str],
) -> None:
    choice = choose(
        replace(DOCTOR, mailboxes=of_person),
        (replace(AT_HOSPITAL, mailboxes=of_role),),
        (replace(HOSPITAL, mailboxes=of_place),),
        ordering=ordering,
        declared=[f"{name}@x.mssante.fr" for name in declared],
    )
    shown = [one.mailbox.address for one in choice.proposals] + [one.mailbox.address for one in choice.excluded]
    expected = {box.address for box in (*of_person, *of_role)}
    if ordering != "99900000000008":
        expected |= {box.address for box in of_place}
    assert sorted(shown) == sorted(expected)
    ranks = [ORDER.index(one.level) for one in choice.proposals]
    assert ranks == sorted(ranks)
    assert all([one.reason for one in choice.proposals] + [one.reason for one in choice.excluded])
    assert all(
        one.mailbox.address[0] in declared
        for one in choice.proposals
        if one.mailbox.red_list or one.mailbox.type in {"APP", "CAB"}
    )
