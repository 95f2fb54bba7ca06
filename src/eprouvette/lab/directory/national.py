"""Writing the copy of the national directory, page by page, and telling which addresses have gone.

Each page is one transaction: a copy that is interrupted is a copy of what was read so far, and reading the same page
again changes nothing. An inactive resource carries its number alone: what is known of it stays, marked as inactive.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory import rules
from eprouvette.lab.directory.models import Mailbox, Practitioner, Professional, Role, Structure
from eprouvette.standards.annuaire import model as national

ROLE_FIELDS = ("professional_ref", "structure_ref", "active")
STRUCTURE_FIELDS = (
    "ref", "name", "sector", "address_line", "postal_code", "city", "search_city", "phone", "active",
)  # fmt: skip
PROFESSIONAL_FIELDS = (
    "ref", "family_name", "given_name", "search_name", "civility", "title", "profession", "specialty", "active",
)  # fmt: skip
MAILBOX_FIELDS = ("address", "type", "description", "service", "dematerialised", "red_list", "gone_at")


def store(page: national.Page, at: datetime) -> int:
    """Keep a page of the directory; returns how many resources were kept."""
    people = {rules.professional_number(one): one for one in page.professionals}
    roles = {rules.role_number(one): one for one in page.roles}
    places = {rules.structure_number(one): one for one in page.structures}
    with transaction.atomic():
        _upsert(Professional, "number", PROFESSIONAL_FIELDS, [_person(*one) for one in people.items() if one[1].active])
        _upsert(Role, "number", ROLE_FIELDS, [_role(*one) for one in roles.items() if one[1].active])
        _upsert(Structure, "national_id", STRUCTURE_FIELDS, [_place(*one) for one in places.items() if one[1].active])
        Professional.objects.filter(number__in=_inactive(people)).update(active=False)
        Role.objects.filter(number__in=_inactive(roles)).update(active=False)
        Structure.objects.filter(national_id__in=_inactive(places)).update(active=False)
        _mailboxes(
            {rules.holder("professional", number): one.mailboxes for number, one in people.items()}
            | {rules.holder("role", number): one.mailboxes for number, one in roles.items()}
            | {rules.holder("structure", number): one.mailboxes for number, one in places.items()},
            at,
        )
    return len(people) + len(roles) + len(places)


def mark_gone_addresses(at: datetime) -> int:
    """Compare the addresses of correspondents with the copy; returns how many are newly gone.

    An address that the copy never had (declared by its holder, or on the red list) is not judged.
    """
    rows = list(Practitioner.objects.filter(active=True).exclude(mss_address=""))
    keys = {row.mss_address.casefold() for row in rows}
    seen = Mailbox.objects.filter(search_address__in=keys).values_list("search_address", "gone_at")
    living = {address for address, gone_at in seen if gone_at is None}
    known = {address for address, _ in seen}
    gone = 0
    with transaction.atomic():
        for row in rows:
            key = row.mss_address.casefold()
            is_gone = key in known - living
            if is_gone is (row.mss_gone_at is not None) or (key not in known and row.mss_gone_at is None):
                continue
            row.mss_gone_at = at if is_gone else None
            row.save(update_fields=["mss_gone_at"])
            gone += is_gone
            action = "practitioner.address_gone" if is_gone else "practitioner.address_back"
            audit.record(actor="system:directory", action=action, target=f"practitioner:{row.pk}")
    return gone


def _inactive(
    resources: dict[str, national.Professional] | dict[str, national.Role] | dict[str, national.Structure],
) -> list[str]:
    return [number for number, one in resources.items() if not one.active]


def _upsert(kind: type[Model], key: str, fields: Iterable[str], rows: list[Model]) -> None:
    if rows:
        kind._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=[*fields])


def _person(number: str, one: national.Professional) -> Professional:
    return Professional(
        number=number,
        ref=one.technical_id,
        family_name=one.family,
        given_name=one.given,
        search_name=rules.search_key(f"{one.family} {one.given}")[:201],
        civility=one.civility,
        title=one.title,
        profession=one.profession,
        specialty=one.specialties[0] if one.specialties else "",
    )


def _role(number: str, one: national.Role) -> Role:
    return Role(number=number, professional_ref=one.professional, structure_ref=one.structure)


def _place(number: str, one: national.Structure) -> Structure:
    return Structure(
        national_id=number,
        ref=one.technical_id,
        name=one.name,
        sector=one.sector,
        address_line=one.address_line,
        postal_code=one.postal_code,
        city=one.city,
        search_city=rules.search_key(one.city)[:100],
        phone=one.phone,
    )


def _mailboxes(held: dict[str, tuple[national.Mailbox, ...]], at: datetime) -> None:
    """The mailboxes of holders just read: those shown are there, the others of these holders are gone."""
    shown = {
        (holder, box.address.casefold()): Mailbox(
            holder=holder,
            address=box.address,
            search_address=box.address.casefold(),
            type=box.type,
            description=box.description,
            service=box.service,
            dematerialised=box.dematerialised,
            red_list=box.red_list,
        )
        for holder, boxes in held.items()
        for box in boxes
    }
    before = Mailbox.objects.filter(holder__in=held, gone_at=None).values_list("pk", "holder", "search_address")
    gone = [pk for pk, holder, address in before if (holder, address) not in shown]
    Mailbox.objects.filter(pk__in=gone).update(gone_at=at)
    if shown:
        Mailbox.objects.bulk_create(
            shown.values(),
            update_conflicts=True,
            unique_fields=["holder", "search_address"],
            update_fields=[*MAILBOX_FIELDS],
        )
