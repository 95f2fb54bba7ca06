"""Correcting a report that left: the dossier is opened again with a reason, and a new version is released.

Nothing that left is ever changed: the version before stays as it is, and the new one says what changed, when and by
whom. Source: CI-SIS CR-BIO 2024.01, replacement (digest ``cr-bio.md`` 6.6); ISO 15189:2022 7.4.1.8.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders import services as order_services
from eprouvette.lab.orders.rules import State as DossierState
from eprouvette.lab.results import services as results
from eprouvette.lab.validation.errors import (
    AlreadyCancelledError,
    NeverReleasedError,
    NotUnchangedError,
    ReasonRequiredError,
)
from eprouvette.lab.validation.models import Correction, Release

LONGEST_REASON = 500


def last_release(dossier_id: int) -> Release | None:
    """The version of a dossier's report that stands."""
    return Release.objects.filter(dossier_id=dossier_id).order_by("-version").first()


def reasons_since(release: Release) -> tuple[str, ...]:
    """Why the version that follows ``release`` is made, oldest first, each once."""
    rows = Correction.objects.filter(release=release, closed=False).order_by("pk").values_list("reason", flat=True)
    return tuple(dict.fromkeys(rows))


def correct(
    dossier_id: int, reason: str, *, user: User, exam_code: str = "", value: str = "", reopen: bool = False
) -> None:
    """Open the dossier of a released report again, and give one of its exams another value.

    Without ``exam_code`` nothing but the identity or the request is to change; without ``value`` the exam is given
    up for ``reason``, or with ``reopen`` keeps its value: what hangs from it (isolates, pictures) is to change. The
    corrected result is to be checked and validated again. Raises `RightMissingError`, `ReasonRequiredError`,
    `NeverReleasedError`, `AlreadyCancelledError`, or what refuses the value (`ResultRefusedError`).
    """
    accounts.require(user, Act.RELEASE_REPORT)
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise ReasonRequiredError
    with transaction.atomic():
        dossier = orders.get(dossier_id, for_update=True)
        release = last_release(dossier_id)
        if release is None:
            raise NeverReleasedError
        if release.cancelled:
            raise AlreadyCancelledError
        if dossier.state == DossierState.RELEASED:
            order_services.move(dossier, DossierState.VALIDATED)
        if exam_code and reopen:
            results.reopen(dossier_id, exam_code)
        elif exam_code:
            results.correct(dossier_id, exam_code, value, said, user=user)
        row = Correction.objects.create(release=release, reason=said, opened_by=user, opened_at=timezone.now())
        audit.record(
            actor=user.actor,
            action="report.correction",
            target=f"release:{release.pk}",
            details={"correction": row.pk, "dossier": dossier_id},
        )


def close(dossier_id: int, *, changed: bool, user: User) -> None:
    """Close a correction that changes nothing in the end: the version that left stands.

    ``changed`` is what the preview says. Raises `RightMissingError` or `NotUnchangedError`.
    """
    accounts.require(user, Act.RELEASE_REPORT)
    with transaction.atomic():
        dossier = orders.get(dossier_id, for_update=True)
        release = last_release(dossier_id)
        if release is None or release.partial or changed or dossier.state != DossierState.VALIDATED:
            raise NotUnchangedError
        Correction.objects.filter(release=release).update(closed=True)
        order_services.move(dossier, DossierState.RELEASED)
        audit.record(actor=user.actor, action="report.correction_closed", target=f"release:{release.pk}")
