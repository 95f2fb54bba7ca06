"""From a release to its deliveries: the decision written down, ids and times fixed, jobs promised.

One transaction: deliveries, judgements, jobs and the audit line commit together.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.dispatch import holding, judging, partners, waking
from eprouvette.exchange.dispatch.facts import facts_for
from eprouvette.exchange.dispatch.forms import PARCELS, form_of
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.rules import Decision, decide
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation import jobs
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures import services as structures
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.identity import writing as identity
from eprouvette.lab.validation.models import Release

ACTOR = "system:dispatch"


@jobs.task(queue="dispatch", name="dispatch.plan")
def plan(release_id: int) -> None:
    """Write one delivery for every recipient of a release; running it twice changes nothing.

    What earlier versions still have to send is withdrawn; a plan that comes late, when a later version is released,
    sends nothing.
    """
    with transaction.atomic():
        release = _locked(release_id)
        if Delivery.objects.filter(release=release).exists():
            return
        now, facts = timezone.now(), facts_for(release)
        decisions = partners.fitted(release, decide(facts))
        forms = {form_of(line.channel, line.profile) for line in decisions}
        judged = judging.ask(release, {one for form in forms for one in PARCELS[form].judged}, now)
        site = release.dossier.site
        submissions = structures.mint_oids(site, "submission", len(decisions))
        rows = [
            _row(release, site, line, submission, now, judged=judged)
            for line, submission in zip(decisions, submissions, strict=True)
        ]
        Delivery.objects.bulk_create(rows)
        withdrawn = holding.withdraw_overtaken(release.set_id, now)
        waking.defer_sending(Delivery.objects.filter(release=release, state=State.QUEUED).order_by("pk"))
        if facts.qualified and any(line.reason is Reason.INS for line in decisions):
            # Qualified between the release and its plan: the change itself found nothing that waited.
            identity.announce(release.dossier.patient_id)
        details = _counts(decisions) | {"withdrawn": withdrawn}
        audit.record(actor=ACTOR, action="dispatch.planned", target=f"release:{release.pk}", details=details)


def _locked(release_id: int) -> Release:
    """The release, with all versions of its report locked: their plans come one after the other."""
    rows = Release.objects.select_for_update(of=("self",)).select_related("dossier__site")
    asked = Release.objects.filter(pk=release_id).values("set_id")
    return next(row for row in rows.filter(set_id__in=asked).order_by("pk") if row.pk == release_id)


def _row(release: Release, site: Site, line: Decision, submission: str, now: datetime, *, judged: bool) -> Delivery:
    state, reason = _first_state(line, judged=judged)
    return Delivery(
        release=release,
        set_id=release.set_id,
        version=release.version,
        channel=line.channel,
        recipient_key=line.key,
        recipient_name=line.name,
        address=line.address,
        form=form_of(line.channel, line.profile),
        rule=line.rule,
        sentence=line.sentence,
        never=line.verdict == "never",
        state=state,
        reason=reason,
        since=now,
        created_at=now,
        submission_id=submission,
        message_id=f"<{uuid.uuid4()}@{site.mss_from.rpartition('@')[2]}>",
        sealed_at=now,
    )


def _first_state(line: Decision, *, judged: bool) -> tuple[State, Reason]:
    if line.verdict == "never":
        return State.WITHDRAWN, Reason.NONE
    if line.verdict == "wait":
        return State.WAITING, line.reason
    return (State.WAITING, Reason.JUDGE) if judged else (State.QUEUED, Reason.NONE)


def _counts(decisions: Iterable[Decision]) -> dict[str, str | int | None]:
    verdicts = [line.verdict for line in decisions]
    return {verdict: verdicts.count(verdict) for verdict in ("send", "wait", "never")}
