"""The header read back: identity of the document, order, acts, encounter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import people
from eprouvette.standards.crbio.reader.parties import Parties, associated, until
from eprouvette.standards.crbio.reader.patient import patient
from eprouvette.standards.crbio.reader.tree import LAB, Tree
from eprouvette.standards.crbio.vocabulary import ENCOUNTERS
from eprouvette.standards.report.model import (
    Confidentiality,
    Document,
    Encounter,
    EncounterType,
    Order,
    SecondIntention,
    ServiceEvent,
)
from eprouvette.standards.report.people import Organization, Patient
from eprouvette.standards.report.results import Chapter, Status

SECOND_INTENTION: Final = "1443252"
_DOCUMENT: Final = "11502-2"
_TITLE: Final = "Compte rendu d'examens biologiques"
_LABORATORY: Final = Coded("SA25", "1.2.250.1.71.4.2.4", "Laboratoire de biologie médicale")
_LESS: Final = frozenset({"L", "M", "U"})
"""Levels of confidentiality under the normal one."""


@dataclass(frozen=True, slots=True)
class Header:
    """All that the header says, in the model's words."""

    document: Document
    patient: Patient
    parties: Parties
    order: Order
    service_event: ServiceEvent
    encounter: Encounter
    second_intention: SecondIntention | None


def header(tree: Tree) -> Header:
    """The header of a document; raises `UnreadableCdaError` naming what no report can be without."""
    root = tree.root
    events = [tree.need(one, "serviceEvent") for one in tree.children(root, "documentationOf")]
    if not events:
        raise UnreadableCdaError("Le document n'a pas documentationOf.")
    tree.expect(tree.child(root, "realmCode"), "code", "FR")
    tree.listed(tree.child(root, "code"), oids.LOINC, _DOCUMENT)
    tree.expect(tree.child(root, "languageCode"), "code", "fr-FR", "fr")
    title = tree.child(root, "title")
    if title is not None and tree.words(title) != _TITLE:
        tree.remark(title, "Ce titre n'est pas repris : un compte rendu porte toujours le même.")
    document = _document(tree, events[0])
    return Header(
        document=document,
        patient=patient(tree),
        parties=Parties.read(tree, document.created_at),
        order=_order(tree),
        service_event=_event(tree, events),
        encounter=_encounter(tree),
        second_intention=_second(tree, events[1:]),
    )


def with_chapters(event: ServiceEvent, chapters: tuple[Chapter, ...]) -> ServiceEvent:
    """``event`` without the codes that the writer takes from the chapters."""
    told = [(chapter.code.code, chapter.code.system) for chapter in chapters]
    own = event.code
    first = own is not None and told[:1] == [(own.code, own.system)]
    further = (one for one in event.further_codes if (one.code, one.system) not in told)
    return ServiceEvent(
        id=event.id,
        started_at=event.started_at,
        performed_at=event.performed_at,
        director=event.director,
        ended_at=event.ended_at,
        code=None if first else own,
        further_codes=tuple(further),
    )


def required(moment: datetime | None, place: str) -> datetime:
    """A time that no report can be without; raises `UnreadableCdaError` naming its place."""
    if moment is None:
        raise UnreadableCdaError(f"L'heure de {place} manque ou est illisible.")
    return moment


def _document(tree: Tree, event: etree._Element) -> Document:
    root = tree.root
    own, series = tree.identifier(tree.child(root, "id")), tree.identifier(tree.child(root, "setId"))
    if own is None:
        raise UnreadableCdaError("Le document n'a pas d'identifiant.")
    set_id = _flat(series) if series else _flat(own)
    version = tree.child(root, "versionNumber")
    number = tree.get(version, "value")
    whole = number.isascii() and number.isdigit() and len(number) < 10
    if version is not None and not whole:
        tree.remark(version, "Ce numéro de version est illisible : 1 est pris.")
    return Document(
        id=_flat(own),
        set_id=set_id,
        version=int(number) if whole else 1,
        created_at=required(tree.moment(tree.child(root, "effectiveTime")), "création du document"),
        status=_status(tree, event),
        confidentiality=_confidentiality(tree),
        replaces=_replaced(tree, set_id),
    )


def _flat(identifier: Identifier) -> str:
    return f"{identifier.root}^{identifier.extension}" if identifier.extension else identifier.root


def _status(tree: Tree, event: etree._Element) -> Status:
    state = tree.expect(tree.child(event, f"{LAB}statusCode"), "code", *get_args(Status))
    return cast("Status", state) if state in get_args(Status) else "completed"


def _confidentiality(tree: Tree) -> Confidentiality:
    """Normal for the levels under it; the strictest for one that is not known."""
    element = tree.child(tree.root, "confidentialityCode")
    level = tree.get(element, "code")
    if element is not None and element.get("codeSystem", oids.CONFIDENTIALITY) != oids.CONFIDENTIALITY:
        tree.remark(element, "Ce niveau de confidentialité n'est pas de la table attendue.")
    if level in get_args(Confidentiality):
        return cast("Confidentiality", level)
    taken: Confidentiality = "N" if level in _LESS or not level else "V"
    if level and element is not None:
        tree.remark(element, f"Le niveau de confidentialité « {level} » n'a pas de place : {taken} est pris.")
    return taken


