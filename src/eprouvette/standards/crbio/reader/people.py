"""Persons, organisations, addresses and the patient, read back."""

from __future__ import annotations

import re
from typing import Final, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import Ins
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.tree import SDTC, Tree
from eprouvette.standards.report.people import (
    Address,
    BirthPlace,
    Civility,
    Guardian,
    Organization,
    Patient,
    PersonName,
    Professional,
    Sex,
    Telecom,
    Title,
)

_TOWN: Final = re.compile(r"(\d{5})(?: (.+))?")
_STREET: Final = ("houseNumber", "houseNumberNumeric", "streetNameType", "streetName")
_MORE: Final = ("additionalLocator", "unitID", "postBox", "precinct")


def address(tree: Tree, holder: etree._Element | None) -> Address | None:
    """The first ``addr`` of ``holder``, free lines or parts."""
    found = tree.take(tree.child(holder, "addr"))
    if found is None or found.get("nullFlavor"):
        return None
    lines = [tree.words(line) for line in tree.children(found, "streetAddressLine")]
    parts = {name: tree.words(tree.child(found, name)) for name in (*_STREET, *_MORE, "postalCode", "city", "country")}
    if lines:
        return _free(lines)
    street = " ".join(parts[name] for name in _STREET if parts[name])
    more = [parts[name] for name in _MORE if parts[name]]
    kept = tuple(line for line in (street, *more) if line)
    return Address(kept, parts["postalCode"], parts["city"], parts["country"])


def _free(lines: list[str]) -> Address:
    """Free lines: the last that begins with a postal code is the town, the one after it the country."""
    for rank in range(len(lines) - 1, max(len(lines) - 3, -1), -1):
        town = _TOWN.fullmatch(lines[rank])
        if town and rank >= len(lines) - 2:
            return Address(tuple(lines[:rank]), town[1], town[2] or "", "".join(lines[rank + 1 :]))
    return Address(tuple(lines))


def telecoms(tree: Tree, holder: etree._Element | None) -> tuple[Telecom, ...]:
    """Every ``telecom`` that has a value."""
    found = [tree.take(one) for one in tree.children(holder, "telecom")]
    valued = [one for one in found if one is not None and one.get("value")]
    return tuple(Telecom(one.get("value", ""), one.get("use", "")) for one in valued)


def name(tree: Tree, holder: etree._Element | None) -> PersonName | None:
    """``name`` of a person who is not the patient."""
    found = tree.child(holder, "name")
    family = tree.words(tree.child(found, "family"))
    if not family:
        return None
    prefix, suffix = tree.words(tree.child(found, "prefix")), tree.words(tree.child(found, "suffix"))
    return PersonName(
        family=family,
        given=tree.words(tree.child(found, "given")),
        prefix=cast("Civility", prefix) if prefix in get_args(Civility) else None,
        suffix=cast("Title", suffix) if suffix in get_args(Title) else None,
    )


def organization(tree: Tree, element: etree._Element | None) -> Organization | None:
    """A structure with its practice setting and accreditation numbers; None without identifier."""
    known = [tree.identifier(one) for one in tree.children(element, "id")]
    own = next((one for one in known if one is not None and one.root != oids.ACCREDITATION), None)
    if element is None or own is None:
        return None
    return Organization(
        id=own,
        name=tree.words(tree.child(element, "name")),
        address=address(tree, element),
        telecoms=telecoms(tree, element),
        industry=tree.coded(tree.child(element, "standardIndustryClassCode")),
        accreditation=tuple(one.extension for one in known if one is not None and one.root == oids.ACCREDITATION),
    )


def professional(
    tree: Tree, element: etree._Element | None, person: str = "assignedPerson", holder: str = "representedOrganization"
) -> Professional | None:
    """The person of an assigned, associated or intended entity; None without identifier or name."""
    own = tree.identifier(tree.child(element, "id"))
    called = name(tree, tree.child(element, person))
    if own is None or called is None:
        return None
    return Professional(
        id=own,
        name=called,
        specialty=tree.coded(tree.child(element, "code")),
        address=address(tree, element),
        telecoms=telecoms(tree, element),
        organization=organization(tree, tree.child(element, holder)),
    )


def needed(tree: Tree, element: etree._Element | None, place: str, **names: str) -> Professional:
    """`professional`, where there must be one; raises `UnreadableCdaError` naming the place."""
    found = professional(tree, element, **names)
    if found is None:
        raise UnreadableCdaError(f"{place} n'a pas d'identifiant ou de nom.")
    return found


def patient(tree: Tree) -> Patient:
    """The patient of ``recordTarget``; raises `UnreadableCdaError` for a document that does not name one."""
    role = tree.need(tree.root, "recordTarget", "patientRole")
    person = tree.need(role, "patient")
    known = [one for one in map(tree.identifier, tree.children(role, "id")) if one is not None]
    named = tree.need(person, "name")
    family = {one.get("qualifier", ""): tree.words(one) for one in tree.children(named, "family")}
    given = {one.get("qualifier", ""): tree.words(one) for one in tree.children(named, "given")}
    birth = family.get("BR") or family.get("") or family.get("CL") or ""
    first = given.get("BR") or given.get("", "").split(" ")[0]
    if not birth or not first:
        raise UnreadableCdaError("Le document ne nomme pas le patient.")
    sex = tree.get(tree.child(person, "administrativeGenderCode"), "code")
    tree.take(tree.child(person, f"{SDTC}deceasedInd"))
    return Patient(
        local_ids=tuple(one for one in known if one.root not in oids.INS_OIDS),
        birth_family_name=birth,
        birth_given_names=tuple((given.get("") or first).split(" ")),
        first_given_name=first,
        sex=cast("Sex", sex) if sex in get_args(Sex) else "UN",
        birth_date=_birth(tree, person),
        ins=_ins(tree, role, known),
        used_family_name=family.get("CL") or None,
        used_given_name=given.get("CL") or None,
        birth_place=_birth_place(tree, person),
        address=address(tree, role),
        telecoms=telecoms(tree, role),
        guardians=tuple(_guardians(tree, person)),
        deceased_at=tree.moment(tree.child(person, f"{SDTC}deceasedTime")),
    )


def _birth(tree: Tree, person: etree._Element) -> PartialDate:
    try:
        return PartialDate(tree.get(tree.child(person, "birthTime"), "value")[:8])
    except InvalidValueError as error:
        raise UnreadableCdaError("La date de naissance du patient manque ou est illisible.") from error


def _ins(tree: Tree, role: etree._Element, known: list[Identifier]) -> Ins | None:
    for one in known:
        if one.root in oids.INS_OIDS:
            try:
                return Ins(one.extension, one.root)
            except InvalidValueError:
                tree.remark(role, "Le matricule INS n'a pas sa forme : il n'est pas repris.")
    return None


def _birth_place(tree: Tree, person: etree._Element) -> BirthPlace | None:
    where = tree.child(person, "birthplace", "place", "addr")
    cog = tree.words(tree.child(where, "county"))
    return BirthPlace(cog, tree.words(tree.child(where, "city"))) if cog else None


def _guardians(tree: Tree, person: etree._Element) -> list[Guardian]:
    found = []
    for element in tree.children(person, "guardian"):
        called = name(tree, tree.child(element, "guardianPerson"))
        if called is not None:
            found.append(Guardian(called, address(tree, element), telecoms(tree, element)))
    return found
