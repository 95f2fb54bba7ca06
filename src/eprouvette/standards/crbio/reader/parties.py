"""Who takes part in a report, read back: authors, informants, custodian, recipients, signatures, participants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self, cast, get_args

from lxml import etree

from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import people
from eprouvette.standards.crbio.reader.tree import Tree
from eprouvette.standards.report.model import Sampler, Signature
from eprouvette.standards.report.people import (
    Addressee,
    Device,
    Informant,
    Organization,
    Professional,
    RelationRole,
)

SAMPLER: Final = ("PRELV", "1.2.250.1.213.1.1.4.2.280")
ATTENDING: Final = ("PCP", "2.16.840.1.113883.5.88")


@dataclass(frozen=True, slots=True)
class Parties:
    """The people and structures of the header, but the patient and who is named with an act."""

    authors: tuple[Professional | Device, ...]
    authored_at: tuple[datetime, ...]
    informants: tuple[Informant | Professional, ...]
    custodian: Organization
    copies: tuple[Professional, ...]
    addressees: tuple[Addressee, ...]
    legal_authenticator: Signature
    validators: tuple[Signature, ...]
    sampler: Sampler | None
    attending: Professional | None

    @classmethod
    def read(cls, tree: Tree, created_at: datetime) -> Self:
        """Raises `UnreadableCdaError` naming who no report can be without."""
        root = tree.root
        custodian = _custodian(tree)
        authors = [_author(tree, one) for one in tree.children(root, "author")]
        times = [tree.moment(tree.child(one, "time")) or created_at for one in tree.children(root, "author")]
        copies, addressees = _recipients(tree)
        sampler, attending = _helpers(tree)
        return cls(
            authors=tuple(authors),
            authored_at=tuple(times) if any(time != created_at for time in times) else (),
            informants=tuple(_informants(tree)),
            custodian=custodian,
            copies=copies,
            addressees=addressees,
            legal_authenticator=_signature(tree, tree.need(root, "legalAuthenticator")),
            validators=tuple(_signature(tree, one) for one in tree.children(root, "authenticator")),
            sampler=sampler,
            attending=attending,
        )


def until(tree: Tree, holder: etree._Element | None) -> datetime | None:
    """The end of a period, or its one time."""
    time = tree.take(tree.child(holder, "time"))
    return tree.moment(tree.child(time, "high")) or tree.moment(time)


def associated(tree: Tree, participant: etree._Element) -> Professional:
    """The person of a ``participant``."""
    who = tree.child(participant, "associatedEntity")
    return people.needed(tree, who, "Un participant", person="associatedPerson", holder="scopingOrganization")


def _author(tree: Tree, author: etree._Element) -> Professional | Device:
    who = tree.child(author, "assignedAuthor")
    device = tree.child(who, "assignedAuthoringDevice")
    if device is None:
        return people.needed(tree, who, "Un auteur")
    maker, software = tree.child(device, "manufacturerModelName"), tree.child(device, "softwareName")
    own = tree.identifier(tree.child(who, "id"))
    owner = people.organization(tree, tree.child(who, "representedOrganization"))
    kind, reach = tree.coded(tree.child(who, "code")), people.telecoms(tree, who)
    where = people.address(tree, who)
    words = (tree.words(maker), tree.words(software))
    if owner is not None and own == owner.id and (kind, where, reach) == (None, None, ()):
        return Device(*words, organization=owner)
    return Device(*words, own, kind, where, reach, owner)


def _informants(tree: Tree) -> list[Informant | Professional]:
    found: list[Informant | Professional] = []
    for informant in tree.children(tree.root, "informant"):
        entity = tree.child(informant, "relatedEntity")
        read = _related(tree, entity) if entity is not None else _assigned(tree, informant)
        if read is None:
            tree.leave(informant, "Cet informateur n'a pas de nom ou de rôle : il n'est pas repris.")
        else:
            found.append(read)
    return found


def _assigned(tree: Tree, informant: etree._Element) -> Professional | None:
    return people.professional(tree, tree.child(informant, "assignedEntity"))


def _related(tree: Tree, entity: etree._Element) -> Informant | None:
    role, called = entity.get("classCode", ""), people.name(tree, tree.child(entity, "relatedPerson"))
    if called is None or role not in get_args(RelationRole):
        return None
    tree.see(entity, "classCode")
    relation, where = tree.coded(tree.child(entity, "code")), people.address(tree, entity)
    return Informant(called, cast("RelationRole", role), relation, where, people.telecoms(tree, entity))


def _custodian(tree: Tree) -> Organization:
    keeper = tree.child(tree.root, "custodian", "assignedCustodian", "representedCustodianOrganization")
    found = people.organization(tree, keeper)
    if found is None:
        raise UnreadableCdaError("Le document n'a pas de conservateur identifié (custodian).")
    return found


def _signature(tree: Tree, element: etree._Element) -> Signature:
    who = people.needed(tree, tree.child(element, "assignedEntity"), "Un signataire")
    tree.expect(tree.child(element, "signatureCode"), "code", "S")
    at = tree.moment(tree.child(element, "time"))
    if at is None:
        raise UnreadableCdaError("L'heure de signature manque ou est illisible.")
    return Signature(who, at)


def _recipients(tree: Tree) -> tuple[tuple[Professional, ...], tuple[Addressee, ...]]:
    """Who receives a copy: persons, then structures in which nobody is named."""
    persons, structures = [], []
    for recipient in tree.children(tree.root, "informationRecipient"):
        who = tree.child(recipient, "intendedRecipient")
        person = people.professional(tree, who, "informationRecipient", "receivedOrganization")
        if person is not None:
            persons.append(person)
        elif tree.child(who, "informationRecipient") is None and (structure := _addressee(tree, who)) is not None:
            structures.append(structure)
    return tuple(persons), tuple(structures)


def _addressee(tree: Tree, who: etree._Element | None) -> Addressee | None:
    name = tree.words(tree.child(who, "receivedOrganization", "name"))
    if not name:
        return None
    own = tree.identifier(tree.child(who, "id"))
    return Addressee(name, own, people.address(tree, who), people.telecoms(tree, who))


def _helpers(tree: Tree) -> tuple[Sampler | None, Professional | None]:
    """The sampler and the attending physician, told by their function."""
    sampler, attending = None, None
    for participant in tree.children(tree.root, "participant"):
        function = tree.child(participant, "functionCode")
        kind = (participant.get("typeCode"), _function(function))
        if kind == ("PRF", SAMPLER) and sampler is None and (at := until(tree, participant)):
            sampler = Sampler(associated(tree, participant), at)
            tree.take(function)
        elif kind == ("INF", ATTENDING) and attending is None:
            attending = associated(tree, participant)
            tree.take(function)
    return sampler, attending


def _function(function: etree._Element | None) -> tuple[str, str] | None:
    return None if function is None else (function.get("code", ""), function.get("codeSystem", ""))
