"""Reading the directory; a professional as reports name him or her."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db.models import Q, QuerySet

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.lab.directory import rules
from eprouvette.lab.directory.models import Practitioner
from eprouvette.standards.crbio.profile import Version
from eprouvette.standards.report.people import (
    Address,
    Civility,
    Organization,
    PersonName,
    Professional,
    Telecom,
    Title,
)


@dataclass(frozen=True, slots=True)
class PractitionerLine:
    """A professional, as listed."""

    id: int
    rpps: str
    name: str
    specialty: str
    city: str
    mss_address: str
    report_profile: str
    favourite: bool = False
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    gone_at: datetime | None = None


def search(text: str = "", limit: int = 20) -> tuple[PractitionerLine, ...]:
    """Active professionals whose name starts with ``text``, or whose RPPS number it is."""
    return tuple(line_of(row) for row in _matching(text)[:limit])


Filter = Literal["", "favourite", "gone", "unconfirmed"]


def listed(
    text: str = "", *, kept: Filter = "", page: int = 1, size: int = 50
) -> tuple[tuple[PractitionerLine, ...], int]:
    """A page of those whom `search` finds, favourites first, and how many there are in all."""
    rows = _matching(text).filter(_FILTERS[kept])
    return tuple(line_of(row) for row in rows[(page - 1) * size : page * size]), rows.count()


_FILTERS: dict[Filter, Q] = {
    "": Q(),
    "favourite": Q(favourite=True),
    "gone": Q(mss_gone_at__isnull=False),
    "unconfirmed": ~Q(mss_address="") & Q(mss_confirmed_at=None),
}


def addresses_to_see() -> dict[Filter, int]:
    """The work list: addresses that have left the national directory, addresses that nobody confirmed."""
    rows = Practitioner.objects.filter(active=True)
    kinds: tuple[Filter, ...] = ("gone", "unconfirmed")
    return {kind: rows.filter(_FILTERS[kind]).count() for kind in kinds}


def _matching(text: str) -> QuerySet[Practitioner]:
    rows = Practitioner.objects.filter(active=True)
    if text.isdigit():
        return rows.filter(rpps=text)
    return rows.filter(search_name__startswith=rules.search_key(text)) if text else rows


def choices() -> tuple[PractitionerLine, ...]:
    """Every active professional, for the lists of the forms."""
    return tuple(line_of(row) for row in Practitioner.objects.filter(active=True))


def line_of(row: Practitioner) -> PractitionerLine:
    """A row, as listed."""
    return PractitionerLine(
        row.pk,
        row.rpps,
        display_name(row),
        row.specialty_label,
        row.city,
        row.mss_address,
        row.report_profile,
        row.favourite,
        row.mss_confirmed_at,
        row.mss_confirmed_by,
        row.mss_gone_at,
    )


def display_name(row: Practitioner) -> str:
    """``Dr Paul LEVESQUE``, ``Mme Inès DUMOULIN``."""
    return rules.full_name(row.civility, row.title, row.given_name, row.family_name)


def by_rpps(rpps: str) -> Practitioner | None:
    """The professional of that RPPS number, or None."""
    return Practitioner.objects.filter(rpps=rpps).first()


def mss_addresses(national_ids: Iterable[str]) -> dict[str, str]:
    """The MSSanté addresses, by national identifier (``8`` + RPPS), of those who have one."""
    numbers = [number[1:] for number in national_ids if number.startswith("8")]
    rows = Practitioner.objects.filter(rpps__in=numbers).exclude(mss_address="")
    return {rules.national_id(rpps): address for rpps, address in rows.values_list("rpps", "mss_address")}


def report_profiles(national_ids: Iterable[str]) -> dict[str, Version]:
    """The versions of CR-BIO, by national identifier, of those who are sent another one than the default."""
    numbers = [number[1:] for number in national_ids if number.startswith("8")]
    rows = Practitioner.objects.filter(rpps__in=numbers).exclude(report_profile=rules.DEFAULT_PROFILE)
    return {
        rules.national_id(rpps): rules.REPORT_PROFILES[version]
        for rpps, version in rows.values_list("rpps", "report_profile")
    }


def as_professional(row: Practitioner) -> Professional:
    """The professional, as a report names him or her."""
    address = _address(row)
    telecoms = tuple(
        [Telecom(rules.telecom(row.phone), "WP")] * bool(row.phone)
        + [Telecom(f"mailto:{row.mss_address}", "WP")] * bool(row.mss_address)
    )
    return Professional(
        id=Identifier(oids.PROFESSIONAL, rules.national_id(row.rpps)),
        name=PersonName(
            family=row.family_name,
            given=row.given_name,
            # Both columns hold codes of J245 and J246, refused otherwise by `services`.
            prefix=cast("Civility", row.civility) if row.civility else None,
            suffix=cast("Title", row.title) if row.title else None,
        ),
        specialty=Coded(row.specialty_code, oids.SPECIALTY, row.specialty_label),
        address=address,
        telecoms=telecoms,
        organization=_organization(row, address, telecoms[:1]),
    )


def _address(row: Practitioner) -> Address | None:
    if not (row.address_line or row.city):
        return None
    return Address(lines=(row.address_line,) if row.address_line else (), postal_code=row.postal_code, city=row.city)


def _organization(row: Practitioner, address: Address | None, telecoms: tuple[Telecom, ...]) -> Organization | None:
    if not row.structure_id:
        return None
    return Organization(
        id=Identifier(oids.STRUCTURE, row.structure_id), name=row.structure_name, address=address, telecoms=telecoms
    )
