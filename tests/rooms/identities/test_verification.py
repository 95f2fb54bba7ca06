"""The periodic verification: paced, resumable, KO downgraded and listed, never two workers at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from eprouvette.exchange.identities import queries, services, verifying
from eprouvette.exchange.identities.models import FINISHED, PAUSED, RUNNING, VerificationRun
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity.models import Patient
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Confirmed,
    Denied,
    NotReached,
    ServiceClosed,
    VerifyOutcome,
)
from eprouvette.standards.insi.verify import Candidate, Verdict
from support.insi import PEOPLE, SimulatedInsi, held, someone

pytestmark = pytest.mark.django_db
ACTOR = "user:1"
ORDINARY = [one for one in PEOPLE if one.kind == "ordinary"]


class Scripted:
    """A verifier that gives its outcomes in order, then ends."""

    def __init__(self, *outcomes: VerifyOutcome) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[int] = []

    def verify(self, candidates: Iterable[Candidate]) -> Iterator[Verdict]:
        for candidate in candidates:
            if not self.outcomes:
                return
            self.asked.append(int(candidate.reference))
            outcome = self.outcomes.pop(0)
            yield Verdict(candidate.reference, outcome)
            if outcome.stops:
                return


def run_now(run: VerificationRun) -> VerificationRun:
    """Do batches until the run waits or ends, as a worker would."""
    for _ in range(10):
        verifying.batch(run.pk, size=2)
        run.refresh_from_db()
        if run.state != RUNNING:
            return run
    raise AssertionError(run.state)


@pytest.mark.requirement("REQ-INS-02")
def test_what_is_due_is_verified_and_a_ko_is_downgraded_and_listed(insi: SimulatedInsi) -> None:
    good, wrong = held(ORDINARY[0]), held(ORDINARY[1])
    fresh = held(ORDINARY[2], years=1)
    Patient.objects.filter(pk=wrong.pk).update(birth_family_name="AUTREMENT")
    run = verifying.start(actor=ACTOR)
    assert run is not None
    assert run.total == 2
    run = run_now(run)
    assert (run.state, run.done, run.refuted, run.unanswered) == (FINISHED, 2, 1, 0)
    for row in (good, wrong, fresh):
        row.refresh_from_db()
    assert good.ins_since is not None
    assert good.ins_since > timezone.now() - timedelta(hours=1)
    assert (wrong.status, wrong.ins_value) == ("validee", "")
    assert fresh.status == "qualifiee"
    assert queries.refuted_ids() == [wrong.pk]
    assert insi.calls.records()[-1]["certificate"] == "INSI-AUTO"
    assert services.handled(wrong.pk, actor=ACTOR) == 1
    assert queries.refuted_ids() == []


def test_a_closed_service_pauses_the_run_which_takes_up_where_it_stood(insi: SimulatedInsi) -> None:
    rows = [held(one) for one in ORDINARY[:3]]
    run = verifying.start(actor=ACTOR)
    assert run is not None
    yes = Confirmed("essai")
    verifying.batch(run.pk, Scripted(yes, ServiceClosed(60)))
    run.refresh_from_db()
    assert (run.state, run.done, run.last_id) == (PAUSED, 1, rows[0].pk)
    assert run.sentence == "INSi est fermé."
    assert not verifying.wake(timezone.now())
    assert verifying.wake(timezone.now() + timedelta(seconds=61))
    again = Scripted(yes, yes)
    verifying.batch(run.pk, again)
    assert again.asked == [rows[1].pk, rows[2].pk]


def test_failures_at_the_end_are_asked_again_and_those_in_the_middle_are_counted(insi: SimulatedInsi) -> None:
    rows = [held(one) for one in ORDINARY[:4]]
    run = verifying.start(actor=ACTOR)
    assert run is not None
    lost = NotReached("INSi n'est pas joignable.")
    verifying.batch(run.pk, Scripted(lost, Denied("essai"), lost, lost))
    run.refresh_from_db()
    assert (run.state, run.done, run.unanswered, run.last_id) == (RUNNING, 4, 3, rows[3].pk)
    verifying.batch(run.pk, Scripted())
    run.refresh_from_db()
    assert run.state == FINISHED


def test_a_wrong_certificate_waits_for_a_person(insi: SimulatedInsi) -> None:
    held(ORDINARY[0])
    run = verifying.start(actor=ACTOR)
    assert run is not None
    verifying.batch(run.pk, Scripted(ConfigurationFault("desir_560", "Certificat refusé.", "Changer le certificat.")))
    run.refresh_from_db()
    assert (run.state, run.resume_at, run.remedy) == (PAUSED, None, "Changer le certificat.")
    assert not verifying.wake(timezone.now() + timedelta(days=30))
    assert verifying.start(actor=ACTOR) == run


def test_the_hour_that_insi_said_is_kept(insi: SimulatedInsi) -> None:
    held(ORDINARY[0])
    run = verifying.start(actor=ACTOR)
    assert run is not None
    insi.calls.misbehave("closed", 1)
    verifying.batch(run.pk)
    run.refresh_from_db()
    assert run.state == PAUSED
    assert run.resume_at is not None


def test_two_starts_make_one_run_and_nothing_due_makes_none(insi: SimulatedInsi) -> None:
    assert verifying.start(actor=ACTOR) is None
    held(someone("ordinary"))
    first, second = verifying.start(actor=ACTOR), verifying.start(actor="user:2")
    assert first == second
    assert VerificationRun.objects.count() == 1
    assert verifying.wake(timezone.now())
    assert AuditLine.objects.filter(action="insi.verification_started").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'identities.verify'")
        jobs = cursor.fetchall()
    assert first is not None
    assert [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in jobs] == [{"run_id": first.pk}]


def test_a_file_downgraded_while_it_was_asked_is_left_alone(insi: SimulatedInsi) -> None:
    patient = held(ORDINARY[0])
    run = verifying.start(actor=ACTOR)
    assert run is not None

    class Meanwhile(Scripted):
        def verify(self, candidates: Iterable[Candidate]) -> Iterator[Verdict]:
            for verdict in super().verify(candidates):
                Patient.objects.filter(pk=patient.pk).update(status="validee", ins_value="", ins_oid="")
                yield verdict

    verifying.batch(run.pk, Meanwhile(Denied("essai")))
    run.refresh_from_db()
    assert (run.done, run.refuted) == (1, 0)
    assert queries.refuted_ids() == []


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_the_batch_to_the_first(insi: SimulatedInsi) -> None:
    held(ORDINARY[0])
    run = verifying.start(actor=ACTOR)
    assert run is not None
    second = Scripted(Confirmed("essai"))

    def other() -> None:
        verifying.batch(run.pk, second)
        connections.close_all()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [verifying._LOCK])
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [verifying._LOCK])
    assert second.asked == []
    other()
    assert len(second.asked) == 1
