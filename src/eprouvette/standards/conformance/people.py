"""Who wrote, keeps, signs, validates, prescribed, sampled and receives: the participations of the header."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import Cda, child, children, descend, templates, text_of
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, STRUCTURE, Log, Rule
from eprouvette.standards.terminology import value_sets

AUTHENTICATOR_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3.1.5"
PRESCRIBER_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3.1.6"
RECIPIENT_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3.1.4"
_CUSTODIANS: Final = frozenset({oids.STRUCTURE, "1.2.250.1.213.4.1"})
_RELATIVES: Final = frozenset({"ECON", "NOK", "CON", "CAREGIVER", "PAT"})

AUTHOR = Rule("PEO-01", "error", "Le document doit avoir un auteur.", STRUCTURE)
AUTHOR_TIME = Rule("PEO-02", "error", "L'auteur doit porter une date (time).", STRUCTURE)
AUTHOR_ID = Rule("PEO-03", "error", "L'auteur doit avoir un identifiant complet (racine et extension).", STRUCTURE)
AUTHOR_WHO = Rule("PEO-04", "error", "Un auteur est soit une personne, soit un système.", STRUCTURE)
DEVICE = Rule("PEO-05", "error", "Un système auteur a un modèle et un logiciel, une fois chacun.", STRUCTURE)
INFORMANT = Rule("PEO-06", "error", "L'informateur doit avoir une relation admise et un nom.", STRUCTURE)
RELATION = Rule("PEO-07", "error", "Le lien « {code} » de l'informateur n'est pas dans le jeu J11.", STRUCTURE)
CUSTODIAN = Rule("PEO-08", "error", "Le conservateur doit avoir un seul identifiant, national et non local.", STRUCTURE)
CUSTODIAN_ONCE = Rule("PEO-09", "error", "Le conservateur a au plus un telecom et une adresse.", STRUCTURE)
RECIPIENT = Rule("PEO-10", "error", "Le templateId du destinataire en copie (…3.3.1.4) manque.", PRACTICE)
SIGN_TIME = Rule("PEO-11", "error", "La signature doit être datée (time).", STRUCTURE)
SIGN_CODE = Rule("PEO-12", "error", "signatureCode doit valoir « S ».", STRUCTURE)
SIGN_ID = Rule("PEO-13", "error", "Le signataire doit avoir un seul identifiant complet.", STRUCTURE)
AUTH_TEMPLATE = Rule("PEO-14", "error", "Le templateId du biologiste validant (…3.3.1.5) manque.", CRBIO)
AUTH_ID = Rule("PEO-15", "error", "Le biologiste validant doit avoir un identifiant national, un seul.", CRBIO)
AUTH_CONTACT = Rule("PEO-16", "error", "{name} du biologiste validant est obligatoire.", CRBIO)
AUTH_ORG = Rule("PEO-17", "error", "{name} de l'organisation du biologiste validant est obligatoire.", CRBIO)
PRESCRIBER = Rule("PEO-18", "error", "Le prescripteur (participant REF) manque.", PRACTICE)
PRESCRIBER_T = Rule("PEO-19", "error", "Le templateId du prescripteur (…3.3.1.6) manque.", PRACTICE)
PRESCRIBED = Rule("PEO-20", "error", "Le prescripteur doit porter la date de prescription, ou un nullFlavor.", CRBIO)
PART_TYPE = Rule("PEO-21", "error", "Le type de participation « {code} » n'est pas dans le jeu J144.", STRUCTURE)
PART_CLASS = Rule("PEO-22", "error", "La classe d'un participant doit être PROV ou AGNT.", STRUCTURE)
PART_FUNCTION = Rule("PEO-23", "error", "La fonction « {code} » n'est pas dans le jeu J47.", STRUCTURE)
PART_ONCE = Rule("PEO-24", "error", "{name} figure plusieurs fois chez ce participant.", STRUCTURE)
PART_TIME = Rule("PEO-25", "error", "Le participant doit porter une date (time), ou un nullFlavor.", STRUCTURE)


def check(cda: Cda, log: Log) -> None:
    """The rules of the header's participations, for N3 and N1."""
    root = cda.root
    authors = children(root, "author")
    if not authors:
        log.add(AUTHOR, root)
    for author in authors:
        _author(author, log)
    for informant in children(root, "informant"):
        _informant(informant, log)
    for custodian in children(root, "custodian"):
        _custodian(custodian, log)
    for recipient in children(root, "informationRecipient"):
        intended = child(recipient, "intendedRecipient")
        if intended is not None and RECIPIENT_TEMPLATE not in templates(intended):
            log.add(RECIPIENT, intended)
    for signature in (*children(root, "legalAuthenticator"), *children(root, "authenticator")):
        _signature(signature, log)
    for validator in children(root, "authenticator"):
        _validator(validator, log)
    participants = children(root, "participant")
    if not any(participant.get("typeCode") == "REF" for participant in participants):
        log.add(PRESCRIBER, root)
    for participant in participants:
        _participant(participant, log)


