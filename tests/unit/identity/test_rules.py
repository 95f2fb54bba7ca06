"""Statuses and events: every cell of the table, attributes, and a machine that never lets an INS leave too soon."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.lab.identity.errors import LockedIdentityError, StatusChangeError
from eprouvette.lab.identity.rules import (
    EVENTS,
    Attribute,
    Event,
    Exemption,
    Standing,
    Status,
    after,
    ins_to_send,
    marked,
    newborn_is_over,
    same_person_problem,
    why_not_insi,
)

INS = Ins("279035121518989", oids.INS_NIR_TEST)
NEXT = Ins("279035121518890", oids.INS_NIR_TEST)
P, R, V, Q = Status.PROVISIONAL, Status.RETRIEVED, Status.VALIDATED, Status.QUALIFIED

CELLS: dict[Event, str] = {
    # Status after the event, from provisional, retrieved, validated, qualified; "-" is refused.
    Event.RETRIEVED: "R R Q Q",
    Event.HIGH_DOCUMENT: "V Q V Q",
    Event.LOW_DOCUMENT: "P R V Q",
    Event.INS_TYPED: "- - Q -",
    Event.VERIFIED: "- R - Q",
    Event.REFUTED: "- P - V",
    Event.WITHDRAWN: "- P - V",
    Event.REPLACED: "- R - Q",
    Event.RECEIVED: "- - Q -",
    Event.TRAITS_CHANGED: "P - P -",
    Event.DOWNGRADED: "P P P P",
}
LETTERS = {"P": P, "R": R, "V": V, "Q": Q}


def standing(status: Status) -> Standing:
    return Standing(status, INS if status in {R, Q} else None)


@pytest.mark.requirement("REQ-INS-07")
@pytest.mark.parametrize(("status", "event"), list(product((P, R, V, Q), Event)))
def test_every_cell_of_the_table_of_statuses_and_events(status: Status, event: Event) -> None:
    expected = CELLS[event].split()[(P, R, V, Q).index(status)]
    if expected == "-":
        assert status not in EVENTS[event]
        with pytest.raises(StatusChangeError):
            after(standing(status), event, NEXT)
        return
    reached = after(standing(status), event, NEXT)
    assert reached.status is LETTERS[expected]
    assert (reached.ins is not None) == (reached.status in {R, Q})


@pytest.mark.requirement("REQ-INS-08")
@pytest.mark.parametrize(("attribute", "event"), list(product((Attribute.DOUBTFUL, Attribute.FICTITIOUS), Event)))
def test_a_doubtful_or_fictitious_identity_stays_provisional_without_ins(attribute: Attribute, event: Event) -> None:
    locked = marked(standing(Q), attribute, on=True)
    assert (locked.status, locked.ins) == (P, None)
    if event in {Event.LOW_DOCUMENT, Event.TRAITS_CHANGED, Event.DOWNGRADED}:
        assert after(locked, event, INS) == locked
    else:
        with pytest.raises(LockedIdentityError):
            after(locked, event, INS)


@pytest.mark.requirement("REQ-INS-08")
def test_doubtful_and_fictitious_never_stand_together_and_homonym_goes_with_all() -> None:
    doubtful = marked(Standing(), Attribute.DOUBTFUL, on=True)
    with pytest.raises(LockedIdentityError, match="à la fois"):
        marked(doubtful, Attribute.FICTITIOUS, on=True)
    with pytest.raises(LockedIdentityError):
        marked(marked(Standing(), Attribute.FICTITIOUS, on=True), Attribute.DOUBTFUL, on=True)
    for before in (standing(Q), doubtful):
        after_homonym = marked(before, Attribute.HOMONYM, on=True)
        assert (after_homonym.status, after_homonym.ins, after_homonym.homonym) == (before.status, before.ins, True)
    assert marked(doubtful, Attribute.DOUBTFUL, on=False) == Standing()


@pytest.mark.requirement("REQ-INS-08")
@pytest.mark.requirement("REQ-INS-28")
@pytest.mark.parametrize(
    ("standing_", "exemption", "provisional_allowed", "words"),
    [
        (Standing(), Exemption.NONE, True, ""),
        (Standing(), Exemption.NONE, False, "qu'après la présentation d'un document"),
        (Standing(V), Exemption.NONE, False, ""),
        (standing(R), Exemption.NONE, False, ""),
        (standing(Q), Exemption.NONE, False, ""),
        (Standing(doubtful=True), Exemption.NONE, True, "douteuse"),
        (Standing(fictitious=True), Exemption.NONE, True, "fictive"),
        (Standing(V), Exemption.ANONYMOUS, True, "anonyme"),
        (Standing(V), Exemption.AME, True, "AME"),
        (Standing(), Exemption.NEWBORN, True, "Nouveau-né"),
    ],
)
def test_insi_is_called_for_those_who_may_have_an_ins(
    standing_: Standing, exemption: Exemption, provisional_allowed: bool, words: str
) -> None:
    sentence = why_not_insi(standing_, exemption, provisional_allowed=provisional_allowed)
    assert words in sentence
    assert bool(sentence) == bool(words)


def test_the_exemption_of_a_newborn_is_worth_a_look_after_three_months() -> None:
    born = date(2026, 1, 1)
    assert not newborn_is_over(Exemption.NEWBORN, born, date(2026, 3, 1))
    assert newborn_is_over(Exemption.NEWBORN, born, date(2026, 6, 1))
    assert not newborn_is_over(Exemption.AME, born, date(2026, 6, 1))


@pytest.mark.requirement("REQ-INS-22")
@pytest.mark.parametrize(("first", "second"), list(product(Status, Status)))
def test_only_two_different_qualified_ins_keep_two_files_apart(first: Status, second: Status) -> None:
    other = Standing(second, NEXT if second in {R, Q} else None)
    assert bool(same_person_problem(standing(first), other, linked=False)) == (first is Q and second is Q)
    assert same_person_problem(standing(first), other, linked=True) == ""


class Lives(RuleBasedStateMachine):
    """One identity through any sequence of events and attributes."""

    @initialize()
    def begin(self) -> None:
        self.now = Standing()

    @rule(event=st.sampled_from(Event), ins=st.sampled_from([INS, NEXT]))
    def happen(self, event: Event, ins: Ins) -> None:
        try:
            self.now = after(self.now, event, ins)
        except StatusChangeError:
            return

    @rule(attribute=st.sampled_from(Attribute), on=st.booleans())
    def mark(self, attribute: Attribute, on: bool) -> None:
        try:
            self.now = marked(self.now, attribute, on=on)
        except LockedIdentityError:
            return

    @invariant()
    def an_ins_leaves_a_qualified_identity_alone(self) -> None:
        leaving = ins_to_send(self.now.status, self.now.ins)
        assert (leaving is not None) == (self.now.status is Q)

    @invariant()
    def an_ins_is_held_with_insi_behind_it_alone(self) -> None:
        assert (self.now.ins is not None) == (self.now.status in {R, Q})

    @invariant()
    def doubt_means_provisional(self) -> None:
        assert not (self.now.doubtful and self.now.fictitious)
        assert self.now.status is P or not self.now.locked


@pytest.mark.requirement("REQ-INS-09")
def test_no_sequence_of_events_lets_an_ins_leave_below_qualified() -> None:
    run_state_machine_as_test(Lives)


@pytest.mark.requirement("REQ-INS-09")
@given(status=st.sampled_from(Status))
def test_whatever_is_stored_only_a_qualified_identity_gives_its_ins(status: Status) -> None:
    assert ins_to_send(status, INS) == (INS if status is Q else None)
