"""An identity received qualified under a contract: INSi is asked, then it is qualified, or a person is told why."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings as Settings
from django.core.checks import run_checks
from django.db import connection, connections
from django.utils import timezone

from eprouvette.core import oids
from eprouvette.exchange.identities import asking, confirming, queries, tasks
from eprouvette.exchange.identities.models import CLOSED, STOPPED, WAITING, Confirmation, Retrieval
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import services as identity
from eprouvette.lab.identity import watches
from eprouvette.lab.identity.merging import merge
from eprouvette.lab.identity.models import IdentityWatch, Patient
from eprouvette.lab.identity.rules import Attribute, Exemption
from eprouvette.lab.identity.watches import Kind
from eprouvette.sandbox.population.people import Person
from eprouvette.standards.insi.identity import InsRecord
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Found,
    NotFound,
    NotReached,
    RequestRefused,
    SearchOutcome,
    Several,
    Unusable,
    WrongEnvironment,
)
from support.feeds import NIR, declared, ins, message, patient_of, pid, take
from support.identities import ins_number, person
from support.insi import DOMINIQUE_FOUND, Scripted, SimulatedInsi, someone

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("REQ-INS-23")]
ACTOR = "user:1"
FOUND = DOMINIQUE_FOUND
NEVER = ConfigurationFault("desir_560", "Refus.", "Changer le certificat.")


def told(one: Person, number: str, **changes: str) -> bytes:
    """The A28 of a person of the population, said to be qualified."""
    said = {"name": one.birth_name, "names": " ".join(one.given_names), "born": one.birth_date.replace("-", "")}
    said |= {"sex": one.sex, "cog": one.place}
    return message("A28", pid(number=number, status="VALI", **said | changes))


def received(status: str = "VALI") -> Patient:
    """Mme Pat-Trois, received qualified under a contract."""
    declared(contract=True)
    assert take(message("A28", pid(number=ins(), status=status)))[0] == "AA"
    return patient_of()


def sentences() -> list[str]:
    return [line.sentence for line in watches.open_watches() if line.kind is Kind.INSI]


def after(*outcomes: SearchOutcome) -> tuple[Patient, Scripted]:
    """The patient received, and who was asked, once the job ran."""
    patient, client = received(), Scripted(list(outcomes))
    confirming.confirm(patient.pk, client)
    patient.refresh_from_db()
    return patient, client


def test_from_the_message_to_qualified_when_insi_gives_the_ins_that_was_received(insi: SimulatedInsi) -> None:
    one = someone("found")
    declared(contract=True)
    assert take(told(one, ins(one.ins, one.oid)))[0] == "AA"
    patient = patient_of()
    assert (patient.status, patient.ins, sentences()) == ("validee", None, [confirming.TO_DO])
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [confirming.TASK])
        jobs = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    assert jobs == [{"patient_id": patient.pk}]
    tasks.confirm_received(patient.pk)
    patient.refresh_from_db()
    assert (patient.status, patient.ins_value, patient.document_type) == ("qualifiee", one.ins, "tiers_confiance")
    assert sentences() == []
    closed = Confirmation.objects.get()
    assert (closed.state, closed.ins_value, closed.ins_oid) == (CLOSED, "", "")
    lines = AuditLine.objects.filter(target=f"patient:{patient.pk}", action__startswith="insi.").order_by("pk")
    assert [(line.action, line.actor) for line in lines] == [
        ("insi.asked", "system:insi"),
        ("insi.answered", "system:insi"),
    ]
    assert insi.calls.records()[-1]["certificate"] == "INSI-AUTO"
    assert Retrieval.objects.get().accepted_by == "system:insi"


def test_another_ins_leaves_it_validated_and_is_said(insi: SimulatedInsi) -> None:
    one = someone("found")
    declared(contract=True)
    take(told(one, ins(ins_number(1).value)))
    confirming.confirm(patient_of().pk)
    assert (patient_of().status, patient_of().ins) == ("validee", None)
    assert sentences() == ["INSi donne une autre INS que celle reçue : l'identité reste validée, à comparer."]


def test_an_ins_that_another_one_replaced_is_said_so() -> None:
    past = InsRecord(NIR[:13], NIR[13:], oids.INS_NIR_TEST, "2001-01-01", "2020-01-01")
    new = ins_number(2).value
    patient, _ = after(Found(replace(FOUND, matricule=new[:13], key=new[13:], history=(past,))))
    assert (patient.status, "n'est plus en vigueur" in sentences()[0]) == ("validee", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_name": "PAT-QUATRE"},
        {"given_names": ("MARIE", "DOMINIQUE")},
        {"given_names": ("DOMINIQUE-ANNE",)},
        {"sex": "M"},
        {"birth_date": "1979-03-29"},
        {"birth_place": "63220"},
        {"birth_date": ""},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_trait_that_differs_leaves_it_validated_and_the_sentence_holds_no_trait(changes: dict[str, str]) -> None:
    patient, _ = after(Found(replace(FOUND, **changes)))  # type: ignore[arg-type]
    assert (patient.status, patient.ins) == ("validee", None)
    assert patient.birth_given_names == "DOMINIQUE"
    (sentence,) = sentences()
    assert sentence.startswith("Les traits d'INSi diffèrent.")
    assert not any(word in sentence for word in ("PAT", "DOMINIQUE", "1979", "63220"))
    assert queries.watched_count() == 1


@pytest.mark.requirement("REQ-INS-04")
def test_nobody_found_ends_the_plan_and_the_first_question_never_has_a_birth_place() -> None:
    patient, client = after(NotFound())
    assert (patient.status, sentences()) == ("validee", [confirming._NOBODY])
    assert [bool(asked.birth_place) for asked in client.asked] == [False, True]
    confirming.confirm(patient.pk, client)
    assert len(client.asked) == 2


def test_several_persons_are_said() -> None:
    patient, client = after(Several())
    assert (patient.status, sentences()) == ("validee", [confirming._SEVERAL])
    assert len(client.asked) <= 6


def test_a_closed_service_is_asked_again_when_its_hour_has_come(insi: SimulatedInsi) -> None:
    one = someone("found")
    declared(contract=True)
    take(told(one, ins(one.ins, one.oid)))
    patient = patient_of()
    insi.calls.misbehave("closed", 1)
    confirming.confirm(patient.pk)
    waiting = Confirmation.objects.get()
    assert (waiting.state, waiting.attempts, sentences()) == (WAITING, 1, [confirming.TO_DO])
    assert queries.watched_count() == 0
    now = timezone.now()
    assert waiting.resume_at is not None
    assert waiting.resume_at > now
    assert confirming.take_up_due(now) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = %s", [confirming.TASK])
    assert confirming.take_up_due(now + timedelta(hours=7)) == 1
    assert confirming.take_up_due(now + timedelta(hours=7)) == 0
    confirming.confirm(patient.pk)
    assert patient_of().status == "qualifiee"


def test_each_failure_waits_longer_than_the_one_before_and_nothing_is_lost() -> None:
    patient, client = after(NotReached("INSi n'est pas joignable."))
    waits = []
    for _ in range(12):
        confirming.confirm(patient.pk, client)
        resume_at = Confirmation.objects.get(state=WAITING).resume_at
        assert resume_at is not None
        waits.append(resume_at - timezone.now())
    assert waits[0] < waits[3] < waits[6]
    assert waits[-1] < timedelta(hours=6, minutes=1)
    confirming.confirm(patient.pk, Scripted([Found(FOUND)]))
    assert patient_of().status == "qualifiee"


@pytest.mark.parametrize("fault", [NEVER, WrongEnvironment(oids.INS_NIR)], ids=["certificate", "environment"])
def test_a_fault_of_configuration_waits_for_a_person_and_the_doctor_says_so(fault: SearchOutcome) -> None:
    patient, _ = after(fault)
    assert (Confirmation.objects.get().state, patient.status) == (STOPPED, "validee")
    assert fault.remedy in sentences()[0]
    assert confirming.take_up_due(timezone.now() + timedelta(days=30)) == 0
    confirming.confirm(patient.pk, Scripted([Found(FOUND)]))
    assert patient_of().status == "validee"
    assert "eprouvette.identities.E004" in {one.id for one in run_checks(databases=["default"])}
    assert confirming.take_up_stopped(actor=ACTOR) == 1
    confirming.confirm(patient.pk, Scripted([Found(FOUND)]))
    assert (patient_of().status, sentences()) == ("qualifiee", [])


def test_without_an_address_it_waits_for_a_person(settings: Settings) -> None:
    settings.EPROUVETTE_INSI_URL = ""
    asking.client.cache_clear()
    patient = received()
    confirming.confirm(patient.pk)
    assert Confirmation.objects.get().state == STOPPED
    assert "EPROUVETTE_INSI_URL" in sentences()[0]


@pytest.mark.parametrize(
    ("outcome", "times"), [(RequestRefused("x", "SECRET"), 1), (Unusable("Illisible."), 3)], ids=["refused", "unusable"]
)
def test_a_refusal_or_an_answer_that_stays_unreadable_is_left_to_a_person(outcome: SearchOutcome, times: int) -> None:
    patient = received()
    for _ in range(times):
        assert Confirmation.objects.get().state == WAITING
        confirming.confirm(patient.pk, Scripted([outcome]))
    assert Confirmation.objects.get().state == CLOSED
    assert "SECRET" not in sentences()[0]
    assert outcome.remedy in sentences()[0]


@pytest.mark.requirement("REQ-INS-08")
@pytest.mark.requirement("REQ-INS-28")
def test_insi_is_never_asked_about_a_doubtful_a_fictitious_an_exempt_or_a_merged_file_or_under_a_master(
    settings: Settings,
) -> None:
    asked = Scripted([Found(FOUND)])
    patient = received()
    identity.mark(patient.pk, Attribute.DOUBTFUL, on=True, actor=ACTOR)
    confirming.confirm(patient.pk, asked)
    assert sentences() == ["Identité douteuse : lever le doute avant d'appeler INSi."]
    second = person()
    identity.validate_identity(second.pk, document_type="passeport", actor=ACTOR)
    identity.exempt(second.pk, Exemption.AME, actor=ACTOR)
    assert not confirming.promise(second.pk, ins_number(3), source="CHU-X")
    identity.exempt(second.pk, Exemption.NONE, actor=ACTOR)
    settings.EPROUVETTE_IDENTITY_MASTER = True
    assert not confirming.promise(second.pk, ins_number(3), source="CHU-X")
    settings.EPROUVETTE_IDENTITY_MASTER = False
    assert confirming.promise(second.pk, ins_number(3), source="CHU-X")
    settings.EPROUVETTE_IDENTITY_MASTER = True
    confirming.confirm(second.pk, asked)
    assert (asked.asked, Confirmation.objects.filter(closed_at=None).count()) == ([], 0)


def test_a_file_that_was_made_provisional_meanwhile_is_left_to_a_person() -> None:
    patient = received()
    identity.downgrade(patient.pk, actor=ACTOR)
    asked = Scripted([Found(FOUND)])
    confirming.confirm(patient.pk, asked)
    assert (asked.asked, patient_of().status, sentences()) == ([], "provisoire", [confirming._CHANGED])


def test_a_patient_validated_here_and_received_qualified_with_the_same_traits_is_qualified() -> None:
    declared(contract=True)
    take(message("A28", pid()))
    identity.validate_identity(patient_of().pk, document_type="passeport", actor=ACTOR)
    take(message("A31", pid(number=ins(), status="VALI"), at="20261106110000"))
    confirming.confirm(patient_of().pk, Scripted([Found(FOUND)]))
    assert (patient_of().status, patient_of().ins_value, patient_of().document_type) == ("qualifiee", NIR, "passeport")


def test_the_same_identity_told_twice_is_confirmed_once() -> None:
    patient = received()
    take(message("A31", pid(number=ins(), status="VALI"), at="20261106110000"))
    assert (Confirmation.objects.count(), IdentityWatch.objects.count()) == (1, 1)
    client = Scripted([Found(FOUND)])
    confirming.confirm(patient.pk, client)
    confirming.confirm(patient.pk, client)
    assert len(client.asked) == 1


@pytest.mark.requirement("REQ-INS-22")
def test_two_files_that_both_wait_are_merged_and_the_one_that_stays_is_confirmed() -> None:
    first = received()
    second = person()
    identity.validate_identity(second.pk, document_type="passeport", actor=ACTOR)
    assert confirming.promise(second.pk, ins_number(3), source="AUTRE")
    merge(first.pk, second.pk, actor=ACTOR)
    client = Scripted([Found(FOUND)])
    confirming.confirm(second.pk, client)
    assert client.asked == []
    take(message("A31", pid(number=ins(), status="VALI"), at="20261106110000"))
    confirming.confirm(first.pk, client)
    assert (patient_of().status, patient_of().ins_value) == ("qualifiee", NIR)
    assert not Confirmation.objects.filter(closed_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_ask_about_one_patient_at_once(insi: SimulatedInsi) -> None:
    patient = received()
    client = Scripted([Found(FOUND)])

    def other() -> None:
        confirming.confirm(patient.pk, client)
        connections.close_all()

    with confirming._alone(patient.pk):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)
    assert client.asked == []
    confirming.confirm(patient.pk, client)
    assert (len(client.asked), patient_of().status) == (1, "qualifiee")
