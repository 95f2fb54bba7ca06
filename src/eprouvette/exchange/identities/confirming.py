"""An identity received qualified under a trust contract: INSi is asked, then it is qualified, or stays validated.

Source: RNIV 1 v2.0, 4.9.2.1 (EXI SI 33, 34), REQ-INS-23; digests ``hl7v2.md`` 2.5, ``exchanges.md`` 1.8. The received
INS is never written into the file: it only has to be the one that INSi gives. An open `Confirmation` is the work that
is left; a job does it, a beat promises again what waits, a session lock of PostgreSQL keeps two workers apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from eprouvette.core.ins import Ins
from eprouvette.exchange.identities import answers, asking, queries, services
from eprouvette.exchange.identities.errors import NoServiceError
from eprouvette.exchange.identities.models import CLOSED, STOPPED, WAITING, Confirmation, Retrieval
from eprouvette.exchange.identities.rules import Next, after_trouble, why_not_taken
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.jobs import defer
from eprouvette.lab.identity import insi, watches, writing
from eprouvette.lab.identity.errors import IdentityError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.rules import Status
from eprouvette.lab.identity.watches import Kind
from eprouvette.standards.insi.envelope import Call
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.outcome import Found, NotFound, SearchOutcome, Several
from eprouvette.standards.insi.plan import Step

TASK: Final = "identities.confirm_received"
ACTOR: Final = "system:insi"
LEASE: Final = timedelta(minutes=15)
"""A confirmation whose worker died is taken up after so long."""
AT_ONCE: Final = 100
"""Confirmations that one beat promises again: INSi reopening is not met by a flood."""
TO_DO: Final = "Récupération INSi à faire."
_CHANGED: Final = "L'identité a changé avant la réponse d'INSi : l'interroger depuis la fiche."
_NOBODY: Final = "INSi ne trouve personne sous les traits reçus : l'identité reste validée."
_SEVERAL: Final = "Plusieurs personnes répondent aux traits reçus : INSi n'en donne aucune, l'identité reste validée."
_LOCK: Final = 0x494E5343 << 32


class Searcher(Protocol):
    """Who asks INSi by traits; raises `LexicalError`."""

    def search_by_traits(self, call: Call, asked: Traits) -> SearchOutcome:
        """One question."""
        ...


def promise(patient_id: int, ins: Ins, *, source: str) -> bool:
    """Put a patient's confirmation to do, in the caller's transaction; False when it is left to a person.

    A line of the work list says so in both cases. What is promised already takes the INS that was received last.
    """
    if settings.EPROUVETTE_IDENTITY_MASTER:
        return False
    patient = writing.locked(patient_id)
    refusal = insi.why_not(patient)
    watches.raise_watch(patient_id, Kind.INSI, refusal or TO_DO, source=source)
    if refusal or patient.status != Status.VALIDATED.value:
        return False
    now = timezone.now()
    row = Confirmation.objects.filter(patient=patient, closed_at=None).first()
    row = row or Confirmation(patient=patient, promised_at=now)
    row.source, row.ins_value, row.ins_oid = source, ins.value, ins.oid
    row.state, row.attempts, row.resume_at = WAITING, 0, now
    row.save()
    _defer(patient_id)
    return True


def take_up_due(now: datetime) -> int:
    """Promise again what waits and whose hour has come; how many."""
    due = Confirmation.objects.filter(state=WAITING, resume_at__lte=now).order_by("resume_at", "pk")
    return sum(_defer(patient_id) for patient_id in due.values_list("patient_id", flat=True)[:AT_ONCE])


def take_up_stopped(*, actor: str) -> int:
    """Put to do again what waited for INSi to be set; how many."""
    with transaction.atomic():
        rows = Confirmation.objects.filter(state=STOPPED)
        count = rows.update(state=WAITING, attempts=0, resume_at=timezone.now())
        if count:
            audit.record(actor=actor, action="insi.confirmations_taken_up", target="insi", details={"count": count})
    return count


def confirm(patient_id: int, client: Searcher | None = None) -> None:
    """Ask INSi about a patient whose confirmation is open, and settle it or leave it for later."""
    with _alone(patient_id) as alone:
        if not alone:
            return
        todo = Confirmation.objects.filter(patient_id=patient_id, state=WAITING)
        number = todo.values_list("pk", flat=True).first()
        if number is None or not todo.filter(pk=number).update(resume_at=timezone.now() + LEASE):
            return
        try:
            patient = services.askable(patient_id)
            if patient.status != Status.VALIDATED.value:
                _leave(number, _CHANGED)
                return
            row, outcome = _ask_until_found(patient, client or asking.client("insi_auto"))
        except IdentityError as error:
            _leave(number, error.message)
        except NoServiceError as error:
            _stop(number, f"{error.message} {error.hint}")
        else:
            _settle(number, row, outcome)


def _defer(patient_id: int) -> bool:
    lock = f"insi.confirm:{patient_id}"
    return defer(TASK, queue="identities", lock=lock, queueing_lock=lock, patient_id=patient_id)


def _ask_until_found(patient: Patient, client: Searcher) -> tuple[Retrieval | None, SearchOutcome]:
    """The steps of the plan, one call each, until an identity, a trouble or the end of the plan.

    What was answered today about the same traits is not asked again. The first question has no birth place
    (REQ-INS-04) and the plan is bounded.
    """
    done = queries.asked_since_change(patient)
    outcome: SearchOutcome = answers.outcome_of(done[-1]) if done else NotFound()
    while (step := queries.next_step(patient)) is not None:
        row, outcome = _ask(patient, step, client)
        if not isinstance(outcome, NotFound | Several):
            return row, outcome
    return None, outcome


def _ask(patient: Patient, step: Step, client: Searcher) -> tuple[Retrieval, SearchOutcome]:
    asked = asdict(step.asked)
    row = Retrieval(patient=patient, channel="traits", label=step.label, asked=asked, asked_by=ACTOR)
    return services.ask_whole(row, lambda call: client.search_by_traits(call, step.asked))


def _settle(number: int, row: Retrieval | None, outcome: SearchOutcome) -> None:
    match outcome:
        case Found() if row is not None:
            _compare(number, row)
        case Found() | NotFound():
            _leave(number, _NOBODY)
        case Several():
            _leave(number, _SEVERAL)
        case _:
            _wait(number, row, outcome)


def _compare(number: int, row: Retrieval) -> None:
    """Qualify when INSi gives the INS that was received and nothing differs; else say why to a person."""
    try:
        with transaction.atomic():
            # The same order as at the desk, which may take this very answer: the answer, then the patient.
            row = Retrieval.objects.select_for_update().get(pk=row.pk)
            confirmation = _open(number)
            if confirmation is None or confirmation.patient_id != row.patient_id:
                return
            patient = writing.locked(confirmation.patient_id)
            if patient.status != Status.VALIDATED.value:
                _leave(number, _CHANGED)
                return
            answer = answers.identity_of(row)
            received = Ins(confirmation.ins_value, confirmation.ins_oid)
            if sentence := why_not_taken(received, answer, insi.compared(patient, answer.traits)):
                _leave(number, sentence)
                return
            services.take(row, actor=ACTOR)
    except IdentityError as error:
        _leave(number, error.message)


def _wait(number: int, row: Retrieval | None, outcome: SearchOutcome) -> None:
    """INSi gave no answer: later, or once a person has seen to it."""
    # The remedy is ours; the text of an answer, or of a letter that cannot be written, might repeat a trait.
    said = f"INSi n'a pas pu répondre ({row.code or row.outcome}). {row.remedy}" if row else ""
    with transaction.atomic():
        confirmation = _open(number)
        if confirmation is None:
            return
        confirmation.attempts += 1
        what, wait = after_trouble(outcome, confirmation.attempts)
        if what is Next.LATER:
            confirmation.resume_at = timezone.now() + wait
            confirmation.save(update_fields=["attempts", "resume_at"])
        elif what is Next.STOP:
            _stop(number, said)
        else:
            _leave(number, said)


def _leave(number: int, sentence: str) -> None:
    """Close a confirmation that a person decides: the work list says why."""
    with transaction.atomic():
        confirmation = _open(number)
        if confirmation is not None:
            _close(confirmation)
            _tell(confirmation, sentence)


def _stop(number: int, sentence: str) -> None:
    """Keep a confirmation until a person has put INSi in order."""
    with transaction.atomic():
        confirmation = _open(number)
        if confirmation is not None:
            confirmation.state, confirmation.resume_at = STOPPED, None
            confirmation.save(update_fields=["state", "resume_at"])
            _tell(confirmation, sentence)


def _open(number: int) -> Confirmation | None:
    """A confirmation that is still open, locked after its patient as `promise` does."""
    patient_id = Confirmation.objects.filter(pk=number).values_list("patient_id", flat=True).first()
    if patient_id is None:
        return None
    writing.locked(patient_id, closed_too=True)
    return Confirmation.objects.select_for_update().filter(pk=number, closed_at=None).first()


def _close(confirmation: Confirmation) -> None:
    confirmation.state, confirmation.closed_at, confirmation.resume_at = CLOSED, timezone.now(), None
    confirmation.ins_value = confirmation.ins_oid = ""
    confirmation.save()


def _tell(confirmation: Confirmation, sentence: str) -> None:
    watches.settle(confirmation.patient_id, Kind.INSI, actor=ACTOR)
    watches.raise_watch(confirmation.patient_id, Kind.INSI, sentence[:300], source=confirmation.source)


@contextmanager
def _alone(patient_id: int) -> Iterator[bool]:
    """True for the only worker that asks about a patient."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK + patient_id])
        taken: bool = cursor.fetchone()[0]
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK + patient_id])
