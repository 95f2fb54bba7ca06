"""Periodic verification of the INS held (REQ-INS-02): paced, taken up where it stood, never by two workers at once.

A run is a row; a batch is a job. A batch asks INSi about the next identities, writes each verdict in a transaction of
its own with the place reached, then promises the next batch. A session lock of PostgreSQL keeps two workers apart; it
goes with the connection of a worker that dies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from eprouvette.exchange.identities import asking
from eprouvette.exchange.identities.answers import KINDS, traits_of
from eprouvette.exchange.identities.errors import NoServiceError
from eprouvette.exchange.identities.models import FINISHED, PAUSED, RUNNING, Refutation, VerificationRun
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.jobs import defer
from eprouvette.lab.identity import insi
from eprouvette.lab.identity.errors import IdentityError
from eprouvette.lab.identity.models import WITH_INS, Patient
from eprouvette.lab.identity.services import require_no_master
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Confirmed,
    Denied,
    ServiceClosed,
    TransientFault,
    VerifyOutcome,
)
from eprouvette.standards.insi.verify import Candidate, PacedVerifier, Verdict, Verifier

BATCH: Final = 100
LATER: Final = timedelta(minutes=15)
EVERY: Final = timedelta(days=1)
ACTOR: Final = "system:insi"
_LOCK: Final = 0x494E5356
_YEAR: Final = timedelta(days=365.25)


def due(before: datetime) -> QuerySet[Patient]:
    """The living files whose INS was neither received nor verified since ``before``, in the order of their ids."""
    rows = Patient.objects.filter(status__in=WITH_INS, merged_into__isnull=True, deceased_at=None)
    return rows.filter(ins_since__lt=before).order_by("pk")


def start(*, actor: str) -> VerificationRun | None:
    """Begin a run over what is due, or take up the one that waits; None when nothing is due.

    A run that goes on has its next batch promised again, once: a worker may have died before it did so.

    Raises `NoServiceError`, `MasterIdentityError`.
    """
    require_no_master()
    asking.client("insi_auto")
    before = timezone.now() - settings.EPROUVETTE_INSI_VERIFY_YEARS * _YEAR
    try:
        with transaction.atomic():
            run = VerificationRun.objects.select_for_update().filter(state__in=[RUNNING, PAUSED]).first()
            if run is None:
                total = due(before).count()
                if not total:
                    return None
                run = VerificationRun.objects.create(
                    started_at=timezone.now(), started_by=actor, due_before=before, total=total
                )
            elif run.state == RUNNING:
                promise(run.pk)
                return run
            run.state, run.resume_at, run.sentence, run.remedy = RUNNING, None, "", ""
            run.save(update_fields=["state", "resume_at", "sentence", "remedy"])
            audit.record(actor=actor, action="insi.verification_started", target=f"verification:{run.pk}")
            promise(run.pk)
    except IntegrityError:
        # Another desk began it at the same moment.
        return VerificationRun.objects.first()
    return run


def promise(run_id: int) -> None:
    """Promise the next batch, once."""
    defer("identities.verify", queue="identities", queueing_lock="identities.verify", run_id=run_id)


def wake(now: datetime) -> bool:
    """Take up a run that waits for its hour, promise again one that was dropped, begin one each day."""
    if not settings.EPROUVETTE_INSI_URL or settings.EPROUVETTE_IDENTITY_MASTER:
        return False
    run = VerificationRun.objects.first()
    if run is not None and run.state == PAUSED and (run.resume_at is None or run.resume_at > now):
        return False
    if run is not None and run.state == FINISHED and run.started_at > now - EVERY:
        return False
    try:
        return start(actor=ACTOR) is not None
    except NoServiceError:
        # Said by the checks of the certificates.
        return False


def batch(run_id: int, verifier: Verifier | None = None, size: int = BATCH) -> None:
    """Verify the next identities of a run, and promise what follows."""
    with _alone() as alone:
        if alone:
            _batch(run_id, verifier or _paced(), size)


def _paced() -> Verifier:
    client = asking.client("insi_auto")
    return PacedVerifier(
        client.verify,
        asking.new_call,
        per_second=settings.EPROUVETTE_INSI_PER_SECOND,
        clock=time.monotonic,
        sleep=time.sleep,
    )


def _batch(run_id: int, verifier: Verifier, size: int) -> None:
    run = VerificationRun.objects.filter(pk=run_id, state=RUNNING).first()
    if run is None:
        return
    patients = list(due(run.due_before).filter(pk__gt=run.last_id)[:size])
    if not patients:
        _finish(run)
        return
    waiting: list[Verdict] = []
    count = 0
    for verdict in verifier.verify(_candidate(patient) for patient in patients):
        count += 1
        if _is_trouble(verdict.outcome):
            waiting.append(verdict)
            continue
        _settle(run, verdict, skipped=len(waiting))
        waiting.clear()
    # A run that ended early asks again, later, about those that its end left without a verdict.
    if waiting and (count < len(patients) or waiting[-1].outcome.stops):
        _pause(run, waiting[-1].outcome)
        return
    if waiting:
        _pass_over(run, waiting)
    promise(run.pk)


def _is_trouble(outcome: VerifyOutcome) -> bool:
    return outcome.stops or not outcome.permanent


def _candidate(patient: Patient) -> Candidate:
    ins = patient.ins
    if ins is None:
        raise AssertionError(patient.pk)
    return Candidate(str(patient.pk), ins, traits_of(patient))


def _settle(run: VerificationRun, verdict: Verdict, *, skipped: int) -> None:
    """Write one verdict and the place reached, together."""
    patient_id = int(verdict.reference)
    with transaction.atomic():
        match verdict.outcome:
            case Confirmed():
                _tell(patient_id, agreed=True)
            case Denied(schema=schema):
                if _tell(patient_id, agreed=False):
                    Refutation.objects.create(patient_id=patient_id, run=run, schema=schema[:40], at=timezone.now())
                    run.refuted += 1
            case _:
                run.unanswered += 1
        run.done += 1 + skipped
        run.unanswered += skipped
        run.last_id = patient_id
        run.save()


def _tell(patient_id: int, *, agreed: bool) -> bool:
    """False when the file changed under the run (merged, downgraded): there is nothing left to verify in it."""
    try:
        with transaction.atomic():
            insi.verified(patient_id, agreed=agreed, actor=ACTOR)
    except IdentityError:
        return False
    return True


def _pass_over(run: VerificationRun, waiting: list[Verdict]) -> None:
    run.done += len(waiting)
    run.unanswered += len(waiting)
    run.last_id = int(waiting[-1].reference)
    run.save()


def _pause(run: VerificationRun, outcome: VerifyOutcome) -> None:
    """Wait for the hour that INSi said, or a quarter; a fault of configuration waits for a person."""
    wait: timedelta | None = LATER
    if isinstance(outcome, ServiceClosed | TransientFault) and outcome.retry_after:
        wait = timedelta(seconds=outcome.retry_after)
    if isinstance(outcome, ConfigurationFault) or outcome.permanent:
        wait = None
    said = getattr(outcome, "text", "") or getattr(outcome, "reason", "") or _sentence(outcome)
    run.state, run.sentence, run.remedy = PAUSED, said[:300], outcome.remedy[:300]
    run.resume_at = timezone.now() + wait if wait else None
    run.save()


def _sentence(outcome: VerifyOutcome) -> str:
    return next((sentence for kind, (_, sentence) in KINDS.items() if isinstance(outcome, kind)), "")


def _finish(run: VerificationRun) -> None:
    run.state, run.ended_at = FINISHED, timezone.now()
    with transaction.atomic():
        run.save()
        details: dict[str, str | int | None] = {"done": run.done, "refuted": run.refuted}
        audit.record(actor=ACTOR, action="insi.verification_ended", target=f"verification:{run.pk}", details=details)


@contextmanager
def _alone() -> Iterator[bool]:
    """True for the only worker that verifies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        taken: bool = cursor.fetchone()[0]
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
