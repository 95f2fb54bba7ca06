"""Amending the request of an open dossier: its samples, its screening, its confidentiality.

Nothing of a dossier whose report left changes here: a correction opens it first.
"""

from __future__ import annotations

from typing import get_args

from django.db import transaction
from django.utils import timezone

from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import lists
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.orders import queries
from eprouvette.lab.orders.changes import SampleChange, ScreeningChange, sample_problems, screening_problems
from eprouvette.lab.orders.errors import ClosedDossierError, InvalidAmendmentError, UnknownSampleError
from eprouvette.lab.orders.models import Dossier, Sample, ScreeningContext, ScreeningVaccination
from eprouvette.lab.orders.rules import CLOSED
from eprouvette.standards.report.model import Confidentiality


def amend_sample(dossier_id: int, sample_id: int, change: SampleChange, *, user: User) -> None:
    """Say where, by whom and when a sample was taken, and from what when it is not the patient.

    Raises `RightMissingError`, `UnknownDossierError`, `UnknownSampleError`, `ClosedDossierError` or
    `InvalidAmendmentError`.
    """
    accounts.require(user, Act.AMEND_DOSSIER)
    with transaction.atomic():
        dossier = _open(dossier_id)
        row = Sample.objects.select_for_update(of=("self",)).filter(pk=sample_id, dossier=dossier).first()
        if row is None:
            raise UnknownSampleError
        _require_sound(change, row)
        before = _content(row)
        _write(row, change, dossier)
        # The journal names what changed, never what it says.
        changed = sorted(name for name, value in _content(row).items() if value != before[name])
        if not changed:
            return
        row.save()
        details: dict[str, str | int | None] = {"sample": row.pk, "changed": ", ".join(changed)}
        audit.record(actor=user.actor, action="sample.amended", target=f"dossier:{dossier.pk}", details=details)


def _open(dossier_id: int) -> Dossier:
    dossier = queries.get(dossier_id, for_update=True)
    if dossier.state in CLOSED:
        raise ClosedDossierError
    return dossier


def _require_sound(change: SampleChange, row: Sample) -> None:
    problems = sample_problems(change, timezone.now(), kept_site=row.site_code)
    if change.sampler_id is not None and not Practitioner.objects.filter(pk=change.sampler_id).exists():
        problems["sampler_id"] = "Préleveur : il n'est pas dans l'annuaire du laboratoire."
    if problems:
        raise InvalidAmendmentError(problems)


def _content(row: Sample) -> dict[str, object]:
    names = (
        "collected_at", "received_at", "site_code", "sampler_id", "subject", "subject_code", "subject_place",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def _write(row: Sample, change: SampleChange, dossier: Dossier) -> None:
    site = lists.by_code("sites", change.site_code)
    row.collected_at, row.received_at = change.collected_at, change.received_at
    if change.site_code != row.site_code:
        row.site_code, row.site_label = change.site_code, site.display if site else ""
    # The dossier's own sampler need not be named again.
    row.sampler_id = None if change.sampler_id == dossier.sampler_id else change.sampler_id
    row.subject, row.subject_code = change.subject.strip(), change.subject_code
    row.subject_place = change.subject_place.strip()


def set_screening(dossier_id: int, change: ScreeningChange, *, user: User) -> None:
    """Say why the screening of a dossier is made; what was said before is replaced.

    Raises `RightMissingError`, `UnknownDossierError`, `ClosedDossierError` or `InvalidAmendmentError`.
    """
    accounts.require(user, Act.AMEND_DOSSIER)
    with transaction.atomic():
        dossier = _open(dossier_id)
        born, today = PartialDate(dossier.patient.birth_date).first_day(), timezone.now().astimezone(PARIS).date()
        problems = screening_problems(change, born, today)
        if not queries.is_screening(dossier_id):
            problems["context_code"] = "Contexte : aucun examen de ce dossier n'est du dépistage organisé."
        context, sought = lists.by_code("contexts", change.context_code), lists.by_code("sought", change.sought_code)
        if problems or context is None or sought is None:
            raise InvalidAmendmentError(problems)
        row, _ = ScreeningContext.objects.update_or_create(
            dossier=dossier,
            defaults={
                "context_code": context.code,
                "context_label": context.display,
                "sought_code": sought.code,
                "sought_label": sought.display,
            },
        )
        _keep_shots(row, change)
        details: dict[str, str | int | None] = {"vaccinations": len(change.shots)}
        audit.record(actor=user.actor, action="screening.set", target=f"dossier:{dossier.pk}", details=details)


def _keep_shots(row: ScreeningContext, change: ScreeningChange) -> None:
    row.vaccinations.all().delete()
    labels = {one.code: one.display for one in lists.listed("vaccines")}
    ScreeningVaccination.objects.bulk_create(
        ScreeningVaccination(
            screening=row,
            vaccine_code=shot.vaccine_code,
            vaccine_label=labels[shot.vaccine_code],
            given=shot.given,
            given_on=shot.given_on,
            dose=shot.dose.strip(),
            rank=rank,
        )
        for rank, shot in enumerate(change.shots)
    )


def remove_screening(dossier_id: int, *, user: User) -> None:
    """Take back the context of a screening: the examination was made outside of the programme.

    Raises `RightMissingError`, `UnknownDossierError` or `ClosedDossierError`.
    """
    accounts.require(user, Act.AMEND_DOSSIER)
    with transaction.atomic():
        dossier = _open(dossier_id)
        if ScreeningContext.objects.filter(dossier=dossier).delete()[0]:
            audit.record(actor=user.actor, action="screening.removed", target=f"dossier:{dossier.pk}")


def set_confidentiality(dossier_id: int, level: str, *, user: User) -> None:
    """Say how confidential a report will be: ``N``, ``R`` or ``V``.

    Raises `RightMissingError`, `UnknownDossierError`, `ClosedDossierError` or `InvalidAmendmentError`.
    """
    accounts.require(user, Act.SET_CONFIDENTIALITY)
    if level not in get_args(Confidentiality):
        raise InvalidAmendmentError({"confidentiality": "Confidentialité : choisir dans la liste."})
    with transaction.atomic():
        dossier = _open(dossier_id)
        if dossier.confidentiality == level:
            return
        details: dict[str, str | int | None] = {"before": dossier.confidentiality, "after": level}
        dossier.confidentiality = level
        dossier.save(update_fields=["confidentiality"])
        audit.record(
            actor=user.actor, action="dossier.confidentiality", target=f"dossier:{dossier.pk}", details=details
        )
