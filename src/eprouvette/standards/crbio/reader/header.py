"""The header read back: identity of the document, people, order, acts, encounter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from lxml import etree

from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import people
from eprouvette.standards.crbio.reader.tree import LAB, Tree
from eprouvette.standards.report.model import (
    Confidentiality,
    Document,
    Encounter,
    EncounterType,
    Order,
    Sampler,
    SecondIntention,
    ServiceEvent,
    Signature,
)
from eprouvette.standards.report.people import Device, Organization, Patient, Professional
from eprouvette.standards.report.results import Status

SECOND_INTENTION = "1443252"


@dataclass(frozen=True, slots=True)
class Header:
    """All that the header says, in the model's words."""

    document: Document
    patient: Patient
    authors: tuple[Professional | Device, ...]
    custodian: Organization
    legal_authenticator: Signature
    order: Order
    service_event: ServiceEvent
    encounter: Encounter
    validators: tuple[Signature, ...]
    sampler: Sampler | None
    attending: Professional | None
    copies: tuple[Professional, ...]
    second_intention: SecondIntention | None


def header(tree: Tree) -> Header:
    """The header of a document; raises `UnreadableCdaError` naming what no report can be without."""
    root = tree.root
    events = [tree.need(one, "serviceEvent") for one in tree.children(root, "documentationOf")]
    if not events:
        raise UnreadableCdaError("Le document n'a pas documentationOf.")
    for name in ("code", "title"):
        tree.take(tree.child(root, name))
    sampler, attending = _helpers(tree)
    return Header(
        document=_document(tree, events[0]),
        patient=people.patient(tree),
        authors=tuple(_authors(tree)),
        custodian=_custodian(tree),
        legal_authenticator=_signature(tree, tree.need(root, "legalAuthenticator")),
        order=_order(tree),
        service_event=_event(tree, events[0]),
        encounter=_encounter(tree),
        validators=tuple(_signature(tree, one) for one in tree.children(root, "authenticator")),
        sampler=sampler,
        attending=attending,
        copies=tuple(_copies(tree)),
        second_intention=_second(tree, events[1:]),
    )


def _required(moment: datetime | None, place: str) -> datetime:
    if moment is None:
        raise UnreadableCdaError(f"L'heure de {place} manque ou n'a pas de décalage horaire.")
    return moment


def _document(tree: Tree, event: etree._Element) -> Document:
    root = tree.root
    own, series = tree.identifier(tree.child(root, "id")), tree.identifier(tree.child(root, "setId"))
    if own is None:
        raise UnreadableCdaError("Le document n'a pas d'identifiant.")
    replaced = tree.child(root, "relatedDocument", "parentDocument")
    before = tree.identifier(tree.child(replaced, "id"))
    tree.take_all(replaced)
    version = tree.get(tree.child(root, "versionNumber"), "value")
    level = tree.get(tree.child(root, "confidentialityCode"), "code")
    state = tree.get(tree.child(event, f"{LAB}statusCode"), "code")
    return Document(
        id=_flat(own),
        set_id=_flat(series) if series else _flat(own),
        version=int(version) if version.isascii() and version.isdigit() else 1,
        created_at=_required(tree.moment(tree.child(root, "effectiveTime")), "création du document"),
        status=cast("Status", state) if state in get_args(Status) else "completed",
        confidentiality=cast("Confidentiality", level) if level in get_args(Confidentiality) else "N",
        replaces=_flat(before) if before else None,
    )


def _flat(identifier: Identifier) -> str:
    return f"{identifier.root}^{identifier.extension}" if identifier.extension else identifier.root


def _authors(tree: Tree) -> list[Professional | Device]:
    found: list[Professional | Device] = []
    for author in tree.children(tree.root, "author"):
        tree.take(tree.child(author, "time"))
        who = tree.child(author, "assignedAuthor")
        device = tree.child(who, "assignedAuthoringDevice")
        if device is None:
            found.append(people.needed(tree, who, "Un auteur"))
            continue
        tree.take_all(who)
        maker, software = tree.child(device, "manufacturerModelName"), tree.child(device, "softwareName")
        found.append(Device(tree.words(maker), tree.words(software)))
    return found


def _custodian(tree: Tree) -> Organization:
    keeper = tree.child(tree.root, "custodian", "assignedCustodian", "representedCustodianOrganization")
    found = people.organization(tree, keeper)
    if found is None:
        raise UnreadableCdaError("Le document n'a pas de conservateur identifié (custodian).")
    return found


