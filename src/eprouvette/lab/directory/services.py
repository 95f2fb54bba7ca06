"""Keeping the professionals that the laboratory knows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory import national_queries, rules
from eprouvette.lab.directory.errors import (
    InvalidPractitionerError,
    UnknownAddressError,
    UnknownPractitionerError,
    UnknownProfileError,
)
from eprouvette.lab.directory.models import Practitioner, Professional, Structure


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
        known = Practitioner.objects.select_for_update().filter(rpps=new.rpps).first()
        if known and known.mss_address.casefold() != new.mss_address.casefold():
            fields |= _UNCONFIRMED
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


_UNCONFIRMED = {"mss_confirmed_at": None, "mss_confirmed_by": "", "mss_gone_at": None}


def confirm_address(number: str, place: str, address: str, *, actor: str) -> Practitioner:
    """A person chooses a mailbox among those that the sheet of a professional proposes; it is used from now on.

    Who was not a correspondent becomes one, from what the national directory says. ``place`` is the structure of the
    sheet. Raises `UnknownPractitionerError`, `UnknownAddressError` or `InvalidPractitionerError`.
    """
    with transaction.atomic():
        sheet = national_queries.sheet(number, place)
        if sheet is None:
            raise UnknownPractitionerError
        chosen = next((one for one in sheet.choice.proposals if one.mailbox.address == address), None)
        if chosen is None:
            raise UnknownAddressError
        if sheet.practitioner is None:
            save_practitioner(_from_copy(number, place or sheet.only_place), actor=actor)
        row = Practitioner.objects.select_for_update().get(rpps=number)
        row.mss_address = address
        row.mss_confirmed_at, row.mss_confirmed_by, row.mss_gone_at = timezone.now(), actor, None
        row.save(update_fields=["mss_address", *_UNCONFIRMED])
        audit.record(
            actor=actor,
            action="practitioner.address_confirmed",
            target=f"practitioner:{row.pk}",
            details={"level": chosen.level},
        )
    return row


def confirm_declared(practitioner_id: int, address: str, *, actor: str) -> Practitioner:
    """A person says that the address in use was given by its holder. ``address`` is the one that was on the screen.

    Raises `UnknownPractitionerError`, or `UnknownAddressError` when it is no longer the address in use or when it has
    left the national directory.
    """
    with transaction.atomic():
        row = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
        if row is None:
            raise UnknownPractitionerError
        if not address or row.mss_address != address or row.mss_gone_at:
            raise UnknownAddressError
        row.mss_confirmed_at, row.mss_confirmed_by = timezone.now(), actor
        row.save(update_fields=["mss_confirmed_at", "mss_confirmed_by"])
        audit.record(
            actor=actor,
            action="practitioner.address_confirmed",
            target=f"practitioner:{row.pk}",
            details={"level": "declared"},
        )
    return row


def add_from_copy(number: str, place: str, *, actor: str) -> Practitioner:
    """Make a correspondent of a professional of the national directory, without an address for now.

    Who is a correspondent already stays as he or she is. Raises `UnknownPractitionerError` or
    `InvalidPractitionerError`.
    """
    with transaction.atomic():
        known = Practitioner.objects.filter(rpps=number).first()
        return known or save_practitioner(_from_copy(number, place), actor=actor)


def _from_copy(number: str, place: str) -> NewPractitioner:
    row = Professional.objects.filter(number=number, active=True).first()
    if row is None:
        raise UnknownPractitionerError
    structure = Structure.objects.filter(national_id=place, active=True).first()
    if structure and not (rules.is_structure_id(place) and structure.name):
        structure = None
    code, label = rules.national_specialty(row.profession, row.specialty)
    return NewPractitioner(
        rpps=row.number,
        family_name=row.family_name,
        given_name=row.given_name,
        specialty_code=code,
        specialty_label=label,
        civility=row.civility if row.civility in rules.CIVILITIES else "",
        title=row.title,
        address_line=structure.address_line if structure else "",
        postal_code=structure.postal_code if structure else "",
        city=structure.city if structure else "",
        phone=structure.phone if structure else "",
        structure_id=structure.national_id if structure else "",
        structure_name=structure.name if structure else "",
    )


def set_favourite(practitioner_id: int, *, favourite: bool, actor: str) -> Practitioner:
    """Show a correspondent first in the lists, or no more. Raises `UnknownPractitionerError`."""
    with transaction.atomic():
        row = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
        if row is None:
            raise UnknownPractitionerError
        row.favourite = favourite
        row.save(update_fields=["favourite"])
        action = "practitioner.favourite" if favourite else "practitioner.not_favourite"
        audit.record(actor=actor, action=action, target=f"practitioner:{row.pk}")
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
