"""Persons, organisations and addresses read back."""

from __future__ import annotations

import re
from typing import Final, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.tree import Tree
from eprouvette.standards.report.people import (
    Absent,
    Address,
    Civility,
    FurtherId,
    Organization,
    PersonName,
    Professional,
    Telecom,
    Title,
)

_TOWN: Final = re.compile(r"(\d{5})(?: (.+))?")
_STREET: Final = ("houseNumber", "houseNumberNumeric", "streetNameType", "streetName")
_MORE: Final = ("additionalLocator", "unitID", "postBox", "precinct")


def address(tree: Tree, holder: etree._Element | None, usual: str = "") -> Address | None:
    """The first ``addr`` of ``holder``, free lines or parts; its use is kept when it is not the ``usual`` one."""
    found = tree.take(tree.child(holder, "addr"))
    if found is None:
        return None
    if found.get("nullFlavor"):
        absent = _absent(tree, found)
        return Address(absent=absent) if absent else None
    told = tree.see(found, "use") if found.get("use") else ""
    use = "" if told == usual else told
    lines = [tree.words(line) for line in tree.children(found, "streetAddressLine")]
    if lines:
        return _free([line for line in lines if line], use)
    parts = {name: tree.words(tree.child(found, name)) for name in (*_STREET, *_MORE, "postalCode", "city", "country")}
    street = " ".join(parts[name] for name in _STREET if parts[name])
    more = [parts[name] for name in _MORE if parts[name]]
    kept = tuple(line for line in (street, *more) if line)
    read = Address(kept, parts["postalCode"], parts["city"], parts["country"], use)
    return read if read != Address(use=use) else None


def _free(lines: list[str], use: str) -> Address | None:
    """Free lines: the last that begins with a postal code is the town, the one after it the country."""
    for rank in range(len(lines) - 1, max(len(lines) - 3, -1), -1):
        town = _TOWN.fullmatch(lines[rank])
        if town:
            return Address(tuple(lines[:rank]), town[1], town[2] or "", "".join(lines[rank + 1 :]), use)
    return Address(tuple(lines), use=use) if lines else None


def telecoms(tree: Tree, holder: etree._Element | None) -> tuple[Telecom, ...]:
    """Every ``telecom`` that has a value, or that says why it has none."""
    found = []
    for one in tree.children(holder, "telecom"):
        tree.take(one)
        value = one.get("value", "")
        absent = None if value else _absent(tree, one)
        if value or absent:
            found.append(Telecom(value, one.get("use", "") if value else "", absent))
    return tuple(found)


def _absent(tree: Tree, element: etree._Element) -> Absent | None:
    """Why a contact is absent, when that is more than unknown."""
    flavor = element.get("nullFlavor")
    if flavor not in get_args(Absent):
        return None
    tree.see(element, "nullFlavor")
    return cast("Absent", flavor)


def same_reach(tree: Tree, holder: etree._Element, known: Organization) -> None:
    """Take the contact of ``holder`` when it is that of a structure already read; otherwise it stays to be said."""
    told = tree.child(holder, "addr")
    if told is not None and address(tree, holder) not in {None, known.address}:
        tree.release(told)
    if not set(telecoms(tree, holder)) <= set(known.telecoms):
        for one in tree.children(holder, "telecom"):
            tree.release(one)


def name(tree: Tree, holder: etree._Element | None) -> PersonName | None:
    """``name`` of a person who is not the patient; None without a family name."""
    found = tree.child(holder, "name")
    family = tree.words(tree.child(found, "family"))
    if not family:
        return None
    return PersonName(
        family=family,
        given=tree.words(tree.child(found, "given")),
        prefix=cast("Civility | None", _listed(tree, tree.child(found, "prefix"), get_args(Civility))),
        suffix=cast("Title | None", _listed(tree, tree.child(found, "suffix"), get_args(Title))),
    )


def _listed(tree: Tree, element: etree._Element | None, known: tuple[str, ...]) -> str | None:
    found = tree.words(element)
    if found in known:
        return found
    if found and element is not None:
        tree.remark(element, "Cette civilité ou ce titre n'est pas dans les listes nationales : non repris.")
    return None


def organization(tree: Tree, element: etree._Element | None, *, accreditation: bool = False) -> Organization | None:
    """A structure with its practice setting and further numbers; None without identifier.

    With ``accreditation``, COFRAC numbers are told apart from the numbers of other authorities.
    """
    known = [(one, tree.identifier(one)) for one in tree.children(element, "id")]
    ids = [(one, read) for one, read in known if read is not None]
    own = next((read for _, read in ids if read.root != oids.ACCREDITATION), None)
    if element is None or own is None:
        return None
    cofrac = [read.extension for _, read in ids if accreditation and read.root == oids.ACCREDITATION]
    further = [
        FurtherId(read, tree.see(one, "assigningAuthorityName"))
        for one, read in ids
        if read is not own and not (accreditation and read.root == oids.ACCREDITATION)
    ]
    for one, read in ids:
        if accreditation and read.root == oids.ACCREDITATION and one.get("assigningAuthorityName") == "COFRAC":
            tree.see(one, "assigningAuthorityName")
    return Organization(
        id=own,
        name=tree.words(tree.child(element, "name")),
        address=address(tree, element),
        telecoms=telecoms(tree, element),
        industry=tree.coded(tree.child(element, "standardIndustryClassCode")),
        accreditation=tuple(cofrac),
        part_of=tree.coded(tree.child(element, "asOrganizationPartOf", "code")),
        further_ids=tuple(further),
    )


def professional(
    tree: Tree,
    element: etree._Element | None,
    person: str = "assignedPerson",
    holder: str = "representedOrganization",
    *,
    accreditation: bool = False,
) -> Professional | None:
    """The person of an assigned, associated or intended entity; None without identifier or name."""
    known = tree.child(element, "id")
    if known is None or not known.get("root"):
        return None
    called = name(tree, tree.child(element, person))
    own = tree.identifier(known) if called is not None else None
    if own is None or called is None:
        return None
    return Professional(
        id=own,
        name=called,
        specialty=tree.coded(tree.child(element, "code")),
        address=address(tree, element),
        telecoms=telecoms(tree, element),
        organization=organization(tree, tree.child(element, holder), accreditation=accreditation),
    )


def needed(
    tree: Tree, element: etree._Element | None, place: str, *, accreditation: bool = False, **names: str
) -> Professional:
    """`professional`, where there must be one; raises `UnreadableCdaError` naming the place."""
    found = professional(tree, element, accreditation=accreditation, **names)
    if found is None:
        raise UnreadableCdaError(f"{place} n'a pas d'identifiant ou de nom.")
    return found
