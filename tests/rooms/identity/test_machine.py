"""Any sequence of acts on a few files, through the services and their database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.identity import insi, queries, services
from eprouvette.lab.identity.merging import merge, unmerge
from eprouvette.lab.identity.models import IdentityEvent, InsRecord, Patient
from eprouvette.lab.identity.rules import DOCUMENTS, Attribute
from support.identities import ANSWER, ins_number, person, traits_of
from support.lab import ACTOR, DOMINIQUE_INS

FILES = st.integers(0, 2)
NUMBERS = st.integers(1, 2)


class Desk(RuleBasedStateMachine):
    """Three files, two INS, every act in any order; a refusal must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def open_files(self) -> None:
        self.ids = [person().pk for _ in range(3)]

    def attempt(self, act: Callable[[], object]) -> None:
        before = list(Patient.objects.order_by("pk").values())
        refused = None
        try:
            with transaction.atomic():
                act()
        except EprouvetteError as error:
            refused = error
        if refused is not None:
            assert refused.hint
            assert list(Patient.objects.order_by("pk").values()) == before

    @rule(which=FILES, number=NUMBERS)
    def retrieve(self, which: int, number: int) -> None:
        answer = replace(ANSWER, ins=ins_number(number))
        self.attempt(lambda: insi.retrieve(self.ids[which], answer, actor=ACTOR))

    @rule(which=FILES, kind=st.sampled_from(sorted(DOCUMENTS)))
    def show(self, which: int, kind: str) -> None:
        self.attempt(lambda: services.see_document(self.ids[which], document_type=kind, actor=ACTOR))

    @rule(which=FILES)
    def type_ins(self, which: int) -> None:
        self.attempt(lambda: services.qualify(self.ids[which], DOMINIQUE_INS, document_type="passeport", actor=ACTOR))

    @rule(which=FILES, agreed=st.booleans())
    def verify(self, which: int, agreed: bool) -> None:
        self.attempt(lambda: insi.verified(self.ids[which], agreed=agreed, actor=ACTOR))

    @rule(which=FILES, number=NUMBERS)
    def replace_ins(self, which: int, number: int) -> None:
        self.attempt(lambda: insi.replace_ins(self.ids[which], ins_number(number), actor=ACTOR))

    @rule(which=FILES, attribute=st.sampled_from(Attribute), on=st.booleans())
    def mark(self, which: int, attribute: Attribute, on: bool) -> None:
        self.attempt(lambda: services.mark(self.ids[which], attribute, on=on, actor=ACTOR))

    @rule(which=FILES, day=st.sampled_from(["19790328", "19790329"]))
    def edit(self, which: int, day: str) -> None:
        traits = replace(traits_of(queries.get(self.ids[which])), birth_date=day)
        self.attempt(lambda: services.edit_traits(self.ids[which], traits, actor=ACTOR))

    @rule(keep=FILES, lose=FILES)
    def merge(self, keep: int, lose: int) -> None:
        self.attempt(lambda: merge(self.ids[keep], self.ids[lose], actor=ACTOR))

    @rule(which=FILES)
    def unmerge(self, which: int) -> None:
        self.attempt(lambda: unmerge(self.ids[which], actor=ACTOR))

    @invariant()
    def no_ins_leaves_below_qualified(self) -> None:
        for patient in Patient.objects.all():
            named = queries.report_patient(patient, "1.2")
            assert (named.ins is not None) == (patient.status == "qualifiee")
            assert (queries.banner(patient).ins != "") == (patient.status == "qualifiee")

    @invariant()
    def no_two_living_files_share_an_ins(self) -> None:
        living = Patient.objects.filter(merged_into=None).exclude(ins_value="")
        assert all(count == 1 for count in Counter(living.values_list("ins_value", flat=True)).values())

    @invariant()
    def an_ins_held_is_in_the_history_of_its_file(self) -> None:
        for patient in Patient.objects.exclude(ins_value=""):
            assert InsRecord.objects.filter(patient=patient, value=patient.ins_value, ended_at=None).count() == 1

    @invariant()
    def the_last_event_of_a_file_is_what_the_file_says(self) -> None:
        for patient in Patient.objects.all():
            said: dict[str, object] = {}
            for event in IdentityEvent.objects.filter(patient=patient).order_by("pk"):
                said |= {name: event.after[name] for name in ("status", "ins_value") if name in event.after}
            assert said == {"status": patient.status, "ins_value": patient.ins_value}


@pytest.mark.django_db
@pytest.mark.requirement("REQ-INS-09")
@pytest.mark.requirement("REQ-INS-14")
def test_no_sequence_of_acts_lets_an_ins_leave_or_be_shared_wrongly() -> None:
    run_state_machine_as_test(Desk, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
