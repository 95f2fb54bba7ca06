"""From a release to its deliveries: the decision written down, ids and times fixed, jobs promised.

One transaction: deliveries, judgements, jobs and the audit line commit together.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.dispatch import judging, waking
from eprouvette.exchange.dispatch.facts import facts_of, report_of
from eprouvette.exchange.dispatch.forms import FORM_OF_CHANNEL, JUDGED_FORM
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.rules import Decision, decide
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation import jobs
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures import services as structures
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.validation.models import Release

ACTOR = "system:dispatch"


@jobs.task(queue="dispatch", name="dispatch.plan")
def plan(release_id: int) -> None:
    """Write one delivery for every recipient of a release; running it twice changes nothing."""
    with transaction.atomic():
        release = Release.objects.select_for_update(of=("self",)).select_related("dossier__site").get(pk=release_id)
        if Delivery.objects.filter(release=release).exists():
            return
        report = report_of(release)
        now = timezone.now()
        decisions = decide(facts_of(release.dossier.patient_id, report))
        judged = judging.ask(release, {JUDGED_FORM[FORM_OF_CHANNEL[line.channel]] for line in decisions}, now)
        site = release.dossier.site
        submissions = structures.mint_oids(site, "submission", len(decisions))
        rows = [
            _row(release, site, line, submission, now, judged=judged)
            for line, submission in zip(decisions, submissions, strict=True)
        ]
        Delivery.objects.bulk_create(rows)
        waking.defer_sending(row for row in rows if row.state == State.QUEUED)
        audit.record(actor=ACTOR, action="dispatch.planned", target=f"release:{release.pk}", details=_counts(decisions))


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
        form=FORM_OF_CHANNEL[line.channel],
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
