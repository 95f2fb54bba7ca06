"""The acts that the document reports: order, service events, laboratory, encounter."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import HL7, LAB, Cda, child, children, descend, elements, templates
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, SCHEMA, STRUCTURE, Log, Rule
from eprouvette.standards.conformance.people import is_dated
from eprouvette.standards.terminology import value_sets

PERFORMER_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3.1.7"
_STATUSES: Final = frozenset({"completed", "active"})

ORDER = Rule("ACT-01", "error", "La demande (inFulfillmentOf) manque.", PRACTICE)
ORDER_ID = Rule("ACT-02", "error", "La demande doit avoir un seul identifiant, avec racine et extension.", CRBIO)
EVENT = Rule("ACT-03", "error", "Le document doit décrire au moins un acte (documentationOf).", STRUCTURE)
EVENT_CODE = Rule("ACT-04", "error", "L'acte documenté doit avoir un code complet, ou un nullFlavor seul.", STRUCTURE)
EVENT_ID = Rule("ACT-05", "error", "Le premier acte doit porter le numéro de dossier (id).", PRACTICE)
EVENT_STATUS = Rule("ACT-06", "error", "L'état (lab:statusCode) du premier acte manque.", PRACTICE)
STATUS = Rule("ACT-07", "error", "L'état (lab:statusCode) de l'acte doit être completed ou active.", CRBIO)
STATUS_PLACE = Rule("ACT-08", "error", "lab:statusCode se place après code et avant effectiveTime.", SCHEMA)
EVENT_TIME = Rule("ACT-09", "error", "L'acte doit porter une période (low), non une date seule.", CRBIO)
PERFORMER = Rule("ACT-10", "error", "Le premier acte doit nommer le laboratoire exécutant (performer).", STRUCTURE)
PERF_TEMPLATE = Rule("ACT-11", "error", "Le templateId du laboratoire exécutant (…3.3.1.7) manque.", CRBIO)
PERF_PART = Rule("ACT-12", "error", "{name} manque à l'exécutant du premier acte.", CRBIO)
PERF_ORG = Rule("ACT-13", "error", "{name} manque au laboratoire exécutant du premier acte.", CRBIO)
ENCOUNTER = Rule("ACT-14", "error", "La prise en charge doit porter une période (effectiveTime).", STRUCTURE)
ENC_CODE = Rule("ACT-15", "error", "Le type de prise en charge n'est pas complet, ou pas dans le jeu J142.", STRUCTURE)
RESPONSIBLE = Rule("ACT-16", "error", "Le responsable de la prise en charge doit avoir un identifiant RPPS.", STRUCTURE)
RESP_CODE = Rule("ACT-17", "error", "Le responsable de la prise en charge doit avoir un code de profession.", STRUCTURE)
RESP_NAME = Rule("ACT-18", "error", "Le responsable de la prise en charge doit avoir un nom.", STRUCTURE)
FACILITY = Rule("ACT-19", "error", "Le lieu de prise en charge n'a pas de code, ou pas du jeu J02.", STRUCTURE)
ENC_PART = Rule("ACT-20", "error", "Le type de participant « {code} » n'est pas dans le jeu J140.", STRUCTURE)

ENC_INSTANT = Rule(
    "ACT-21", "error", "La prise en charge finit à l'instant où elle commence : omettre high.", STRUCTURE
)


def check(cda: Cda, log: Log) -> None:
    """The rules of order, service events and encounter, for N3 and N1."""
    root = cda.root
    orders = children(root, "inFulfillmentOf")
    if not orders:
        log.add(ORDER, root)
    for order in orders:
        named = children(child(order, "order"), "id")
        if len(named) != 1 or not (named[0].get("root") and named[0].get("extension")):
            log.add(ORDER_ID, order)
    events = [event for about in children(root, "documentationOf") for event in children(about, "serviceEvent")]
    if not events:
        log.add(EVENT, root)
    for rank, event in enumerate(events):
        _event(event, log, first=rank == 0)
    encounter = descend(root, "componentOf", "encompassingEncounter")
    if encounter is not None:
        _encounter(encounter, log)


def _event(event: etree._Element, log: Log, *, first: bool) -> None:
    code = child(event, "code")
    if code is None or not (code.get("nullFlavor") or (code.get("code") and code.get("codeSystem"))):
        log.add(EVENT_CODE, event)
    status = next(event.iterchildren(LAB + "statusCode"), None)
    if status is not None:
        if status.get("code") not in _STATUSES:
            log.add(STATUS, status)
        order = [element.tag for element in elements(event)]
        before = order[: order.index(status.tag)]
        if HL7 + "effectiveTime" in before or HL7 + "code" not in before:
            log.add(STATUS_PLACE, status)
    period = child(event, "effectiveTime")
    if period is not None and (period.get("value") or (child(period, "low") is None and not period.get("nullFlavor"))):
        log.add(EVENT_TIME, period)
    if not first:
        return
    if child(event, "id") is None:
        log.add(EVENT_ID, event)
    if status is None:
        log.add(EVENT_STATUS, event)
    if period is None:
        log.add(EVENT_TIME, event)
    performer = child(event, "performer")
    if performer is None:
        log.add(PERFORMER, event)
    else:
        _performer(performer, log)


def _performer(performer: etree._Element, log: Log) -> None:
    if PERFORMER_TEMPLATE not in templates(performer):
        log.add(PERF_TEMPLATE, performer)
    if not is_dated(performer):
        log.add(PERF_PART, performer, name="time")
    entity = child(performer, "assignedEntity")
    for name in ("id", "addr", "telecom"):
        if child(entity, name) is None:
            log.add(PERF_PART, performer, name=name)
    if descend(entity, "assignedPerson", "name") is None:
        log.add(PERF_PART, performer, name="assignedPerson/name")
    organization = child(entity, "representedOrganization")
    if organization is None:
        log.add(PERF_PART, performer, name="representedOrganization")
        return
    for name in ("id", "name", "telecom", "addr", "standardIndustryClassCode"):
        if child(organization, name) is None:
            log.add(PERF_ORG, organization, name=name)


def _encounter(encounter: etree._Element, log: Log) -> None:
    period = child(encounter, "effectiveTime")
    if period is None:
        log.add(ENCOUNTER, encounter)
    bounds = [bound.get("value") for name in ("low", "high") for bound in children(period, name)]
    if len(bounds) == 2 and bounds[0] == bounds[1]:
        log.add(ENC_INSTANT, encounter)
    code = child(encounter, "code")
    if code is not None and not (
        value_sets.contains("J142", code.get("codeSystem"), code.get("code")) and code.get("displayName")
    ):
        log.add(ENC_CODE, code)
    entity = descend(encounter, "responsibleParty", "assignedEntity")
    if entity is not None:
        roots = [element.get("root") for element in children(entity, "id")]
        if oids.PROFESSIONAL not in roots:
            log.add(RESPONSIBLE, entity)
        if child(entity, "code") is None:
            log.add(RESP_CODE, entity)
        if not children(descend(entity, "assignedPerson", "name"), "family"):
            log.add(RESP_NAME, entity)
    for participant in children(encounter, "encounterParticipant"):
        if participant.get("typeCode") not in value_sets.codes("J140"):
            log.add(ENC_PART, participant, code=participant.get("typeCode", ""))
    facility = descend(encounter, "location", "healthCareFacility", "code")
    if facility is None or not value_sets.contains("J02", facility.get("codeSystem"), facility.get("code")):
        log.add(FACILITY, encounter)
