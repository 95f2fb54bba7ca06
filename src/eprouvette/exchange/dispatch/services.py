"""What a person may do to deliveries: try again, resume a channel, look again at what waits."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.dispatch import exposure, holding, judging, partners, waking
from eprouvette.exchange.dispatch.facts import facts_for
from eprouvette.exchange.dispatch.forms import PARCELS, form_of
from eprouvette.exchange.dispatch.models import Delivery, Judgement, StoppedChannel
from eprouvette.exchange.dispatch.rules import decide
from eprouvette.exchange.dispatch.states import RETRIABLE, Reason, State
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.validation.models import Release

RECONSIDERED = frozenset({Reason.INS, Reason.IDENTITY_CHANGED, Reason.ADDRESS, Reason.PROFILE})


class NotRetriableError(EprouvetteError):
    """Cet envoi n'attend pas un nouvel essai."""

    hint = "Lire la raison de l'attente : c'est elle qu'il faut lever."


def retry(delivery_id: int, *, actor: str) -> None:
    """Try again now what waits for a service, or for a form that can be made; raises `NotRetriableError` otherwise."""
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.state != State.WAITING or delivery.reason not in RETRIABLE:
            raise NotRetriableError
        if delivery.reason == Reason.PROFILE:
            reconsider(delivery.release_id, actor=actor)
            return
        if delivery.reason == Reason.EXHAUSTED:
            delivery.first_attempt_at = None
            delivery.save(update_fields=["first_attempt_at"])
        waking.wake([delivery])
        audit.record(actor=actor, action="delivery.retry", target=f"delivery:{delivery.pk}")


def resume_channel(channel: str, *, actor: str) -> int:
    """Start a stopped channel again; returns how many deliveries leave at once."""
    with transaction.atomic():
        StoppedChannel.objects.filter(channel=channel).delete()
        waiting = Delivery.objects.select_for_update().filter(
            channel=channel, state=State.WAITING, reason=Reason.CHANNEL_STOPPED
        )[: waking.MOST_QUEUED]
        woken = waking.wake(waiting)
        audit.record(actor=actor, action="channel.resumed", target=f"channel:{channel}", details={"woken": woken})
    return woken


def reconsider(release_id: int, *, actor: str) -> int:
    """Decide again for the recipients that wait for an address or an identity; returns how many leave.

    The bytes are frozen: an INS that they do not hold still waits for a new version of the report.
    """
    with transaction.atomic():
        release = Release.objects.select_related("dossier__site").get(pk=release_id)
        waiting = Delivery.objects.select_for_update().filter(
            release=release, state=State.WAITING, reason__in=[reason.value for reason in RECONSIDERED]
        )
        lines = {(str(line.channel), line.key): line for line in partners.fitted(release, decide(facts_for(release)))}
        ready = []
        for delivery in waiting:
            line = lines.get((delivery.channel, delivery.recipient_key))
            if line is None:
                continue
            delivery.address, delivery.rule, delivery.sentence = line.address, line.rule, line.sentence
            if not delivery.sealed_digest:
                delivery.form = form_of(line.channel, line.profile)
            if line.verdict == "never":
                holding.withdraw(delivery, line.rule, line.sentence, timezone.now())
                continue
            if line.verdict == "wait" and line.reason != delivery.reason:
                delivery.reason, delivery.since = line.reason, timezone.now()
            delivery.save(update_fields=["address", "form", "rule", "sentence", "reason", "since"])
            if line.verdict == "send":
                ready.append(delivery)
        if Judgement.objects.filter(release=release).exists():
            judging.ask(release, {one for row in ready for one in PARCELS[row.form].judged}, timezone.now())
        woken = waking.wake(ready)
        audit.record(actor=actor, action="release.reconsidered", target=f"release:{release.pk}")
    return woken


def exposure_csv(patient_id: int, *, with_ins: bool, actor: str) -> str:
    """The list of who was served for a patient, as CSV; that it was read is in the journal (REQ-INS-30).

    Raises `UnknownPatientError`.
    """
    with transaction.atomic():
        lines = tuple(line for line in exposure.exposed(patient_id) if line.with_ins or not with_ins)
        audit.record(
            actor=actor, action="identity.exposure_read", target=f"patient:{patient_id}", details={"lines": len(lines)}
        )
    return exposure.as_csv(lines)
