"""Jobs that send, and the pump that wakes what waits.

Back-off lives in ``Delivery.next_attempt_at``: 30,000 jobs scheduled ahead would slow the queue by three
quarters, so the pump turns into jobs only what is due, 200 at most at a time (design, section 4).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from eprouvette.exchange.dispatch.models import Delivery, StoppedChannel
from eprouvette.exchange.dispatch.states import FINAL, Reason, State, move
from eprouvette.foundation import jobs

MOST_QUEUED = 200
PUMP_SECONDS = 5.0
FORGOTTEN_AFTER = timedelta(minutes=15)
SEND_TASK = "dispatch.send"


def defer_sending(deliveries: Iterable[Delivery]) -> None:
    """Promise to send each delivery, in the transaction of the caller.

    The lock keeps the order of versions for one recipient and lets every other recipient pass; the
    queueing lock makes a second promise for the same delivery a no-op.
    """
    for delivery in deliveries:
        jobs.defer(
            SEND_TASK,
            queue="dispatch",
            lock=f"send:{delivery.set_id}:{delivery.channel}:{delivery.recipient_key}",
            queueing_lock=f"send:{delivery.pk}",
            delivery_id=delivery.pk,
        )


def wake(deliveries: Iterable[Delivery]) -> int:
    """Queue deliveries that waited; they must be locked by the caller. Returns how many."""
    now = timezone.now()
    woken = []
    for delivery in deliveries:
        delivery.state = move(State(delivery.state), State.QUEUED)
        delivery.reason = Reason.NONE
        delivery.since = now
        delivery.next_attempt_at = None
        delivery.save(update_fields=["state", "reason", "since", "next_attempt_at"])
        woken.append(delivery)
    defer_sending(woken)
    return len(woken)


@jobs.beat(name="dispatch.pump", seconds=PUMP_SECONDS)
def pump() -> int:
    """Queue what is due, while fewer than 200 jobs wait: retries, and versions whose predecessor arrived.

    Deliveries whose job is gone (it failed five times on a fault of ours) are promised again as well.
    """
    forgotten = Delivery.objects.filter(
        state__in=[State.QUEUED, State.SENT], since__lt=timezone.now() - FORGOTTEN_AFTER
    ).order_by("pk")
    defer_sending(forgotten[:MOST_QUEUED])
    room = MOST_QUEUED - Delivery.objects.filter(state=State.QUEUED).count()
    if room <= 0:
        return 0
    with transaction.atomic():
        return wake(_due()[:room])


def _due() -> QuerySet[Delivery]:
    """Deliveries whose wait is over, oldest first, locked, without those of a stopped channel."""
    stopped = StoppedChannel.objects.values("channel")
    earlier = Delivery.objects.filter(
        set_id=OuterRef("set_id"),
        channel=OuterRef("channel"),
        recipient_key=OuterRef("recipient_key"),
        version__lt=OuterRef("version"),
    ).exclude(state__in=[state.value for state in FINAL])
    service_back = Q(reason=Reason.SERVICE, next_attempt_at__lte=timezone.now())
    channel_back = Q(reason=Reason.CHANNEL_STOPPED)
    turn_come = Q(reason=Reason.EARLIER_VERSION) & ~Exists(earlier)
    return (
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=State.WAITING)
        .filter(service_back | channel_back | turn_come)
        .exclude(channel__in=stopped)
        .order_by("next_attempt_at", "pk")
    )
