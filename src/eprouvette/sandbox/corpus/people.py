"""The people of the corpus: nobody lives behind these names, and their INS carry the OID of test identities."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Ins, key_of
from eprouvette.sandbox.corpus.draw import Draw
from eprouvette.sandbox.corpus.kinds import Kind, table
from eprouvette.sandbox.population.people import names
from eprouvette.standards.report.people import (
    Address,
    BirthPlace,
    Organization,
    Patient,
    PersonName,
    Professional,
    Sex,
    Telecom,
)

ROOT: Final = "1.2.250.1.213.99.390999999"
"""OID root of the laboratory of the corpus; the arcs below it name what is identified."""
IPP, DOSSIER, SAMPLE, DOCUMENT, LOCAL, ORDER, ISOLATE = (f"{ROOT}.{arc}" for arc in (1, 2, 3, 4, 6, 7, 8))
_BIOLOGY: Final = Coded("G15_10/SM03", oids.SPECIALTY, "Médecin - Biologie médicale (SM)")
_OFFICE: Final = Coded("AMBULATOIRE", oids.PRACTICE_SETTING, "Ambulatoire")
_HOSPITAL: Final = Coded("ETABLISSEMENT", oids.PRACTICE_SETTING, "Etablissement de santé")

LABORATORY: Final = Organization(
    id=Identifier(oids.STRUCTURE, "1390999999"),
    name="LABORATOIRE DES TROIS ÉPIS",
    address=Address(lines=("12 rue des Arènes",), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0384000001", "WP"), Telecom("mailto:labo@labo.mssante.fr", "WP")),
    industry=_OFFICE,
    accreditation=("8-9999",),
)
SPECIALISED: Final = Organization(
    id=Identifier(oids.STRUCTURE, "1750999999"),
    name="LABORATOIRE DE BIOLOGIE SPÉCIALISÉE",
    address=Address(lines=("1 rue des Cordelières",), postal_code="75013", city="PARIS"),
    telecoms=(Telecom("tel:0140000000", "WP"),),
    industry=_HOSPITAL,
    accreditation=("8-9998",),
)


def _biologist(rpps: str, family: str, given: str, laboratory: Organization) -> Professional:
    return Professional(
        id=Identifier(oids.PROFESSIONAL, rpps),
        name=PersonName(family, given, "MME", "DR"),
        specialty=_BIOLOGY,
        address=laboratory.address,
        telecoms=laboratory.telecoms[:1],
        organization=laboratory,
    )


BIOLOGIST: Final = _biologist("810000000015", "AUBIN", "Anne", LABORATORY)
FAR_BIOLOGIST: Final = _biologist("810000000064", "LOIN", "Claire", SPECIALISED)


@cache
def professionals() -> dict[str, Professional]:
    """Prescribers and samplers by role."""
    return {raw["role"]: _professional(number, raw) for number, raw in enumerate(table("people.toml")["prescriber"])}


def _professional(number: int, raw: dict[str, Any]) -> Professional:
    address = Address(lines=(f"{3 + number} place Nationale",), postal_code="39100", city="DOLE")
    telecoms = (Telecom(f"tel:03840001{number:02d}", "WP"),)
    name = PersonName(raw["family"], raw["given"], raw["prefix"], raw.get("suffix"))
    office = Organization(
        Identifier(oids.STRUCTURE, f"13900001{number:02d}"), f"CABINET {raw['family']}", address, telecoms, _OFFICE
    )
    return Professional(
        id=Identifier(oids.PROFESSIONAL, f"81000000{number + 20:03d}3"),
        name=name,
        specialty=Coded(raw["specialty"]["code"], oids.SPECIALTY, raw["specialty"]["display"]),
        address=address,
        telecoms=telecoms,
        organization=office,
    )


def patient(kind: Kind, rank: int, on: date, draw: Draw) -> Patient:
    """A patient of the age and sex that ``kind`` asks for, one in twelve without a qualified INS."""
    stock = table_of_names()
    sex: Sex = "F" if draw.pick(kind.sex) == "F" else "M"
    years = draw.integer(*kind.age)
    born = on - timedelta(days=draw.integer(1, 3)) if kind.age[1] == 0 else _birthday(on, years, draw)
    place, town = draw.pick(stock["localities"]), draw.pick(stock["towns"])
    given = tuple(dict.fromkeys(_strict(draw.pick(stock["given"][sex])) for _ in range(draw.integer(1, 3))))
    family = _strict(draw.pick(stock["families"]))
    person = Patient(
        local_ids=(Identifier(IPP, f"IPP-{rank:06d}"),),
        birth_family_name=family,
        birth_given_names=given,
        first_given_name=given[0],
        sex=sex,
        birth_date=PartialDate.of(born),
        birth_place=BirthPlace(place["cog"], place["name"]),
        address=Address(lines=(draw.pick(stock["streets"]),), **town),
        telecoms=(Telecom(f"tel:06{draw.integer(10_000_000, 99_999_999)}", "MC"),),
    )
    if sex == "F" and years > 25 and draw.chance(0.45):
        person = replace(person, used_family_name=_strict(draw.pick(stock["families"])), used_given_name=given[0])
    if draw.chance(1 / 12):
        return person
    return replace(person, ins=_ins(person, born, place["cog"], draw))


@cache
def table_of_names() -> dict[str, Any]:
    """Names, streets and towns to draw from: the names are those of the simulated population."""
    return names() | table("people.toml")


def _strict(name: str) -> str:
    """Capitals without accents, as strict traits are kept (RNIV)."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _birthday(on: date, years: int, draw: Draw) -> date:
    """A day that makes somebody of that age on that day."""
    return on - timedelta(days=int(years * 365.25) + draw.integer(2, 360))


def _ins(person: Patient, born: date, cog: str, draw: Draw) -> Ins:
    """A test matricule that agrees with the traits, its key right."""
    number = f"{1 if person.sex == 'M' else 2}{born:%y%m}{cog}{draw.integer(1, 998):03d}"
    return Ins(number + key_of(number), oids.INS_NIR_TEST)
