"""A new version of a report by the product itself, because the patient's INS was qualified after the release.

It is signed and validated as the version before: nothing that a biologist read is changed. Source: ``design.md`` 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from eprouvette.core.dates import PARIS
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures import styles
from eprouvette.foundation.structures.rules import root_of
from eprouvette.foundation.structures.services import mint_oid
from eprouvette.lab.identity.queries import report_patient
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.rules import State as DossierState
from eprouvette.lab.validation import keeping, rendering
from eprouvette.lab.validation.corrections import last_release
from eprouvette.lab.validation.errors import ReleaseRefusedError
from eprouvette.lab.validation.models import Release
from eprouvette.lab.validation.renaming import Course, course, renamed
from eprouvette.standards.report import people
from eprouvette.standards.report.codec import from_json, to_json

ACTOR: Final = "system:identity"
PROPOSED: Final = (
    "L'identité du patient n'est plus celle du compte rendu libéré : ouvrir une correction et libérer une nouvelle "
    "version, ou annuler le compte rendu s'il n'est pas du bon patient."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A released report whose patient is no longer named so: a person decides of a new version."""

    release_id: int
    dossier_id: int
    dossier_number: str
    sentence: str


def course_of(release: Release) -> Course:
    """What the identity of today makes of a released report."""
    return (
        Course.NOTHING if release.cancelled else course(from_json(release.report).patient, _named_now(release.dossier))
    )


def _named_now(dossier: Dossier) -> people.Patient:
    return report_patient(dossier.patient, root_of(dossier.site.oid, "patient"))


def standing_releases(patient_id: int) -> tuple[Release, ...]:
    """The version that stands of each report of a patient, cancelled ones left out."""
    rows = Release.objects.filter(dossier__patient_id=patient_id).select_related("dossier__site", "dossier__patient")
    newest = rows.order_by("dossier_id", "-version").distinct("dossier_id")
    return tuple(row for row in newest if not row.cancelled)


def proposal_of(dossier_id: int) -> str:
    """Why a new version of a dossier's report is proposed, as a sentence; empty when it is not."""
    release = last_release(dossier_id)
    return PROPOSED if release is not None and course_of(release) is Course.PROPOSE else ""


def proposals(patient_id: int) -> tuple[Proposal, ...]:
    """The released reports of a patient that name him or her otherwise than the file does."""
    return tuple(
        Proposal(row.pk, row.dossier_id, row.dossier.number, PROPOSED)
        for row in standing_releases(patient_id)
        if course_of(row) is Course.PROPOSE
    )


def reissue(release_id: int) -> Release | None:
    """Release the version that carries the INS; None when there is no more reason to, or when a person is at it.

    Raises `ReleaseRefusedError` with the findings.
    """
    with transaction.atomic():
        asked = Release.objects.only("dossier_id").get(pk=release_id)
        dossier = orders.get(asked.dossier_id, for_update=True)
        before = last_release(dossier.pk)
        if before is None or before.pk != release_id or dossier.state != DossierState.RELEASED:
            return None
        if course_of(before) is not Course.REISSUE:
            return None
        at = timezone.now().replace(microsecond=0)
        document_id = mint_oid(dossier.site, "document")
        frozen = _frozen(before, dossier, document_id, at)
        _, rendered = rendering.render(frozen, styles.house_of(before.style))
        if rendered.refused:
            raise ReleaseRefusedError(rendered.findings)
        row = keeping.keep(
            Release(
                dossier=dossier,
                set_id=before.set_id,
                document_id=document_id,
                version=before.version + 1,
                report=frozen,
                released_by=before.released_by,
                released_at=at,
                style=before.style,
                reissued=True,
            ),
            rendered,
        )
        audit.record(
            actor=ACTOR,
            action="report.reissued",
            target=f"release:{row.pk}",
            details={"dossier": dossier.pk, "version": row.version, "before": before.pk},
        )
    return row


def _frozen(before: Release, dossier: Dossier, document_id: str, at: datetime) -> str:
    report = renamed(from_json(before.report), _named_now(dossier), document_id=document_id, at=at.astimezone(PARIS))
    return to_json(report)
