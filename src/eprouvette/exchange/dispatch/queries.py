"""What pages and the scenario player read of dispatch: frozen lines, with their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from eprouvette.exchange.channels.base import ChannelCode
from eprouvette.exchange.dispatch.facts import facts_of
from eprouvette.exchange.dispatch.judging import LATE_AFTER, pack_folder
from eprouvette.exchange.dispatch.models import Delivery, Judgement, JudgeStatus, StoppedChannel
from eprouvette.exchange.dispatch.rules import Decision, decide
from eprouvette.exchange.dispatch.states import RETRIABLE, STATE_LABELS, WAITS, Reason, State
from eprouvette.standards.report.model import LabReport

CHANNEL_LABELS: dict[ChannelCode, str] = {
    "dmp": "DMP",
    "mss_pro": "MSSanté professionnel",
    "mss_patient": "MSSanté patient",
}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt, as shown: ``milliseconds`` is None while the answer is awaited."""

    number: int
    started_at: datetime
    milliseconds: int | None
    outcome: str
    code: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery, as shown. ``needs_person`` says that nothing will move by itself."""

    id: int
    release_id: int
    dossier_id: int
    dossier_number: str
    version: int
    channel: str
    channel_label: str
    recipient: str
    address: str
    state: str
    state_label: str
    since: datetime
    reason: str
    sentence: str
    rule: str
    needs_person: bool
    retriable: bool
    next_attempt_at: datetime | None
    remote_id: str
    sealed_digest: str
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """By which official rules a released document was judged: ``verdict`` is empty while it waits."""

    form: str
    verdict: str
    label: str
    revision: str
    findings: tuple[dict[str, str], ...]
    judged_at: datetime | None


@dataclass(frozen=True, slots=True)
class JudgeState:
    """The official judge: ``absent`` (no pack), ``down``, ``late`` or ``working``, with its queue."""

    state: str
    sentence: str
    waiting: int
    revision: str


def deliveries_of(release_id: int) -> tuple[DeliveryLine, ...]:
    """Every delivery of a release, in the order in which they were decided."""
    return _lines(Delivery.objects.filter(release_id=release_id).order_by("pk"))


def of_dossiers(dossier_ids: Iterable[int]) -> dict[int, list[DeliveryLine]]:
    """The deliveries of several dossiers' reports, all versions, by dossier."""
    found: dict[int, list[DeliveryLine]] = {}
    for line in _lines(Delivery.objects.filter(release__dossier_id__in=list(dossier_ids)).order_by("pk")):
        found.setdefault(line.dossier_id, []).append(line)
    return found


def recent(*, state: str = "", page: int = 1, size: int = 50) -> tuple[tuple[DeliveryLine, ...], int]:
    """A page of deliveries, newest first, narrowed by state when given, and how many there are in all."""
    rows = Delivery.objects.order_by("-created_at", "-pk")
    if state:
        rows = rows.filter(state=state)
    return _lines(rows[(page - 1) * size : page * size]), rows.count()


def counts() -> dict[str, int]:
    """How many deliveries stand in each state."""
    found = dict(Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in State}


def needing_a_person() -> int:
    """How many deliveries wait for somebody to act."""
    reasons = [reason.value for reason, (_, person) in WAITS.items() if person]
    return Delivery.objects.filter(state=State.WAITING, reason__in=reasons).count()


def stopped_channels() -> tuple[StoppedChannel, ...]:
    """The channels that a fault of configuration stopped."""
    return tuple(StoppedChannel.objects.order_by("since"))


def preview(patient_id: int, report: LabReport) -> tuple[Decision, ...]:
    """Who would get this report if it were released now."""
    return decide(facts_of(patient_id, report))


def unsent(set_id: str) -> int:
    """How many deliveries of a report have not left: a later version would withdraw them."""
    return Delivery.objects.filter(set_id=set_id, state__in=[State.WAITING, State.QUEUED]).count()


def marks_of(release_id: int) -> tuple[Mark, ...]:
    """The judgements of a release; empty means "non jugé": no pack was installed at its release."""
    labels = {"": "en cours de contrôle", "passed": "conforme", "failed": "non conforme", "error": "non évalué"}
    return tuple(
        Mark(row.form, row.verdict, labels[row.verdict], row.revision, tuple(row.findings), row.judged_at)
        for row in Judgement.objects.filter(release_id=release_id).order_by("form")
    )


def judge_state() -> JudgeState:
    """Whether the official rules are installed and keep up."""
    waiting = Judgement.objects.filter(verdict="").order_by("asked_at")
    count = waiting.count()
    status = JudgeStatus.objects.filter(pk=1).first()
    revision = status.revision if status else ""
    if pack_folder() is None and not count:
        return JudgeState("absent", "Aucun pack de règles officielles n'est installé : non jugé.", 0, "")
    now = timezone.now()
    if status is None or now - status.seen_at > LATE_AFTER / 10:
        sentence = "Le contrôle officiel est arrêté : les comptes rendus attendent. Relancer « eprouvette judge »."
        return JudgeState("down", sentence, count, revision)
    oldest = waiting.first()
    if oldest and now - oldest.asked_at > LATE_AFTER:
        return JudgeState("late", "Le contrôle officiel a plus de dix minutes de retard.", count, revision)
    return JudgeState("working", "Le contrôle officiel suit.", count, revision)


def _lines(rows: QuerySet[Delivery]) -> tuple[DeliveryLine, ...]:
    found = rows.select_related("release__dossier").prefetch_related("tries")
    return tuple(_line(row) for row in found)


def _line(row: Delivery) -> DeliveryLine:
    state, reason = State(row.state), Reason(row.reason)
    sentence, person = WAITS.get(reason, (row.sentence, False))
    return DeliveryLine(
        id=row.pk,
        release_id=row.release_id,
        dossier_id=row.release.dossier_id,
        dossier_number=row.release.dossier.number,
        version=row.version,
        channel=row.channel,
        channel_label=CHANNEL_LABELS[row.channel],  # type: ignore[index]  # the column holds channel codes only
        recipient=row.recipient_name,
        address=row.address,
        state=state.value,
        state_label="ne part pas" if row.never else STATE_LABELS[state],
        since=row.since,
        reason=reason.value,
        sentence=f"{sentence} {row.sentence}" if reason is Reason.PROFILE else sentence,
        rule=row.rule,
        needs_person=person,
        retriable=state is State.WAITING and reason in RETRIABLE,
        next_attempt_at=row.next_attempt_at,
        remote_id=row.remote_id,
        sealed_digest=row.sealed_digest,
        attempts=tuple(
            AttemptLine(
                number=one.number,
                started_at=one.started_at,
                milliseconds=int((one.ended_at - one.started_at).total_seconds() * 1000) if one.ended_at else None,
                outcome=one.outcome,
                code=one.code,
                text=one.text,
                remedy=one.remedy,
            )
            for one in sorted(row.tries.all(), key=lambda one: one.number)
        ),
    )
