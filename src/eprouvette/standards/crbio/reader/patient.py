"""The patient read back: identifiers, traits, contact, legal representatives."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import Ins
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.people import address, name, telecoms
from eprouvette.standards.crbio.reader.tree import SDTC, Tree
from eprouvette.standards.report.people import BirthPlace, Guardian, Patient, Sex

_HOME: Final = "H"
_QUALIFIERS: Final = frozenset({"", "BR", "CL"})


def patient(tree: Tree) -> Patient:
    """The patient of ``recordTarget``; raises `UnreadableCdaError` for a document that does not name one."""
    role = tree.need(tree.root, "recordTarget", "patientRole")
    person = tree.need(role, "patient")
    known = [one for one in map(tree.identifier, tree.children(role, "id")) if one is not None]
    named = tree.need(person, "name")
    family, given = _qualified(tree, named, "family"), _qualified(tree, named, "given")
    birth = family.get("BR") or family.get("") or family.get("CL") or ""
    first = given.get("BR") or given.get("", "").split(" ")[0]
    if not birth or not first:
        raise UnreadableCdaError("Le document ne nomme pas le patient.")
    return Patient(
        local_ids=tuple(one for one in known if one.root not in oids.INS_OIDS),
        birth_family_name=birth,
        birth_given_names=tuple((given.get("") or first).split(" ")),
        first_given_name=first,
        sex=_sex(tree, person),
        birth_date=_birth(tree, person),
        ins=_ins(tree, role, known),
        used_family_name=family.get("CL") or None,
        used_given_name=given.get("CL") or None,
        birth_place=_birth_place(tree, person),
        address=address(tree, role, _HOME),
        telecoms=telecoms(tree, role),
        guardians=tuple(_guardians(tree, person)),
        deceased_at=_death(tree, person),
    )


def _qualified(tree: Tree, named: etree._Element, part: str) -> dict[str, str]:
    """The names of the patient by qualifier: none, BR (birth) and CL (used); others are said."""
    found: dict[str, str] = {}
    for one in tree.children(named, part):
        qualifier = one.get("qualifier", "").strip()
        if qualifier not in _QUALIFIERS or qualifier in found:
            tree.leave(one, "Ce nom du patient n'a pas de place parmi ses traits : il n'est pas repris.")
            continue
        tree.see(one, "qualifier")
        found[qualifier] = " ".join(tree.words(one).split())
    return found


def _sex(tree: Tree, person: etree._Element) -> Sex:
    found = tree.listed(tree.child(person, "administrativeGenderCode"), oids.GENDER, "UN", "F", "M")
    return cast("Sex", found) if found in get_args(Sex) else "UN"


def _birth(tree: Tree, person: etree._Element) -> PartialDate:
    element = tree.child(person, "birthTime")
    told = tree.get(element, "value")
    if len(told) > len("AAAAMMJJ") and element is not None:
        tree.remark(element, "L'heure de naissance n'est pas reprise.")
    try:
        return PartialDate(told[:8])
    except InvalidValueError as error:
        raise UnreadableCdaError("La date de naissance du patient manque ou est illisible.") from error


def _ins(tree: Tree, role: etree._Element, known: list[Identifier]) -> Ins | None:
    found: Ins | None = None
    for one in known:
        if one.root not in oids.INS_OIDS:
            continue
        if found is not None:
            tree.remark(role, "Un second matricule INS n'est pas repris.")
            continue
        try:
            found = Ins(one.extension, one.root)
        except InvalidValueError:
            tree.remark(role, "Le matricule INS n'a pas sa forme : il n'est pas repris.")
    return found


def _birth_place(tree: Tree, person: etree._Element) -> BirthPlace | None:
    where = tree.child(person, "birthplace", "place", "addr")
    cog = tree.words(tree.child(where, "county"))
    return BirthPlace(cog, tree.words(tree.child(where, "city"))) if cog else None


def _death(tree: Tree, person: etree._Element) -> datetime | None:
    at = tree.moment(tree.child(person, f"{SDTC}deceasedTime"))
    told = tree.child(person, f"{SDTC}deceasedInd")
    if tree.get(told, "value") == "true" and at is None and told is not None:
        tree.remark(told, "Le décès est dit sans sa date : il n'est pas repris.")
    return at


def _guardians(tree: Tree, person: etree._Element) -> list[Guardian]:
    found = []
    for element in tree.children(person, "guardian"):
        called = name(tree, tree.child(element, "guardianPerson"))
        if called is not None:
            found.append(Guardian(called, address(tree, element, _HOME), telecoms(tree, element)))
    return found
