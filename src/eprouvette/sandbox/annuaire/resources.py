"""The FHIR resources of a country, as the open-access profiles of the national directory write them.

Source: guide "Annuaire Santé" of the ANS, profiles as-dp-practitioner, as-dp-practitionerrole, as-dp-organization.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from eprouvette.sandbox.annuaire.people import DAYS, Box, Country, Place, Post, Pro, country

Resource = dict[str, Any]
_NOS: Final = "https://mos.esante.gouv.fr/NOS"
_GUIDE: Final = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition"
_CORE: Final = "https://hl7.fr/ig/fhir/core"


@cache
def resources(day: int) -> dict[str, tuple[Resource, ...]]:
    """Every resource of a day, by type."""
    today: Country = country(day)
    return {
        "Practitioner": tuple(map(practitioner, today.pros)),
        "PractitionerRole": tuple(map(role, today.posts)),
        "Organization": tuple(map(organization, today.places)),
    }


def practitioner(pro: Pro) -> Resource:
    """A professional; one who left keeps identifiers alone."""
    identifiers = [
        _identifier("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", f"8{pro.rpps}"),
        _identifier("RPPS", "https://rpps.esante.gouv.fr", pro.rpps),
    ]
    made = _base("Practitioner", pro.id, pro.day, identifiers, active=pro.active)
    if not pro.active:
        return made
    name: Resource = {"use": "usual", "family": pro.family, "given": [pro.given], "prefix": [pro.civility]}
    if pro.title:
        name["suffix"] = [pro.title]
    codes = [("TRE_G15-ProfessionSante", pro.profession)]
    if pro.specialty:
        codes.append(("TRE_R38-SpecialiteOrdinale", pro.specialty))
    return made | {
        "name": [name],
        "qualification": [{"code": _concept(table, code)} for table, code in codes],
        **_telecom(pro.boxes),
    }


def role(post: Post) -> Resource:
    """A role; one that ended keeps its identifier alone."""
    made = _base("PractitionerRole", post.id, post.day, [_plain(post.id)], active=post.active)
    if not post.active:
        return made
    return made | {
        "practitioner": {"reference": f"Practitioner/{post.pro}"},
        "organization": {"reference": f"Organization/{post.place}"},
        "code": [_concept("TRE_R22-GenreActivite", "GENR01"), _concept("TRE_R23-ModeExercice", post.mode)],
        **_telecom(post.boxes),
    }


def organization(place: Place) -> Resource:
    """A structure; one that closed keeps identifiers alone."""
    national = f"1{place.finess}" if place.finess else f"3{place.siret}"
    identifiers = [_identifier("IDNST", "urn:oid:1.2.250.1.71.4.2.2", national)]
    if place.finess:
        identifiers.append(_identifier("FINEG", "https://finess.esante.gouv.fr", place.finess))
    else:
        identifiers.append(_identifier("SIRET", "https://sirene.fr", place.siret))
    made = _base("Organization", place.id, place.day, identifiers, active=place.active)
    if not place.active:
        return made
    phone = [{"system": "phone", "value": place.phone, "rank": 1}] if place.phone else []
    return made | {
        "type": [_concept("TRE_R02-SecteurActivite", place.sector)],
        "name": place.name,
        "address": [{"line": [place.line], "city": place.city, "postalCode": place.postal_code}],
        "telecom": [*phone, *_telecom(place.boxes).get("telecom", [])],
    }


def _base(kind: str, identifier: str, day: int, identifiers: list[Resource], *, active: bool) -> Resource:
    profile = f"{_GUIDE}/as-dp-{kind.lower()}"
    return {
        "resourceType": kind,
        "id": identifier,
        "meta": {
            "versionId": str(day + 1),
            "lastUpdated": DAYS[day],
            "source": "https://annuaire.sante.fr",
            "profile": [profile],
        },
        "language": "fr",
        "identifier": identifiers,
        "active": active,
    }


def _identifier(code: str, system: str, value: str) -> Resource:
    kind = {"coding": [{"system": f"{_CORE}/CodeSystem/fr-core-cs-v2-0203", "code": code}]}
    return {"use": "official", "type": kind, "system": system, "value": value}


def _plain(value: str) -> Resource:
    return {"system": "https://annuaire.sante.fr", "value": f"9{value[1:]:>09}"}


def _concept(table: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_NOS}/{table}/FHIR/{table.replace('_', '-')}", "code": code}]}


def _telecom(boxes: tuple[Box, ...]) -> Resource:
    """The mailboxes in open access; those on the red list are not."""
    shown = [_mailbox(one) for one in boxes if not one.red_list]
    return {"telecom": shown} if shown else {}


def _mailbox(box: Box) -> Resource:
    details: list[Resource] = [{"url": "type", "valueCodeableConcept": _concept("TRE_R257-TypeBAL", box.type)}]
    if box.description:
        details.append({"url": "description", "valueString": box.description})
    if box.digitization is not None:
        details.append({"url": "digitization", "valueBoolean": box.digitization})
    details.append({"url": "listeRouge", "valueBoolean": False})
    kind = _concept("TRE_R256-TypeMessagerie", "MSSANTE")["coding"][0]
    return {
        "extension": [
            {"url": f"{_CORE}/StructureDefinition/fr-core-contact-point-email-type", "valueCoding": kind},
            {"url": f"{_GUIDE}/as-ext-mailbox-mss-metadata", "extension": details},
        ],
        "system": "email",
        "value": box.address,
    }
