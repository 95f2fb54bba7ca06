"""Who has an earlier version of a report, and what of an earlier version need not leave any more.

A delivery whose attempt stayed without an answer may have arrived. A registry tells, since the same ids sent again are
"already there"; a mailbox does not, so that its owner is told as if the mail had come.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from eprouvette.exchange.channels.base import ChannelCode
from eprouvette.exchange.dispatch.forms import PARCELS
from eprouvette.exchange.dispatch.models import Attempt, Delivery
from eprouvette.exchange.dispatch.rules import Holder
from eprouvette.exchange.dispatch.states import State, move
from eprouvette.lab.validation.models import Release

TELLS_AGAIN: Final[frozenset[str]] = frozenset({"dmp"})
"""Channels where a second attempt under the same ids settles whether the first one arrived."""
_ARRIVED: Final = (State.ACCEPTED, State.READ, State.SENT)
_SURE: Final = (State.ACCEPTED, State.READ)
_STOPPED: Final = (State.WAITING, State.QUEUED, State.WITHDRAWN)
_UNANSWERED: Final = Exists(Attempt.objects.filter(delivery=OuterRef("pk"), outcome="ambiguous"))


def held(set_id: str, before: int) -> QuerySet[Delivery]:
    """The deliveries of versions earlier than ``before`` that arrived or may have, the oldest version first."""
    rows = Delivery.objects.filter(set_id=set_id, version__lt=before, never=False)
    arrived = Q(state__in=_ARRIVED) | (Q(state__in=_STOPPED) & Q(_UNANSWERED))
    return rows.filter(arrived).order_by("version", "pk")


def holders(set_id: str, before: int) -> tuple[Holder, ...]:
    """Who has or may have an earlier version, each once, as last sent."""
    found = {
        (row.channel, row.recipient_key): Holder(
            cast(ChannelCode, row.channel),
            row.recipient_key,
            row.recipient_name,
            row.address,
            PARCELS[row.form].version,
        )
        for row in held(set_id, before)
    }
    return tuple(found.values())


def served(set_id: str, before: int) -> frozenset[tuple[str, str]]:
    """Who surely has a version earlier than ``before``, by channel and key."""
    rows = Delivery.objects.filter(set_id=set_id, version__lt=before, state__in=_SURE)
    return frozenset(rows.values_list("channel", "recipient_key"))


def overtaken(delivery: Delivery) -> bool:
    """True when a later version of the report is released."""
    return Release.objects.filter(set_id=delivery.set_id, version__gt=delivery.version).exists()


def superfluous(delivery: Delivery) -> bool:
    """True for what a later version makes useless: it has not left, or who may have it will be told anyway."""
    if not overtaken(delivery):
        return False
    unanswered = Attempt.objects.filter(delivery=delivery, outcome="ambiguous").exists()
    return not (unanswered and delivery.channel in TELLS_AGAIN)


def withdraw_overtaken(set_id: str, now: datetime) -> int:
    """Take back what no longer needs to leave of the earlier versions of a report; returns how many."""
    newest = Release.objects.filter(set_id=set_id).aggregate(version=Max("version"))["version"]
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        set_id=set_id, version__lt=newest, state__in=[State.WAITING, State.QUEUED]
    )
    gone = [row for row in waiting.order_by("pk") if superfluous(row)]
    for row in gone:
        withdraw_for_later(row, now)
    return len(gone)


def withdraw_for_later(delivery: Delivery, now: datetime) -> None:
    """Take a delivery, locked by the caller, back because of the newest version."""
    newest = Release.objects.filter(set_id=delivery.set_id).order_by("-version").only("version", "cancelled")[0]
    why = "le compte rendu est annulé" if newest.cancelled else f"la version {newest.version} le remplace"
    withdraw(delivery, "VER-1", f"Retiré avant son départ : {why}.", now)


def withdraw(delivery: Delivery, rule: str, sentence: str, now: datetime) -> None:
    """Take a delivery, locked by the caller, back, and say why."""
    delivery.state = move(State(delivery.state), State.WITHDRAWN)
    delivery.reason = ""
    delivery.rule = rule
    delivery.sentence = sentence
    delivery.since = now
    delivery.next_attempt_at = None
    delivery.save(update_fields=["state", "reason", "rule", "sentence", "since", "next_attempt_at"])