def _author(author: etree._Element, log: Log) -> None:
    if not is_dated(author):
        log.add(AUTHOR_TIME, author)
    entity = child(author, "assignedAuthor")
    if entity is None or not _has_full_id(entity):
        log.add(AUTHOR_ID, author)
    persons, devices = children(entity, "assignedPerson"), children(entity, "assignedAuthoringDevice")
    if len(persons) + len(devices) != 1:
        log.add(AUTHOR_WHO, author)
    for device in devices:
        names = [children(device, name) for name in ("manufacturerModelName", "softwareName")]
        if any(len(listed) != 1 or not text_of(listed[0]) for listed in names):
            log.add(DEVICE, device)


def _informant(informant: etree._Element, log: Log) -> None:
    related = child(informant, "relatedEntity")
    if related is None:
        if child(informant, "assignedEntity") is None:
            log.add(INFORMANT, informant)
        return
    family = children(descend(related, "relatedPerson", "name"), "family")
    person = child(related, "relatedPerson")
    if related.get("classCode") not in _RELATIVES or (person is not None and len(family) != 1):
        log.add(INFORMANT, related)
    code = child(related, "code")
    if code is not None and not value_sets.contains("J11", code.get("codeSystem"), code.get("code")):
        log.add(RELATION, code, code=code.get("code", ""))


def _custodian(custodian: etree._Element, log: Log) -> None:
    organization = descend(custodian, "assignedCustodian", "representedCustodianOrganization")
    named = children(organization, "id")
    if len(named) != 1 or named[0].get("root") not in _CUSTODIANS or not named[0].get("extension"):
        log.add(CUSTODIAN, custodian)
    if any(len(children(organization, name)) > 1 for name in ("telecom", "addr")):
        log.add(CUSTODIAN_ONCE, custodian)


def _signature(signature: etree._Element, log: Log) -> None:
    if not is_dated(signature):
        log.add(SIGN_TIME, signature)
    code = child(signature, "signatureCode")
    if code is None or code.get("code") != "S":
        log.add(SIGN_CODE, signature)
    entity = child(signature, "assignedEntity")
    if entity is None or len(children(entity, "id")) != 1 or not _has_full_id(entity):
        log.add(SIGN_ID, signature)


def _validator(validator: etree._Element, log: Log) -> None:
    if AUTHENTICATOR_TEMPLATE not in templates(validator):
        log.add(AUTH_TEMPLATE, validator)
    entity = child(validator, "assignedEntity")
    roots = [element.get("root") for element in children(entity, "id")]
    if roots.count(oids.PROFESSIONAL) != 1:
        log.add(AUTH_ID, validator)
    for name in ("addr", "telecom"):
        if child(entity, name) is None:
            log.add(AUTH_CONTACT, validator, name=name)
    organization = child(entity, "representedOrganization")
    if organization is not None:
        for name in ("id", "name", "telecom", "addr"):
            if child(organization, name) is None:
                log.add(AUTH_ORG, organization, name=name)


def _participant(participant: etree._Element, log: Log) -> None:
    kind, entity = participant.get("typeCode", ""), child(participant, "associatedEntity")
    if kind not in value_sets.codes("J144"):
        log.add(PART_TYPE, participant, code=kind)
    if entity is None or entity.get("classCode") not in value_sets.codes("J141"):
        log.add(PART_CLASS, participant)
    function = child(participant, "functionCode")
    if function is not None and not value_sets.contains("J47", function.get("codeSystem"), function.get("code")):
        log.add(PART_FUNCTION, function, code=function.get("code", ""))
    for holder, names in ((participant, ("templateId", "functionCode")), (entity, ("id", "code"))):
        for name in names:
            if len(children(holder, name)) > 1:
                log.add(PART_ONCE, participant, name=name)
    time = child(participant, "time")
    if kind != "REF":
        if time is None:
            log.add(PART_TIME, participant)
        return
    if PRESCRIBER_TEMPLATE not in templates(participant):
        log.add(PRESCRIBER_T, participant)
    high = child(time, "high")
    if time is None or not (time.get("nullFlavor") or (high is not None and high.get("value"))):
        log.add(PRESCRIBED, participant)


def is_dated(element: etree._Element) -> bool:
    """True when ``element`` has a ``time`` with a value, or an interval."""
    time = child(element, "time")
    return time is not None and bool(time.get("value") or len(time) or time.get("nullFlavor"))


def _has_full_id(entity: etree._Element) -> bool:
    named = children(entity, "id")
    return bool(named) and all(element.get("root") and element.get("extension") for element in named)
