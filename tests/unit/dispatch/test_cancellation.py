"""The decision table of a version that cancels: who had the report is told, nobody else hears of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.exchange.dispatch.rules import Facts, Holder, Professional, decide
from eprouvette.exchange.dispatch.states import Reason
from support.decisions import LEVESQUE, NO_BOX, QUALIFIED

DMP = Holder("dmp", "dmp", "DMP / Mon espace santé", "")
PRESCRIBER = Holder("mss_pro", LEVESQUE.id, LEVESQUE.name, "ancienne@medecin.mssante.fr")
PATIENT = Holder("mss_patient", "patient", "PAT-TROIS Dominique", QUALIFIED.patient_address)
FORGOTTEN = Holder("mss_pro", "810000000099", "ANCIEN Prescripteur", "ancien@medecin.mssante.fr", "2021.01")
CANCELLING = replace(QUALIFIED, cancels=True, holders=(DMP, PRESCRIBER, PATIENT))


def verdicts(facts: Facts) -> dict[str, tuple[str, str]]:
    return {decision.key: (decision.verdict, decision.rule) for decision in decide(facts)}


@pytest.mark.requirement("REQ-MSS-13")
def test_everyone_who_has_it_is_told() -> None:
    assert verdicts(CANCELLING) == {
        "dmp": ("send", "CAN-1"),
        LEVESQUE.id: ("send", "CAN-1"),
        "patient": ("send", "CAN-1"),
    }


def test_nobody_hears_of_the_cancellation_of_what_he_never_had() -> None:
    lines = decide(replace(CANCELLING, holders=(DMP,)))
    assert {line.key: line.verdict for line in lines} == {"dmp": "send", LEVESQUE.id: "never", "patient": "never"}
    never = [line for line in lines if line.verdict == "never"]
    assert {line.sentence for line in never} == {
        "Rien à annuler : ce destinataire n'a pas reçu ce compte rendu.",
    }
    assert set(verdicts(replace(CANCELLING, holders=())).values()) == {("never", "CAN-2")}


@pytest.mark.parametrize(
    "changes",
    [
        {"qualified": False},
        {"same_traits": False},
        {"current_ins": None},
        {"frozen_ins": None, "current_ins": None},
        {"deceased": True},
        {"complete": False},
    ],
)
def test_an_identity_that_was_wrong_does_not_keep_its_report_from_being_cancelled(changes: dict[str, object]) -> None:
    facts = replace(CANCELLING, **changes)  # type: ignore[arg-type]  # fields of Facts
    assert {line.verdict for line in decide(facts)} == {"send"}


def test_who_has_no_reason_to_be_told_waits_for_nothing() -> None:
    facts = replace(CANCELLING, professionals=(LEVESQUE, NO_BOX), same_traits=False)
    box = next(line for line in decide(facts) if line.key == NO_BOX.id)
    assert (box.verdict, box.reason) == ("never", Reason.NONE)


def test_who_had_it_and_is_no_more_on_the_report_is_told_where_and_how_he_had_it() -> None:
    line = next(one for one in decide(replace(CANCELLING, holders=(FORGOTTEN,))) if one.verdict == "send")
    assert (line.key, line.address, line.profile) == (FORGOTTEN.key, FORGOTTEN.address, "2021.01")


def test_an_address_of_today_comes_before_that_of_yesterday() -> None:
    line = next(one for one in decide(CANCELLING) if one.key == LEVESQUE.id)
    assert line.address == LEVESQUE.address
    moved = replace(CANCELLING, professionals=(replace(LEVESQUE, address=""),))
    assert next(one for one in decide(moved) if one.key == LEVESQUE.id).address == PRESCRIBER.address


def test_the_profile_of_a_professional_goes_with_the_decision_and_touches_nobody_else() -> None:
    older = Professional(LEVESQUE.id, LEVESQUE.name, LEVESQUE.role, LEVESQUE.address, "2021.01")
    lines = decide(replace(QUALIFIED, professionals=(older,)))
    assert {line.channel: line.profile for line in lines} == {
        "dmp": "2024.01",
        "mss_pro": "2021.01",
        "mss_patient": "2024.01",
    }
