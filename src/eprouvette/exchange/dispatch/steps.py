"""The road of one delivery: begin (guards, seal, attempt written), send, settle (outcome written).

Each step starts from the last fact that the row records. A worker killed between two of them leaves a
row in state ``sent``; the job taken up again sends the same bytes under the same ids, and the other
side's "already there" counts as done.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from eprouvette.exchange.channels.base import Ambiguous, Consignment, Done, Later, Outcome, Refused
from eprouvette.exchange.dispatch import consignments, holding
from eprouvette.exchange.dispatch.backoff import next_attempt
from eprouvette.exchange.dispatch.forms import PARCELS
from eprouvette.exchange.dispatch.models import Attempt, Delivery, Judgement, StoppedChannel
from eprouvette.exchange.dispatch.planning import ACTOR
from eprouvette.exchange.dispatch.rules import NOTHING_TO_CANCEL, SERVED
from eprouvette.exchange.dispatch.states import FINAL, Reason, State, move
from eprouvette.foundation import jobs
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.documents import queries as documents
from eprouvette.foundation.documents import services as store

IDENTITY = frozenset({Reason.INS, Reason.IDENTITY_CHANGED})
SEAL_TYPES = {"dmp": "application/xml", "mss_pro": "message/rfc822", "mss_patient": "message/rfc822"}


@jobs.task(queue="dispatch", name="dispatch.send")
def send(delivery_id: int) -> None:
    """Make one attempt for a delivery, if its row still allows it."""
    begun = begin(delivery_id)
    if begun is None:
        return
    consignment, sealed = begun
    outcome = consignments.channel(consignment.channel).send(consignment, sealed)
    settle(delivery_id, outcome)


def begin(delivery_id: int) -> tuple[Consignment, bytes] | None:
    """Guard, seal and note the attempt, in one transaction; None when nothing may be sent now.

    A row found in state ``sent`` is that of a worker that died: its attempt is taken up again.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("release__dossier__site")
            .get(pk=delivery_id)
        )
        if delivery.state not in {State.QUEUED, State.SENT}:
            return None
        if delivery.state == State.QUEUED and _stays(delivery, timezone.now()):
            return None
        consignment = consignments.of(delivery)
        sealed = _sealed(delivery, consignment)
        if delivery.state == State.QUEUED:
            _note_attempt(delivery, timezone.now())
        return consignment, sealed


def _stays(delivery: Delivery, now: datetime) -> bool:
    """The last guard before sending, whatever was decided before: True when the delivery was withdrawn or waits."""
    if holding.superfluous(delivery):
        holding.withdraw_for_later(delivery, now)
        return True
    if (reason := _obstacle(delivery)) is not Reason.NONE:
        _wait(delivery, reason, now)
        return True
    line = consignments.decided_now(delivery)
    if line is not None and line.rule in {NOTHING_TO_CANCEL, SERVED}:
        # What may have arrived was settled since: it had not, or it had.
        holding.withdraw(delivery, line.rule, line.sentence, now)
        return True
    if line is not None and line.reason in IDENTITY and not holding.overtaken(delivery):
        _wait(delivery, line.reason, now)
        return True
    return False


def _obstacle(delivery: Delivery) -> Reason:
    """What stands in the way beside the decision: the channel, the version before, the official rules."""
    if StoppedChannel.objects.filter(channel=delivery.channel).exists():
        return Reason.CHANNEL_STOPPED
    if delivery.version > 1 and _earlier(delivery).exclude(state__in=[state.value for state in FINAL]).exists():
        return Reason.EARLIER_VERSION
    judged = Judgement.objects.filter(release_id=delivery.release_id, form__in=PARCELS[delivery.form].judged)
    verdicts = set(judged.values_list("verdict", flat=True))
    if verdicts - {"passed"}:
        return Reason.JUDGE if verdicts <= {"passed", ""} else Reason.JUDGE_FAILED
    return Reason.NONE


def _earlier(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        set_id=delivery.set_id,
        channel=delivery.channel,
        recipient_key=delivery.recipient_key,
        version__lt=delivery.version,
    )


