"""What the data types of HL7 want of the header: how often, no twins, names of one kind, whole codes.

Source: CI-SIS, structuration minimale, cardinalities of the header; HL7 data types release 1 (distinct repetitions).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import HL7, LAB, Cda, children, elements, local
from eprouvette.standards.conformance.findings import STRUCTURE, Log, Rule
from eprouvette.standards.conformance.header import is_root

AGAIN = Rule("TYP-01", "error", "{name} figure plusieurs fois dans {parent}.", STRUCTURE)
TWIN = Rule("TYP-02", "error", "{name} est écrit deux fois à l'identique dans {parent}.", STRUCTURE)
NAMED = Rule("TYP-03", "error", "La personne ({parent}) doit avoir un nom, avec un nom de famille.", STRUCTURE)
LINES = Rule("TYP-04", "error", "Une adresse a sept lignes au plus.", STRUCTURE)
PLAIN = Rule("TYP-05", "error", "Le nom d'une organisation est un texte seul, sans élément.", STRUCTURE)
MIXED = Rule("TYP-06", "error", "Le nom d'une personne est fait d'éléments, sans texte autour.", STRUCTURE)
NAMELESS = Rule("TYP-07", "error", "Un nom est vide et ne dit pas pourquoi (nullFlavor).", STRUCTURE)
CODE = Rule("TYP-08", "error", "{name} : code et codeSystem (un OID) vont ensemble, displayName avec eux.", STRUCTURE)
EXTENSION = Rule("TYP-09", "error", "L'identifiant de {parent} a une racine sans extension.", STRUCTURE)
ROOT = Rule("TYP-10", "error", "La racine d'un identifiant est un OID ou un UUID.", STRUCTURE)

_PERSON: Final = ("name",)
_ENTITY: Final = ("code", "assignedPerson", "representedOrganization")
_ADDRESS: Final = (
    "country",
    "state",
    "city",
    "postalCode",
    "county",
    "houseNumber",
    "houseNumberNumeric",
    "streetName",
    "streetNameType",
    "additionalLocator",
    "unitID",
    "postBox",
    "precinct",
)
_ONCE: Final[dict[str, tuple[str, ...]]] = {
    HL7 + parent: tuple(HL7 + name for name in names)
    for parent, names in {
        "addr": _ADDRESS,
        "assignedAuthor": (*_ENTITY, "assignedAuthoringDevice"),
        "assignedEntity": ("id", *_ENTITY),
        "assignedPerson": _PERSON,
        "associatedEntity": ("id", "code", "associatedPerson", "scopingOrganization"),
        "associatedPerson": _PERSON,
        "code": ("originalText",),
        "functionCode": ("originalText",),
        "guardianPerson": _PERSON,
        "informationRecipient": _PERSON,
        "location": ("name", "addr"),
        "order": ("id", "code"),
        "patient": ("name", "birthplace"),
        "place": ("name", "addr"),
        "relatedPerson": _PERSON,
        "representedCustodianOrganization": ("id", "name", "telecom", "addr"),
        "representedOrganization": ("name", "standardIndustryClassCode", "asOrganizationPartOf"),
        "scopingOrganization": ("id", "name", "standardIndustryClassCode"),
        "serviceEvent": ("code", "effectiveTime", "performer"),
    }.items()
}
_PERSONS: Final = frozenset(HL7 + name for name in ("assignedPerson", "associatedPerson", "relatedPerson"))
_ORGANIZATIONS: Final = frozenset(
    HL7 + name
    for name in (
        "providerOrganization",
        "receivedOrganization",
        "representedCustodianOrganization",
        "representedOrganization",
        "scopingOrganization",
    )
)
_MOST_LINES: Final = 7
_ROOT_ALONE: Final = frozenset(
    HL7 + name for name in ("ClinicalDocument", "encompassingEncounter", "parentDocument", "serviceEvent")
)
"""Where a root alone is an identifier."""
_BARE: Final = frozenset(
    {LAB + "statusCode", *(HL7 + name for name in ("languageCode", "realmCode", "signatureCode", "statusCode"))}
)
"""Codes whose system the standard fixes."""
_CODED: Final = _BARE | {
    HL7 + name
    for name in (
        "administrativeGenderCode",
        "confidentialityCode",
        "dischargeDispositionCode",
        "standardIndustryClassCode",
        "translation",
    )
}


def check(cda: Cda, log: Log) -> None:
    """The rules of data types, over the header."""
    for top in elements(cda.root):
        if top.tag == HL7 + "component":
            return
        for element in top.iter("*"):
            judge = _JUDGES.get(element.tag)
            if judge is not None:
                judge(element, log)


def _person(person: etree._Element, log: Log) -> None:
    _once(person, log)
    if not any(children(name, "family") for name in children(person, "name")):
        log.add(NAMED, person, parent=local(person))


def _address(addr: etree._Element, log: Log) -> None:
    _distinct(addr, log)
    _once(addr, log)
    if len(children(addr, "streetAddressLine")) > _MOST_LINES:
        log.add(LINES, addr)


def _once(parent: etree._Element, log: Log) -> None:
    names = _ONCE.get(parent.tag)
    if names is None:
        return
    tags = [element.tag for element in elements(parent)]
    if len(tags) == len(set(tags)):
        return
    for name in names:
        if tags.count(name) > 1:
            log.add(AGAIN, parent, name=name.removeprefix(HL7), parent=local(parent))
    if tags.count(LAB + "statusCode") > 1:
        log.add(AGAIN, parent, name="lab:statusCode", parent=local(parent))


def _code(element: etree._Element, log: Log) -> None:
    code, system = element.get("code"), element.get("codeSystem")
    if code is None and system is None:
        if element.get("displayName") is not None or element.get("codeSystemName") is not None:
            log.add(CODE, element, name=local(element))
    elif element.tag in _BARE:
        if system is not None:
            log.add(CODE, element, name=local(element))
    elif not code or not oids.is_oid(system or ""):
        log.add(CODE, element, name=local(element))


def _identifier(element: etree._Element, log: Log) -> None:
    _distinct(element, log)
    parent, root = _parent(element), element.get("root")
    if root is not None and not is_root(root):
        log.add(ROOT, element)
    if parent.tag not in _ROOT_ALONE and root is not None and not element.get("extension"):
        log.add(EXTENSION, element, parent=local(parent))


def _distinct(element: etree._Element, log: Log) -> None:
    """No later sibling of the same name says the same; they follow one another, as the schema wants."""
    after = element.getnext()
    if after is None or after.tag != element.tag:
        return
    following = list(element.itersiblings(element.tag))
    if any(_key(other) == _key(element) for other in following):
        log.add(TWIN, element, name=local(element), parent=local(_parent(element)))


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _key(element: etree._Element) -> tuple[str, ...]:
    """What makes two repetitions the same for the data types: an identifier, an address, a name."""
    if element.tag == HL7 + "id":
        return (element.get("root", ""), element.get("extension", ""))
    return (element.get("use", ""), element.get("value", ""), "".join(str(part) for part in element.itertext()))


def _name(name: etree._Element, log: Log) -> None:
    _distinct(name, log)
    parent = name.getparent()
    loose = (name.text or "").strip() or any((part.tail or "").strip() for part in name)
    if parent is not None and parent.tag in _ORGANIZATIONS:
        if len(name):
            log.add(PLAIN, name)
    elif len(name) and loose:
        log.add(MIXED, name)
    if not len(name) and not loose and name.get("nullFlavor") is None:
        log.add(NAMELESS, name)


def _coded_once(element: etree._Element, log: Log) -> None:
    _code(element, log)
    _once(element, log)


_JUDGES: Final[dict[str, Callable[[etree._Element, Log], None]]] = {
    **dict.fromkeys(_ONCE, _once),
    **dict.fromkeys(_PERSONS, _person),
    **dict.fromkeys(_CODED, _code),
    HL7 + "addr": _address,
    HL7 + "code": _coded_once,
    HL7 + "functionCode": _coded_once,
    HL7 + "id": _identifier,
    HL7 + "name": _name,
    HL7 + "telecom": _distinct,
}
