"""Cancelling a report that left and must not be used at all: another patient's tube, the wrong person registered.

Nothing that left is changed: one more version, without result, tells those who have an earlier one not to use it, and
the dossier is closed for good. Source: ISO 15189:2022 7.4.1.8; digest ``requirements.md`` REQ-MSS-13.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.core.dates import PARIS
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures import styles
from eprouvette.foundation.structures.rules import root_of
from eprouvette.foundation.structures.services import mint_oid
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders import services as order_services
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.rules import State as DossierState
from eprouvette.lab.validation import keeping, rendering
from eprouvette.lab.validation.corrections import LONGEST_REASON, last_release
from eprouvette.lab.validation.errors import (
    AlreadyCancelledError,
    NeverReleasedError,
    ReasonRequiredError,
    ReleaseRefusedError,
)
from eprouvette.lab.validation.gather import laboratory_of, professional_of
from eprouvette.lab.validation.models import Release
from eprouvette.lab.validation.voiding import void
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.model import LabReport, Signature

PREVIEWED = "motif à écrire"
"""Stands for the reason in the report that a preview decides on."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a cancellation would release: which version it cancels, and the report that says so."""

    before: Release
    report: LabReport


def preview(dossier_id: int, *, user: User) -> Preview:
    """The version that `cancel` would release, nothing kept.

    Raises `UnknownDossierError`, `NeverReleasedError` or `AlreadyCancelledError`.
    """
    dossier = orders.get(dossier_id)
    before = _standing(dossier)
    return Preview(before, _voided(before, user, root_of(dossier.site.oid, "document"), PREVIEWED, _now()))


def cancel(dossier_id: int, reason: str, *, user: User) -> Release:
    """Release the version that cancels the report of a dossier, and close the dossier.

    One transaction: nothing is kept unless all of it is. Raises `RightMissingError`, `ReasonRequiredError`,
    `NeverReleasedError`, `AlreadyCancelledError`, or `ReleaseRefusedError` with the findings.
    """
    accounts.require(user, Act.RELEASE_REPORT)
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise ReasonRequiredError(f"Une annulation demande un motif, en {LONGEST_REASON} caractères au plus.")
    with transaction.atomic():
        dossier = orders.get(dossier_id, for_update=True)
        before = _standing(dossier)
        now = _now()
        document_id = mint_oid(dossier.site, "document")
        frozen = to_json(_voided(before, user, document_id, said, now))
        style = styles.in_use(dossier.site_id)
        _, rendered = rendering.render(frozen, styles.house_of(style))
        if rendered.refused:
            raise ReleaseRefusedError(rendered.findings)
        row = keeping.keep(
            Release(
                dossier=dossier,
                set_id=before.set_id,
                document_id=document_id,
                version=before.version + 1,
                report=frozen,
                released_by=user,
                released_at=now,
                style=style,
                cancelled=True,
            ),
            rendered,
        )
        order_services.move(dossier, DossierState.CANCELLED)
        audit.record(
            actor=user.actor,
            action="report.cancelled",
            target=f"release:{row.pk}",
            details={"dossier": dossier.pk, "version": row.version},
        )
    return row


def _standing(dossier: Dossier) -> Release:
    """The version to cancel."""
    before = last_release(dossier.pk)
    if before is None:
        raise NeverReleasedError("Ce dossier n'a pas encore de compte rendu libéré : il n'y a rien à annuler.")
    if before.cancelled:
        raise AlreadyCancelledError
    return before


def _voided(before: Release, user: User, document_id: str, reason: str, now: datetime) -> LabReport:
    who = professional_of(user, laboratory_of(before.dossier.site))
    signature = Signature(who, now.astimezone(PARIS))
    return void(from_json(before.report), document_id=document_id, signature=signature, reason=reason)


def _now() -> datetime:
    # Documents write whole seconds: what is signed is what is stored.
    return timezone.now().replace(microsecond=0)