def _sealed(delivery: Delivery, consignment: Consignment) -> bytes:
    if delivery.sealed_digest:
        return documents.load(delivery.sealed_digest)
    sealed = consignments.channel(consignment.channel).seal(consignment)
    delivery.sealed_digest = store.store(sealed, SEAL_TYPES[consignment.channel])
    return sealed


def _note_attempt(delivery: Delivery, now: datetime) -> None:
    delivery.state = move(State(delivery.state), State.SENT)
    delivery.reason = Reason.NONE
    delivery.since = now
    delivery.attempts += 1
    delivery.first_attempt_at = delivery.first_attempt_at or now
    delivery.save(update_fields=["sealed_digest", "state", "reason", "since", "attempts", "first_attempt_at"])
    Attempt.objects.create(delivery=delivery, number=delivery.attempts, started_at=now)


def settle(delivery_id: int, outcome: Outcome) -> None:
    """Write down what came of the attempt; a row that another worker settled meanwhile is left alone."""
    now = timezone.now()
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.state != State.SENT:
            return
        _close_attempt(delivery, outcome, now)
        match outcome:
            case Done():
                _accept(delivery, outcome, now)
            case Refused():
                _finish(delivery, State.REFUSED, now)
            case Later(stops_channel=True):
                _stop_channel(delivery, outcome, now)
                _wait(delivery, Reason.CHANNEL_STOPPED, now)
                _leave_to_later(delivery, now)
            case Later() | Ambiguous():
                _try_again(delivery, now)
        audit.record(
            actor=ACTOR,
            action=f"delivery.{type(outcome).__name__.lower()}",
            target=f"delivery:{delivery.pk}",
            details={"channel": delivery.channel, "attempt": delivery.attempts, "state": delivery.state},
        )


def _close_attempt(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Done(detail=detail):
            words = {"text": detail}
        case Refused(code=code, text=text, remedy=remedy) | Later(code=code, text=text, remedy=remedy):
            words = {"code": code[:120], "text": text, "remedy": remedy}
        case Ambiguous(text=text):
            words = {"text": text}
    attempt = Attempt.objects.filter(delivery=delivery, number=delivery.attempts)
    attempt.update(ended_at=now, outcome=type(outcome).__name__.lower(), **words)


def _accept(delivery: Delivery, outcome: Done, now: datetime) -> None:
    delivery.remote_id = outcome.remote_id
    delivery.accepted_at = now
    _finish(delivery, State.ACCEPTED, now)


def _finish(delivery: Delivery, state: State, now: datetime) -> None:
    delivery.state = move(State(delivery.state), state)
    delivery.reason = Reason.NONE
    delivery.since = now
    delivery.next_attempt_at = None
    delivery.save(update_fields=["state", "reason", "since", "next_attempt_at", "remote_id", "accepted_at"])


def _wait(delivery: Delivery, reason: Reason, now: datetime, until: datetime | None = None) -> None:
    delivery.state = move(State(delivery.state), State.WAITING)
    delivery.reason = reason
    delivery.since = now
    delivery.next_attempt_at = until
    delivery.save(update_fields=["state", "reason", "since", "next_attempt_at"])


def _try_again(delivery: Delivery, now: datetime) -> None:
    moment = next_attempt(delivery.attempts, delivery.first_attempt_at or now, now)
    _wait(delivery, Reason.SERVICE if moment else Reason.EXHAUSTED, now, moment)
    _leave_to_later(delivery, now)


def _leave_to_later(delivery: Delivery, now: datetime) -> None:
    """A delivery that waits again, while a later version is there, is not tried again when it need not be."""
    if holding.superfluous(delivery):
        holding.withdraw_for_later(delivery, now)


def _stop_channel(delivery: Delivery, outcome: Later, now: datetime) -> None:
    StoppedChannel.objects.get_or_create(
        channel=delivery.channel,
        defaults={"code": outcome.code[:120], "text": outcome.text, "remedy": outcome.remedy, "since": now},
    )