def _replaced(tree: Tree, set_id: str) -> str | None:
    """The version that this one replaces; another tie to another document is left, and said."""
    found = None
    for related in tree.children(tree.root, "relatedDocument"):
        parent = tree.child(related, "parentDocument")
        before = tree.identifier(tree.child(parent, "id"))
        if related.get("typeCode") != "RPLC" or before is None or found is not None:
            tree.leave(related, "Ce lien à un autre document n'est pas repris.")
            continue
        found = _flat(before)
        series = tree.child(parent, "setId")
        if series is not None and _flat(Identifier(series.get("root", ""), series.get("extension", ""))) == set_id:
            tree.take(series)
    return found


def _order(tree: Tree) -> Order:
    root = tree.root
    orders = [tree.identifier(tree.child(one, "order", "id")) for one in tree.children(root, "inFulfillmentOf")]
    numbers = [one for one in orders if one is not None]
    prescriber = next((one for one in tree.children(root, "participant") if one.get("typeCode") == "REF"), None)
    if not numbers or prescriber is None:
        raise UnreadableCdaError("Le document n'a pas de prescription (inFulfillmentOf, participant REF).")
    who, at = associated(tree, prescriber), until(tree, prescriber)
    return Order(numbers[0], who, at, further_ids=tuple(numbers[1:]))


def _event(tree: Tree, events: list[etree._Element]) -> ServiceEvent:
    event = events[0]
    performer = tree.need(event, "performer")
    period = tree.take(tree.child(event, "effectiveTime"))
    start = required(tree.moment(tree.child(period, "low")), "début de l'acte")
    further = [tree.coded(tree.child(one, "code")) for one in events[1:]]
    return ServiceEvent(
        id=tree.identifier(tree.child(event, "id")) or Identifier("", ""),
        started_at=start,
        performed_at=until(tree, performer) or start,
        director=people.needed(tree, tree.child(performer, "assignedEntity"), "L'exécutant de l'acte"),
        ended_at=tree.moment(tree.child(period, "high")),
        code=tree.coded(tree.child(event, "code")),
        further_codes=tuple(one for one in further if one is not None and one.code != SECOND_INTENTION),
    )


def _second(tree: Tree, events: list[etree._Element]) -> SecondIntention | None:
    for event in events:
        code, period = tree.child(event, "code"), tree.child(event, "effectiveTime")
        if code is None or code.get("code") != SECOND_INTENTION:
            continue
        start = tree.moment(tree.child(period, "low"))
        if start is None:
            tree.leave(event, "L'acte de seconde intention n'a pas de début : il n'est pas repris.")
            continue
        state = tree.expect(tree.child(event, f"{LAB}statusCode"), "code", "completed", "active")
        end = tree.moment(tree.child(period, "high"))
        return SecondIntention(start, end, "active" if state == "active" else "completed")
    return None


def _encounter(tree: Tree) -> Encounter:
    encounter = tree.need(tree.root, "componentOf", "encompassingEncounter")
    coded = tree.child(encounter, "code")
    told = ENCOUNTERS.get(coded.get("code", "")) if coded is not None else None
    kind = tree.listed(coded, told.system if told else "", *_ENCOUNTERS)
    period = tree.take(tree.child(encounter, "effectiveTime"))
    low, high = tree.moment(tree.child(period, "low")), tree.moment(tree.child(period, "high"))
    start = low or tree.moment(period) or high
    entity = tree.child(encounter, "responsibleParty", "assignedEntity")
    responsible = people.needed(tree, entity, "Le responsable de la prise en charge", accreditation=True)
    facility = tree.child(encounter, "location", "healthCareFacility")
    _same_place(tree, tree.child(facility, "location"), responsible.organization)
    own = tree.coded(tree.child(facility, "code"))
    if own is None:
        tree.remark(encounter, "Le type du lieu de prise en charge manque : laboratoire (SA25) est pris.")
    return Encounter(
        type=cast("EncounterType", kind) if kind in _ENCOUNTERS else "AMB",
        started_at=required(start, "la prise en charge"),
        responsible=responsible,
        facility_type=own or _LABORATORY,
        id=tree.identifier(tree.child(encounter, "id")),
        ended_at=high if high != start or low else None,
    )


_ENCOUNTERS: Final = ("AMB", *(kind for kind in get_args(EncounterType) if kind != "AMB"))


def _same_place(tree: Tree, place: etree._Element | None, laboratory: Organization | None) -> None:
    """Take the place of the encounter when it is the laboratory itself; otherwise it stays to be said."""
    if place is None or laboratory is None:
        return
    name = tree.child(place, "name")
    if name is not None and tree.words(name) != laboratory.name:
        tree.release(name)
    where = tree.child(place, "addr")
    if where is not None and people.address(tree, place) not in {None, laboratory.address}:
        tree.release(where)