def _signature(tree: Tree, element: etree._Element) -> Signature:
    who = people.needed(tree, tree.child(element, "assignedEntity"), "Un signataire")
    return Signature(who, _required(tree.moment(tree.child(element, "time")), "signature"))


def _copies(tree: Tree) -> list[Professional]:
    found = []
    for recipient in tree.children(tree.root, "informationRecipient"):
        who = tree.child(recipient, "intendedRecipient")
        person = people.professional(tree, who, "informationRecipient", "receivedOrganization")
        if person is not None:
            found.append(person)
    return found


def _until(tree: Tree, holder: etree._Element | None) -> datetime | None:
    """The end of a period, or its one time."""
    time = tree.take(tree.child(holder, "time"))
    return tree.moment(tree.child(time, "high")) or tree.moment(time)


def _associated(tree: Tree, participant: etree._Element) -> Professional:
    who = tree.child(participant, "associatedEntity")
    return people.needed(tree, who, "Un participant", person="associatedPerson", holder="scopingOrganization")


def _order(tree: Tree) -> Order:
    number = tree.identifier(tree.child(tree.root, "inFulfillmentOf", "order", "id"))
    prescriber = next((one for one in tree.children(tree.root, "participant") if one.get("typeCode") == "REF"), None)
    if number is None or prescriber is None:
        raise UnreadableCdaError("Le document n'a pas de prescription (inFulfillmentOf, participant REF).")
    return Order(number, _associated(tree, prescriber), _until(tree, prescriber))


def _helpers(tree: Tree) -> tuple[Sampler | None, Professional | None]:
    """The sampler and the attending physician, told by their function."""
    sampler, attending = None, None
    for participant in tree.children(tree.root, "participant"):
        function = tree.child(participant, "functionCode")
        kind = (participant.get("typeCode"), function.get("code") if function is not None else None)
        if kind == ("PRF", "PRELV") and sampler is None and (at := _until(tree, participant)):
            sampler = Sampler(_associated(tree, participant), at)
            tree.take(function)
        elif kind == ("INF", "PCP") and attending is None:
            attending = _associated(tree, participant)
            tree.take(function)
    return sampler, attending


def _event(tree: Tree, event: etree._Element) -> ServiceEvent:
    tree.take(tree.child(event, "code"))
    number = tree.identifier(tree.child(event, "id"))
    performer = tree.need(event, "performer")
    period = tree.take(tree.child(event, "effectiveTime"))
    start = _required(tree.moment(tree.child(period, "low")), "début de l'acte")
    return ServiceEvent(
        id=number or Identifier("", ""),
        started_at=start,
        performed_at=_until(tree, performer) or start,
        director=people.needed(tree, tree.child(performer, "assignedEntity"), "L'exécutant de l'acte"),
        ended_at=tree.moment(tree.child(period, "high")),
    )


def _second(tree: Tree, events: list[etree._Element]) -> SecondIntention | None:
    found = None
    for event in events:
        code = tree.child(event, "code")
        # A further chapter repeats its code here, and has no more to say.
        tree.take(code)
        period = tree.child(event, "effectiveTime")
        start = tree.moment(tree.child(period, "low"))
        if code is None or code.get("code") != SECOND_INTENTION or start is None:
            continue
        state = tree.get(tree.child(event, f"{LAB}statusCode"), "code")
        end = tree.moment(tree.child(period, "high"))
        found = SecondIntention(start, end, "active" if state == "active" else "completed")
    return found


def _encounter(tree: Tree) -> Encounter:
    encounter = tree.need(tree.root, "componentOf", "encompassingEncounter")
    kind = tree.get(tree.child(encounter, "code"), "code")
    period = tree.take(tree.child(encounter, "effectiveTime"))
    start = tree.moment(tree.child(period, "low")) or tree.moment(period)
    responsible = tree.child(encounter, "responsibleParty", "assignedEntity")
    facility = tree.child(encounter, "location", "healthCareFacility")
    tree.take_all(tree.child(facility, "location"))
    return Encounter(
        type=cast("EncounterType", kind) if kind in get_args(EncounterType) else "AMB",
        started_at=_required(start or tree.moment(tree.child(period, "high")), "la prise en charge"),
        responsible=people.needed(tree, responsible, "Le responsable de la prise en charge"),
        facility_type=tree.coded(tree.child(facility, "code")) or Coded("", "", ""),
        id=tree.identifier(tree.child(encounter, "id")),
        ended_at=tree.moment(tree.child(period, "high")),
    )
