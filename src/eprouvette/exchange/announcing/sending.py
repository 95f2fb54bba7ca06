"""The lane of a partner: the oldest message first, one in flight, its answer read; a refusal stops the lane."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.announcing import writing
from eprouvette.exchange.announcing.models import Announced, Correspondent
from eprouvette.exchange.announcing.rules import State, answered, wait_after
from eprouvette.foundation import jobs, trust
from eprouvette.foundation.audit import services as audit
from eprouvette.standards.hl7v2 import charset, er7
from eprouvette.standards.hl7v2.client import MllpClient, NoAnswerError
from eprouvette.standards.hl7v2.errors import Hl7Error

ACTOR = "system:announcing"
SECONDS = 5.0
TIMEOUT = 30.0
MOST = 100
_OPEN = [State.WAITING.value, State.PARKED.value]


@jobs.beat(name="announcing.gather", seconds=SECONDS)
def gather() -> int:
    """Make the messages that partners have not been told, and promise to send what may leave."""
    made = 0
    for partner in Correspondent.objects.filter(active=True).order_by("pk"):
        made += writing.gather(partner.pk)
        if _next(partner.pk) is not None:
            lane = f"announce:{partner.pk}"
            jobs.defer("announcing.send", queue="dispatch", lock=lane, queueing_lock=lane, correspondent_id=partner.pk)
    return made


@jobs.task(queue="dispatch", name="announcing.send")
def send(correspondent_id: int) -> None:
    """Send what waits for a partner, in order, until its lane is empty, stops or must wait."""
    partner = Correspondent.objects.get(pk=correspondent_id)
    if _next(partner.pk) is None:
        return
    try:
        with _connected(partner) as client:
            for _ in range(MOST):
                row = _begin(partner.pk)
                if row is None or not _settle(row, _answer(client, row)):
                    return
    except (OSError, trust.TrustError):
        row = _begin(partner.pk)
        if row is not None:
            _settle(row, b"")


def _next(correspondent_id: int) -> Announced | None:
    """The message at the head of a lane when it may leave now."""
    head = Announced.objects.filter(correspondent_id=correspondent_id, state__in=_OPEN).order_by("pk").first()
    if head is None or head.state == State.PARKED:
        return None
    return None if head.next_attempt_at and head.next_attempt_at > timezone.now() else head


@contextmanager
def _connected(partner: Correspondent) -> Iterator[MllpClient]:
    tls = ssl.create_default_context(cafile=str(trust.ca_path())) if partner.tls else None
    with MllpClient(partner.host, partner.port, timeout=TIMEOUT, tls=tls) as client:
        yield client


def _begin(correspondent_id: int) -> Announced | None:
    """Note the attempt before it is made."""
    with transaction.atomic():
        Correspondent.objects.select_for_update().get(pk=correspondent_id)
        row = _next(correspondent_id)
        if row is not None:
            row.attempts += 1
            row.save(update_fields=["attempts"])
    return row


def _answer(client: MllpClient, row: Announced) -> bytes:
    try:
        return client.send(bytes(row.raw))
    except NoAnswerError:
        return b""


def _settle(row: Announced, reply: bytes) -> bool:
    """Write down what came of an attempt; True when the next message may leave."""
    state = answered(_code(reply, row.control_id))
    now = timezone.now()
    with transaction.atomic():
        row.state, row.answer = state.value, reply
        row.next_attempt_at = now + wait_after(row.attempts) if state is State.WAITING else None
        row.settled_at = now if state is State.ACCEPTED else None
        row.save(update_fields=["state", "answer", "next_attempt_at", "settled_at"])
        audit.record(
            actor=ACTOR,
            action=f"identity.told_{state.value}",
            target=f"patient:{row.event.patient_id}",
            details={"message": row.pk, "event": row.kind, "attempt": row.attempts},
        )
    return state is State.ACCEPTED


def _code(reply: bytes, control_id: str) -> str:
    """MSA-1 of the answer to this very message; empty for anything else, so that it is sent again."""
    try:
        found = er7.parse(charset.decode(reply).text).first("MSA")
    except Hl7Error:
        return ""
    return found.text(1) if found is not None and found.text(2) == control_id else ""
