"""Creating patients and changing the status of their identity."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eprouvette.core.ins import Profile
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity import numbers, rules
from eprouvette.lab.identity.errors import (
    EvidenceMissingError,
    InvalidInsError,
    KnownInsError,
    StatusChangeError,
    UnknownPatientError,
)
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.rules import Status
from eprouvette.lab.identity.traits import InsEntry, Traits, checked, checked_ins

QUALIFIED_BY_HAND = "Identité vérifiée — document de haut niveau de confiance + INS saisi"
VALIDATED_BY_HAND = "Identité vérifiée — document de haut niveau de confiance"


def create_patient(traits: Traits, *, actor: str) -> Patient:
    """Open a file with a provisional identity; raises `InvalidTraitsError`."""
    clean = checked(traits, timezone.localdate())
    with transaction.atomic():
        patient = Patient(
            **asdict(clean),
            ipp=f"IPP-{numbers.next_of('ipp'):06d}",
            status=Status.PROVISIONAL.value,
            search_birth_name=search_key(clean.birth_family_name),
            search_used_name=search_key(clean.used_family_name),
            search_first_name=search_key(clean.first_given_name),
            search_used_given=search_key(clean.used_given_name),
            created_at=timezone.now(),
        )
        patient.save()
        audit.record(actor=actor, action="patient.created", target=f"patient:{patient.pk}")
    return patient


def validate_identity(patient_id: int, *, document_type: str, actor: str) -> Patient:
    """Make a provisional identity *validée* on sight of a high-trust document.

    Raises `EvidenceMissingError`, `StatusChangeError` or `UnknownPatientError`.
    """
    _require_evidence(document_type)
    with transaction.atomic():
        patient = _locked(patient_id)
        if Status(patient.status) is not Status.PROVISIONAL:
            # From "qualifiée" the table leads here too, but only when INSi takes the INS away.
            raise StatusChangeError
        _change(patient, Status.VALIDATED, document_type, VALIDATED_BY_HAND, actor)
    return patient


def qualify(patient_id: int, ins: InsEntry, *, document_type: str, actor: str) -> Patient:
    """Make an identity *qualifiée* by hand: document seen, INS typed with its key, evidence recorded.

    Raises `InvalidInsError`, `KnownInsError`, `EvidenceMissingError`, `StatusChangeError` or
    `UnknownPatientError`. A provisional identity passes by *validée*, as the table wants.
    """
    _require_evidence(document_type)
    # `Profile` is read by settings from the same three values.
    typed = checked_ins(ins, cast("Profile", settings.EPROUVETTE_PROFILE))
    with transaction.atomic():
        patient = _locked(patient_id)
        if not patient.birth_place_cog:
            raise InvalidInsError("Lieu de naissance : son code est obligatoire pour qualifier une identité.")
        if Patient.objects.filter(ins_value=typed.value).exclude(pk=patient.pk).exists():
            raise KnownInsError
        if Status(patient.status) is Status.PROVISIONAL:
            _change(patient, Status.VALIDATED, document_type, VALIDATED_BY_HAND, actor)
        patient.ins_value, patient.ins_oid = typed.value, typed.oid
        _change(patient, Status.QUALIFIED, document_type, QUALIFIED_BY_HAND, actor)
    return patient


def _require_evidence(document_type: str) -> None:
    if document_type not in rules.HIGH_TRUST:
        raise EvidenceMissingError


def _locked(patient_id: int) -> Patient:
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None:
        raise UnknownPatientError
    return patient


def _change(patient: Patient, after: Status, document_type: str, evidence: str, actor: str) -> None:
    before = Status(patient.status)
    if not rules.may_become(before, after):
        raise StatusChangeError
    patient.status, patient.document_type, patient.evidence = after.value, document_type, evidence
    patient.save()
    audit.record(
        actor=actor,
        action="identity.status",
        target=f"patient:{patient.pk}",
        details={"before": before.value, "after": after.value, "document": document_type},
    )
