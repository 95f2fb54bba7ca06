"""Registering dossiers: the one way in, for the form, the player and the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.core.dates import PARIS
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.services import actor_of
from eprouvette.lab.catalogue.models import Exam, Panel
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.identity import services as identity
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.numbers import next_of
from eprouvette.lab.orders.errors import InvalidDossierError, StateChangeError
from eprouvette.lab.orders.forms import NewDossier, NewPatient, problems_of
from eprouvette.lab.orders.models import Dossier, DossierCopy, RequestedExam, Sample
from eprouvette.lab.orders.rules import State, may_become


def register(patient: NewPatient | int, new: NewDossier, *, actor: User | str) -> Dossier:
    """Open a dossier, and the patient's file with it when it is new: all or nothing.

    Raises `InvalidDossierError`, `UnknownPatientError`, or what `identity.services` raises on traits and INS.
    Samples are one a specimen type, numbered ``<dossier>-01``… unless the tubes carry numbers already.
    """
    if problems := problems_of(new, timezone.now()):
        raise InvalidDossierError(problems)
    who = actor_of(actor)
    with transaction.atomic():
        wanted = _wanted(new)
        _require_people(new)
        dossier = _dossier(_patient(patient, new.received_at, who), new, who)
        DossierCopy.objects.bulk_create(
            DossierCopy(dossier=dossier, practitioner_id=pk, rank=rank)
            for rank, pk in enumerate(dict.fromkeys(new.copy_ids))
        )
        samples = _samples(dossier, new, [exam for exam, _ in wanted])
        RequestedExam.objects.bulk_create(
            RequestedExam(dossier=dossier, exam=exam, panel=panel, sample=samples[exam.specimen_code], rank=rank)
            for rank, (exam, panel) in enumerate(wanted)
        )
        audit.record(
            actor=who, action="dossier.registered", target=f"dossier:{dossier.pk}", details={"exams": len(wanted)}
        )
    return dossier


def _patient(patient: NewPatient | int, at: datetime, actor: str) -> Patient:
    if isinstance(patient, int):
        return identity.visited(patient, at)
    created = identity.create_patient(patient.traits, actor=actor)
    if patient.ins is not None:
        identity.qualify(created.pk, patient.ins, document_type=patient.document_type, actor=actor)
    elif patient.document_type:
        identity.validate_identity(created.pk, document_type=patient.document_type, actor=actor)
    return identity.visited(created.pk, at)


def _wanted(new: NewDossier) -> list[tuple[Exam, Panel | None]]:
    """The exams asked for in the order of the report, each once; the first panel that holds one wins."""
    found: dict[int, tuple[Exam, Panel | None]] = {}
    panels = {panel.code: panel for panel in Panel.objects.filter(code__in=new.panel_codes)}
    for code in new.panel_codes:
        if code not in panels:
            raise InvalidDossierError({"panel_codes": f"Bilans : « {code} » n'est pas au catalogue."})
        for place in panels[code].places.select_related("exam"):
            if place.exam.active:
                found.setdefault(place.exam.pk, (place.exam, panels[code]))
    exams = {exam.code: exam for exam in Exam.objects.filter(code__in=new.exam_codes, active=True)}
    for code in new.exam_codes:
        if code not in exams:
            raise InvalidDossierError({"exam_codes": f"Examens : « {code} » n'est pas au catalogue."})
        found.setdefault(exams[code].pk, (exams[code], None))
    return sorted(found.values(), key=lambda pair: (pair[0].rank, pair[0].code))


def _require_people(new: NewDossier) -> None:
    if not Site.objects.filter(pk=new.site_id).exists():
        raise InvalidDossierError({"site_id": "Site : il n'existe pas."})
    named = {
        "prescriber_id": [new.prescriber_id],
        "sampler_id": [new.sampler_id] if new.sampler_id else [],
        "attending_id": [new.attending_id] if new.attending_id else [],
        "copy_ids": list(new.copy_ids),
    }
    wanted = {pk for ids in named.values() for pk in ids}
    known = set(Practitioner.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for field, ids in named.items():
        if not known.issuperset(ids):
            raise InvalidDossierError({field: "Professionnel : il n'est pas dans l'annuaire du laboratoire."})


def _dossier(patient: Patient, new: NewDossier, actor: str) -> Dossier:
    day = new.received_at.astimezone(PARIS)
    # Year, day of the year, rank of the day: what French laboratories write on tubes.
    number = f"{day:%y%j}-{next_of(f'dossier:{day:%Y%m%d}'):04d}"
    return Dossier.objects.create(
        number=number,
        site_id=new.site_id,
        patient=patient,
        order_number=new.order_number.strip() or number,
        prescriber_id=new.prescriber_id,
        prescribed_at=new.prescribed_at,
        sampler_id=new.sampler_id,
        sampled_at=new.sampled_at,
        received_at=new.received_at,
        attending_id=new.attending_id,
        clinical_data=new.clinical_data.strip(),
        comment=new.comment.strip(),
        urgent=new.urgent,
        encounter_type=new.encounter_type,
        created_at=timezone.now(),
        created_by=actor,
    )


def _samples(dossier: Dossier, new: NewDossier, exams: Iterable[Exam]) -> dict[str, Sample]:
    labels = {exam.specimen_code: exam.specimen_label for exam in exams}
    given = {code: number.strip() for code, number in new.sample_numbers.items() if number.strip()}
    if Sample.objects.filter(number__in=given.values()).exists() or len(set(given.values())) != len(given):
        raise InvalidDossierError({"sample_numbers": "Prélèvements : un tube porte déjà ce numéro."})
    return {
        code: Sample.objects.create(
            dossier=dossier,
            number=given.get(code) or f"{dossier.number}-{rank:02d}",
            type_code=code,
            type_label=label,
            collected_at=new.sampled_at,
            received_at=new.received_at,
            rank=rank,
        )
        for rank, (code, label) in enumerate(labels.items(), 1)
    }


def move(dossier: Dossier, after: State) -> None:
    """Bring a dossier, locked by the caller, to ``after``; nothing when it is there already.

    Raises `StateChangeError` when the table forbids it.
    """
    before = State(dossier.state)
    if before is after:
        return
    if not may_become(before, after):
        raise StateChangeError
    dossier.state = after.value
    dossier.save(update_fields=["state"])
