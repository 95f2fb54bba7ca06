"""Opening patients' files and changing them at the desk: traits, documents seen, attributes.

What INSi answers is written by `insi`, merges by `merging`, copies of documents by `copies`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Final, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Profile
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity import numbers, rules, writing
from eprouvette.lab.identity.errors import (
    EvidenceMissingError,
    InvalidInsError,
    InvalidTraitsError,
    MasterIdentityError,
    StatusChangeError,
)
from eprouvette.lab.identity.models import IdentityDocument, IdentityEvent, Patient
from eprouvette.lab.identity.rules import Attribute, Event, Exemption, Status
from eprouvette.lab.identity.traits import Coordinates, InsEntry, Traits, checked, checked_coordinates, checked_ins

QUALIFIED_BY_HAND = "Identité vérifiée — document de haut niveau de confiance + INS saisi"
VALIDATED_BY_HAND = "Identité vérifiée — document de haut niveau de confiance"
QUALIFIED_WITH_INSI = "Identité vérifiée — document de haut niveau de confiance + INSi"
THIRD_PARTY: Final = "tiers_confiance"
"""The document type of an identity that a trusted system vouches for: the only one that a master leaves us."""
STRICT: Final = (
    "birth_family_name",
    "birth_given_names",
    "first_given_name",
    "sex",
    "birth_date",
    "birth_date_note",
    "birth_place_cog",
)
"""REQ-INS-05: the traits that an INS covers."""


def create_patient(traits: Traits, *, actor: str, exemption: Exemption = Exemption.NONE) -> Patient:
    """Open a file with a provisional identity; raises `InvalidTraitsError`."""
    clean = checked(traits, timezone.localdate())
    with transaction.atomic():
        patient = Patient(
            **asdict(clean),
            ipp=f"IPP-{numbers.next_of('ipp'):06d}",
            status=Status.PROVISIONAL.value,
            insi_exemption=exemption.value,
            created_at=timezone.now(),
        )
        writing.save(patient)
        IdentityEvent.objects.create(
            patient=patient, kind="creation", actor=actor, at=patient.created_at, after=writing.snapshot(patient)
        )
        audit.record(actor=actor, action="patient.created", target=f"patient:{patient.pk}")
    return patient


def edit_traits(patient_id: int, traits: Traits, *, actor: str) -> Patient:
    """Correct a file. A strict trait that changes makes a validated identity provisional: it was not seen so.

    Raises `InvalidTraitsError`; `StatusChangeError` when strict traits are those of INSi, save the first given name,
    which stays free within the list (REQ-INS-10); `UnknownPatientError`, `MergedPatientError`.
    """
    clean = checked(traits, timezone.localdate())
    with writing.changing(patient_id, "traits", actor=actor) as patient:
        changed = {name for name in STRICT if getattr(patient, name) != getattr(clean, name)}
        if patient.ins is not None:
            changed -= {"first_given_name"}
        if changed:
            writing.stand(patient, rules.after(patient.standing, Event.TRAITS_CHANGED))
            patient.document_type = patient.evidence = ""
        for name, value in asdict(clean).items():
            setattr(patient, name, value)
    return patient


def see_document(
    patient_id: int, *, document_type: str, actor: str, expires_on: date | None = None
) -> IdentityDocument:
    """Record an identity document that was shown; one of high trust makes the identity *validée* or *qualifiée*.

    Raises `EvidenceMissingError` for an unknown type, `LockedIdentityError`, `MasterIdentityError` when this would
    decide under a master of identities, `UnknownPatientError`, `MergedPatientError`.
    """
    if document_type not in rules.DOCUMENTS:
        raise EvidenceMissingError
    high = document_type in rules.HIGH_TRUST
    if high and document_type != THIRD_PARTY:
        require_no_master()
    event = Event.HIGH_DOCUMENT if high else Event.LOW_DOCUMENT
    with writing.changing(patient_id, "document", actor=actor, details={"document": document_type}) as patient:
        standing = rules.after(patient.standing, event)
        if standing.status is Status.QUALIFIED and standing.status.value != patient.status:
            _require_place(patient)
            patient.evidence = QUALIFIED_WITH_INSI
        elif high and standing.status is Status.VALIDATED:
            patient.evidence = VALIDATED_BY_HAND
        writing.stand(patient, standing)
        if high or not patient.document_type:
            patient.document_type = document_type
        return IdentityDocument.objects.create(
            patient=patient,
            kind=document_type,
            high_trust=high,
            expires_on=expires_on,
            seen_at=timezone.now(),
            seen_by=actor,
        )


def validate_identity(patient_id: int, *, document_type: str, actor: str) -> Patient:
    """Make a provisional identity *validée* on sight of a high-trust document.

    Raises `EvidenceMissingError`, `StatusChangeError` or `UnknownPatientError`.
    """
    if document_type not in rules.HIGH_TRUST:
        raise EvidenceMissingError
    with transaction.atomic():
        if Status(writing.locked(patient_id).status) is not Status.PROVISIONAL:
            raise StatusChangeError
        return see_document(patient_id, document_type=document_type, actor=actor).patient


def qualify(patient_id: int, ins: InsEntry, *, document_type: str, actor: str) -> Patient:
    """Make an identity *qualifiée* by hand, outside of production: document seen, INS typed with its key.

    Raises `InvalidInsError`, `KnownInsError`, `EvidenceMissingError`, `StatusChangeError` or
    `UnknownPatientError`. A provisional identity passes by *validée*, as the table wants.
    """
    if document_type not in rules.HIGH_TRUST:
        raise EvidenceMissingError
    # `Profile` is read by settings from the same three values.
    profile = cast("Profile", settings.EPROUVETTE_PROFILE)
    typed = checked_ins(ins, profile)
    if profile == "production":
        # RNIV 1, 3.2: INSi alone makes an INS worth something; a typed one only serves to search.
        hint = "Récupérer l'INS par INSi depuis la fiche du patient."
        raise InvalidInsError("En production, une INS saisie ne qualifie pas une identité.", hint=hint)
    require_no_master()
    with transaction.atomic():
        patient = writing.locked(patient_id)
        _require_place(patient)
        if Status(patient.status) is Status.PROVISIONAL:
            see_document(patient_id, document_type=document_type, actor=actor)
        with writing.changing(patient_id, "qualification", actor=actor, details={"document": document_type}) as patient:
            standing = rules.after(patient.standing, Event.INS_TYPED, typed)
            writing.stand(patient, standing, source="saisie")
            patient.document_type, patient.evidence = document_type, QUALIFIED_BY_HAND
    return patient


def mark(patient_id: int, attribute: Attribute, *, on: bool, actor: str) -> Patient:
    """Put or remove an attribute; doubtful and fictitious take the INS away (REQ-INS-08).

    Raises `LockedIdentityError` when both would stand together, `UnknownPatientError`, `MergedPatientError`.
    """
    with writing.changing(patient_id, "attribut", actor=actor, details={attribute.value: int(on)}) as patient:
        standing = rules.marked(patient.standing, attribute, on=on)
        if standing.status.value != patient.status:
            patient.document_type = patient.evidence = ""
        writing.stand(patient, standing)
    return patient


def downgrade(patient_id: int, *, actor: str) -> Patient:
    """Bring an identity back to provisional, without INS: what was believed of it is no longer sure."""
    with writing.changing(patient_id, "declassement", actor=actor) as patient:
        writing.stand(patient, rules.after(patient.standing, Event.DOWNGRADED))
        patient.document_type = patient.evidence = ""
    return patient


def exempt(patient_id: int, exemption: Exemption, *, actor: str) -> Patient:
    """Say why INSi is not called for a person, or that it may be again (REQ-INS-28).

    Raises `StatusChangeError` for an identity that bears an INS, `UnknownPatientError`, `MergedPatientError`.
    """
    with writing.changing(patient_id, "dispense_insi", actor=actor, details={"exemption": exemption.value}) as patient:
        if refusal := rules.exemption_refusal(patient.standing, exemption):
            raise StatusChangeError(refusal, hint="Déclasser d'abord l'identité si l'INS n'est pas la sienne.")
        patient.insi_exemption = exemption.value
    return patient


def record_death(patient_id: int, at: datetime | None, *, actor: str) -> Patient:
    """Record a death, or take it back.

    Raises `InvalidTraitsError` for a death to come or before birth, `UnknownPatientError`, `MergedPatientError`.
    """
    with writing.changing(patient_id, "deces", actor=actor) as patient:
        if at is not None:
            born = PartialDate(patient.birth_date).first_day()
            if problem := rules.death_problem(timezone.localtime(at), born, timezone.now()):
                raise InvalidTraitsError({"deceased_at": problem})
        patient.deceased_at = at
    return patient


def edit_coordinates(patient_id: int, given: Coordinates, *, actor: str) -> Patient:
    """Where to write to a patient and how to call; neither status nor strict traits move.

    Raises `InvalidTraitsError`, `UnknownPatientError`, `MergedPatientError`.
    """
    clean = checked_coordinates(given)
    with writing.changing(patient_id, "coordonnees", actor=actor) as patient:
        for name, value in asdict(clean).items():
            setattr(patient, name, value)
    return patient


def edit_contact(patient_id: int, *, name: str, phone: str, actor: str) -> Patient:
    """Who to call for this patient."""
    with writing.changing(patient_id, "contact", actor=actor) as patient:
        patient.contact_name, patient.contact_phone = " ".join(name.split())[:120], " ".join(phone.split())[:20]
    return patient


def visited(patient_id: int, at: datetime) -> Patient:
    """Lock a living file for the caller's transaction and note that the person came: copies are kept from then on.

    Raises `UnknownPatientError`, or `MergedPatientError` so that nothing is ever added to a closed file.
    """
    patient = writing.locked(patient_id)
    if patient.last_visit_at is None or patient.last_visit_at < at:
        patient.last_visit_at = at
        patient.save(update_fields=["last_visit_at"])
    return patient


def require_no_master() -> None:
    """Raise `MasterIdentityError` where another system decides on identities: provisional ones alone are made here."""
    if settings.EPROUVETTE_IDENTITY_MASTER:
        raise MasterIdentityError


def _require_place(patient: Patient) -> None:
    if not patient.birth_place_cog:
        raise InvalidInsError("Lieu de naissance : son code est obligatoire pour qualifier une identité.")
