"""The official rules before anything leaves: the queue, the verdict, and what waits for it.

A report is judged when a pack is installed; without one it is marked "not judged", never "passed". The
runner is a process of its own (`serve`), because the rules cost 20 s and 1.5 GB to compile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.dispatch import waking
from eprouvette.exchange.dispatch.forms import PARCELS, needing, version_judged
from eprouvette.exchange.dispatch.models import Delivery, Judgement, JudgeStatus
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.documents import queries as documents
from eprouvette.lab.validation.models import Release
from eprouvette.standards.conformance.packs import installed_pack

if TYPE_CHECKING:
    from eprouvette.standards.conformance.official import OfficialRunner

IDLE_SECONDS = 0.3
LATE_AFTER = timedelta(minutes=10)


def pack_folder() -> Path | None:
    """The installed official pack, or None."""
    return installed_pack(Path(settings.EPROUVETTE_PACKS))


def ask(release: Release, forms: Iterable[str], now: datetime) -> bool:
    """Put the forms of a release in the judge's queue, in the caller's transaction; False without a pack.

    What was asked before, or is not made, is left as it is.
    """
    if pack_folder() is None:
        return False
    asked = Judgement.objects.filter(release=release).values("form")
    wanted = release.documents.filter(form__in=list(forms)).exclude(form__in=asked)
    digests = dict(wanted.values_list("form", "digest"))
    Judgement.objects.bulk_create(
        Judgement(release=release, form=form, digest=digest, asked_at=now) for form, digest in digests.items()
    )
    return True


def serve(runner: OfficialRunner, stop: threading.Event) -> None:
    """Judge what waits, oldest first, until ``stop``; say every round that the judge is alive."""
    while not stop.is_set():
        JudgeStatus.objects.update_or_create(pk=1, defaults={"revision": runner.revision, "seen_at": timezone.now()})
        if not judge_next(runner):
            stop.wait(IDLE_SECONDS)


def judge_next(runner: OfficialRunner) -> bool:
    """Judge the oldest document of the queue; False when the queue is empty."""
    with transaction.atomic():
        row = (
            Judgement.objects.select_for_update(skip_locked=True).filter(verdict="").order_by("asked_at", "pk").first()
        )
        if row is None:
            return False
        verdict = runner.judge(documents.load(row.digest), version_judged(row.form))
        row.verdict = verdict.result
        row.revision = verdict.revision
        row.findings = [finding.as_json() for finding in verdict.findings]
        row.judged_at = timezone.now()
        row.save()
        _release_deliveries(row)
        audit.record(
            actor="system:judge",
            action=f"judge.{row.verdict}",
            target=f"release:{row.release_id}",
            details={"form": row.form, "revision": row.revision, "findings": len(row.findings)},
        )
    return True


def _release_deliveries(row: Judgement) -> None:
    passed = set(Judgement.objects.filter(release_id=row.release_id, verdict="passed").values_list("form", flat=True))
    waiting = Delivery.objects.select_for_update().filter(
        release_id=row.release_id, form__in=needing(row.form), state=State.WAITING, reason=Reason.JUDGE
    )
    if row.verdict == "passed":
        waking.wake(one for one in waiting if passed.issuperset(PARCELS[one.form].judged))
    else:
        waiting.update(reason=Reason.JUDGE_FAILED, since=row.judged_at)
