"""Persons and organisations named by a report.

Source: CI-SIS CR-BIO 2024.01, header (digest ``cr-bio.md`` 3 and 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Ins

Civility = Literal["M", "MME"]
"""JDV J245."""
Title = Literal["DR", "MC", "MG", "PC", "PG", "PR"]
"""JDV J246."""
Sex = Literal["F", "M", "UN"]
"""JDV J143; ``UN`` when unknown or undetermined, never a nullFlavor."""
Absent = Literal["ASKU", "NASK", "NAV", "MSK"]
"""Asked and not known, not asked, not available now, masked; what is plainly unknown is left out."""
RelationRole = Literal["ECON", "NOK", "CON", "CAREGIVER", "PAT"]
"""Emergency contact, next of kin, contact, care giver, the patient; the classes that an informant may have."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, as free ``lines`` then postal code, city and country (ISO name or empty).

    ``use`` is HP, WP, TMP… when it is not the usual one of its place (the home of a patient, the work of others).
    ``absent`` stands alone: why there is none, when that is told.
    """

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    use: str = ""
    absent: Absent | None = None


@dataclass(frozen=True, slots=True)
class Telecom:
    """A contact: ``value`` is ``tel:…``, ``mailto:…``, ``fax:…`` or ``http:…``; ``use`` is H, WP, MC, … or empty.

    ``absent`` says why there is none, when that is told; ``value`` is empty then.
    """

    value: str
    use: str = ""
    absent: Absent | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a person who is not the patient. ``prefix`` is a civility, ``suffix`` a title."""

    family: str
    given: str = ""
    prefix: Civility | None = None
    suffix: Title | None = None


@dataclass(frozen=True, slots=True)
class FurtherId:
    """A number that an authority gives to a structure beside its national identifier (EFI, COFRAC…)."""

    id: Identifier
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """A structure. ``industry`` is its practice setting (JDV J04), ``accreditation`` its COFRAC numbers.

    ``part_of`` is the legal form of what it belongs to, ``further_ids`` what other authorities call it.
    """

    id: Identifier
    name: str
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    industry: Coded | None = None
    accreditation: tuple[str, ...] = ()
    part_of: Coded | None = None
    further_ids: tuple[FurtherId, ...] = ()


@dataclass(frozen=True, slots=True)
class Professional:
    """A health professional: national identifier, specialty (JDV J01), where to reach him or her."""

    id: Identifier
    name: PersonName
    specialty: Coded | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A software or a machine named as author.

    Without ``id`` it is known by the laboratory that runs it; with one, by what it says of itself.
    """

    manufacturer: str
    software: str
    id: Identifier | None = None
    type: Coded | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class Guardian:
    """The legal representative of a minor or a protected adult."""

    name: PersonName
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()


@dataclass(frozen=True, slots=True)
class Informant:
    """Somebody who told about the patient: ``role`` is why he or she did, ``relation`` what ties them (JDV J11)."""

    name: PersonName
    role: RelationRole
    relation: Coded | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """A structure that receives a copy while nobody in it is named."""

    name: str
    id: Identifier | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()


@dataclass(frozen=True, slots=True)
class BirthPlace:
    """COG (INSEE) code of the place of birth, five characters, and its name when known."""

    cog: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient's traits (RNIV) and identifiers.

    ``ins`` is set only when the identity is *qualifiée* (REQ-INS-09). ``birth_given_names`` is the
    whole list of given names, ``first_given_name`` the first of it. ``local_ids`` holds the
    laboratory's identifiers (IPP), first the one that the laboratory shows.
    """

    local_ids: tuple[Identifier, ...]
    birth_family_name: str
    birth_given_names: tuple[str, ...]
    first_given_name: str
    sex: Sex
    birth_date: PartialDate
    ins: Ins | None = None
    used_family_name: str | None = None
    used_given_name: str | None = None
    birth_place: BirthPlace | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    guardians: tuple[Guardian, ...] = ()
    deceased_at: datetime | None = None
