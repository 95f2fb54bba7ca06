"""The decision table: who gets the report, who waits, who never gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.exchange.dispatch.rules import Decision, Facts, decide
from eprouvette.exchange.dispatch.states import Reason
from support.decisions import LEVESQUE, NO_BOX, QUALIFIED

NIA = Ins("109076322083435", oids.INS_NIA)


def verdicts(facts: Facts) -> dict[str, tuple[str, str]]:
    return {decision.key: (decision.verdict, decision.rule) for decision in decide(facts)}


@pytest.mark.requirement("REQ-DMP-01")
def test_a_qualified_identity_sends_to_everyone() -> None:
    assert verdicts(QUALIFIED) == {
        "dmp": ("send", "DMP-1"),
        "810000000023": ("send", "PRO-1"),
        "patient": ("send", "PAT-1"),
    }


@pytest.mark.requirement("REQ-INS-09")
@pytest.mark.parametrize(
    "facts",
    [
        replace(QUALIFIED, qualified=False),
        replace(QUALIFIED, frozen_ins=None),
        replace(QUALIFIED, frozen_ins=None, current_ins=None),
    ],
)
def test_without_a_qualified_ins_the_dmp_and_the_patient_wait_and_the_professional_is_served(facts: Facts) -> None:
    assert verdicts(facts) == {
        "dmp": ("wait", "INS-1"),
        "810000000023": ("send", "PRO-1"),
        "patient": ("wait", "INS-1"),
    }


@pytest.mark.requirement("REQ-INS-26")
def test_changed_traits_stop_everyone() -> None:
    assert set(verdicts(replace(QUALIFIED, same_traits=False)).values()) == {("wait", "INS-2")}


def test_another_ins_stops_what_is_bound_to_it() -> None:
    other = replace(QUALIFIED, current_ins=Ins("160012B02077713", oids.INS_NIR_TEST))
    assert verdicts(other)["dmp"] == ("wait", "INS-2")
    assert verdicts(other)["patient"] == ("wait", "INS-2")


@pytest.mark.requirement("REQ-DMP-09")
def test_a_temporary_number_never_goes_to_the_dmp() -> None:
    assert verdicts(replace(QUALIFIED, frozen_ins=NIA, current_ins=NIA))["dmp"] == ("never", "INS-3")


def test_a_partial_report_does_not_go_to_the_dmp() -> None:
    assert verdicts(replace(QUALIFIED, complete=False))["dmp"] == ("never", "DMP-2")


@pytest.mark.requirement("REQ-MSS-15")
def test_no_mail_goes_to_a_deceased_patient() -> None:
    assert verdicts(replace(QUALIFIED, deceased=True))["patient"] == ("never", "PAT-2")


@pytest.mark.requirement("REQ-MSS-01")
def test_each_professional_is_served_once_and_one_without_address_waits_visibly() -> None:
    decisions = decide(replace(QUALIFIED, professionals=(LEVESQUE, NO_BOX, LEVESQUE)))
    professionals = [decision for decision in decisions if decision.channel == "mss_pro"]
    assert [(line.key, line.verdict) for line in professionals] == [("810000000023", "send"), ("810000000031", "wait")]
    assert professionals[1].reason is Reason.ADDRESS


def test_every_decision_has_a_rule_and_a_french_sentence() -> None:
    every: list[Decision] = []
    for facts in (QUALIFIED, replace(QUALIFIED, qualified=False), replace(QUALIFIED, deceased=True, complete=False)):
        every.extend(decide(facts))
    assert all(line.rule and line.sentence.endswith(".") and line.requirement for line in every)
