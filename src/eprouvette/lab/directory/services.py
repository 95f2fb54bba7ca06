"""Keeping the professionals that the laboratory knows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory import rules
from eprouvette.lab.directory.errors import InvalidPractitionerError, UnknownPractitionerError, UnknownProfileError
from eprouvette.lab.directory.models import Practitioner


@dataclass(frozen=True, slots=True)
class NewPractitioner:
    """A professional to keep. ``specialty_label`` may be left out for a specialty that forms offer."""

    rpps: str
    family_name: str
    given_name: str
    specialty_code: str
    specialty_label: str = ""
    civility: str = ""
    title: str = ""
    address_line: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    mss_address: str = ""
    structure_id: str = ""
    structure_name: str = ""


def save_practitioner(new: NewPractitioner, *, actor: str) -> Practitioner:
    """Create or update a professional, found by RPPS; raises `InvalidPractitionerError`."""
    _require_valid(new)
    fields = asdict(new) | {
        "specialty_label": new.specialty_label or rules.SPECIALTIES[new.specialty_code],
        "search_name": rules.search_key(new.family_name),
    }
    del fields["rpps"]
    with transaction.atomic():
        row, created = Practitioner.objects.update_or_create(rpps=new.rpps, defaults=fields)
        action = "practitioner.created" if created else "practitioner.updated"
        audit.record(actor=actor, action=action, target=f"practitioner:{row.pk}")
    return row


def set_report_profile(practitioner_id: int, version: str, *, actor: str) -> Practitioner:
    """From now on, send reports to a professional in that version of CR-BIO.

    What is planned already leaves as it was planned. Raises `UnknownPractitionerError` or `UnknownProfileError`.
    """
    if version not in rules.REPORT_PROFILES:
        raise UnknownProfileError
    with transaction.atomic():
        row = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
        if row is None:
            raise UnknownPractitionerError
        row.report_profile = version
        row.save(update_fields=["report_profile"])
        audit.record(
            actor=actor,
            action="practitioner.profile",
            target=f"practitioner:{row.pk}",
            details={"profile": version},
        )
    return row


def _require_valid(new: NewPractitioner) -> None:
    if not rules.is_rpps(new.rpps):
        raise InvalidPractitionerError("RPPS : onze chiffres sont attendus.")
    if not new.family_name.strip():
        raise InvalidPractitionerError("Nom d'exercice : il est obligatoire.")
    if new.civility and new.civility not in rules.CIVILITIES:
        raise InvalidPractitionerError("Civilité : M ou MME est attendu.")
    if new.title and new.title not in rules.TITLES:
        raise InvalidPractitionerError("Titre : la valeur n'est pas dans la liste.")
    if not new.specialty_label and new.specialty_code not in rules.SPECIALTIES:
        raise InvalidPractitionerError("Spécialité : ce code est inconnu, son libellé est obligatoire.")
    if new.structure_id and not rules.is_structure_id(new.structure_id):
        raise InvalidPractitionerError("Structure : 1 suivi du FINESS, ou 3 suivi du SIRET, est attendu.")
    if bool(new.structure_id) != bool(new.structure_name.strip()):
        raise InvalidPractitionerError("Structure : identifiant et nom vont ensemble.")
    if new.mss_address:
        try:
            validate_email(new.mss_address)
        except ValidationError as error:
            raise InvalidPractitionerError("Adresse MSSanté : elle n'a pas la forme d'une adresse.") from error
