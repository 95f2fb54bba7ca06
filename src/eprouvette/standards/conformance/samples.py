"""Samples, what they were taken from, their reception, and the comments of results."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import Cda, child, children, descend, local, templates
from eprouvette.standards.conformance.findings import CRBIO, MODELS, PALM, PRACTICE, Log, Rule
from eprouvette.standards.conformance.values import check_code
from eprouvette.standards.terminology import value_sets

SAMPLE: Final = ("1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.77")
RECEPTION: Final = ("1.3.6.1.4.1.19376.1.3.1.3", "1.2.250.1.213.1.1.3.107")
COMMENT: Final = ("2.16.840.1.113883.10.20.1.40", "1.3.6.1.4.1.19376.1.5.3.1.4.2", "1.2.250.1.213.1.1.3.32")
SUBJECT: Final = ("1.3.6.1.4.1.19376.1.3.3.1.2.1", "1.2.250.1.213.1.1.3.22", "1.2.250.1.213.1.1.3.101")
# As the rules print it: 1.3.5, where the IHE tree begins with 1.3.6.
RECEPTION_SYSTEM: Final = "1.3.5.1.4.1.19376.1.5.3.2"

SAMPLE_T = Rule("SAM-01", "error", "Le prélèvement doit porter ses deux templateId.", PALM)
SAMPLE_CLASS = Rule("SAM-02", "error", "classCode et moodCode du prélèvement doivent être PROC et EVN.", CRBIO)
SAMPLE_TIME = Rule("SAM-03", "error", "La date du prélèvement (effectiveTime) manque.", CRBIO)
SAMPLE_CODE = Rule("SAM-04", "error", "Le code du prélèvement manque.", CRBIO)
PRODUCT = Rule("SAM-05", "error", "Le prélèvement doit avoir un échantillon (PRD, SPEC), et un seul.", CRBIO)
PRODUCT_ID = Rule("SAM-06", "error", "L'échantillon doit avoir un identifiant, et un seul.", CRBIO)
KIND = Rule("SAM-07", "error", "Le type d'échantillon (playingEntity/code) manque.", CRBIO)
KIND_LIST = Rule("SAM-08", "warning", "Le type d'échantillon « {code} » n'est pas dans SpecimenType.", PRACTICE)
PERFORMERS = Rule("SAM-09", "error", "Un prélèvement a au plus un préleveur.", CRBIO)
RECEIVED_T = Rule("SAM-10", "error", "La réception doit porter ses deux templateId.", PALM)
RECEIVED_CODE = Rule(
    "SAM-11", "error", "Le code de réception est SPRECEIVE, du système 1.3.5.1.4.1.19376.1.5.3.2.", CRBIO
)
RECEIVED_TIME = Rule("SAM-12", "error", "La date de réception (effectiveTime) manque.", CRBIO)
COMMENT_T = Rule("SAM-13", "error", "Le commentaire doit porter ses trois templateId.", MODELS)
COMMENT_CODE = Rule("SAM-14", "error", "Le code du commentaire est 48767-8 (LOINC).", MODELS)
COMMENT_TEXT = Rule("SAM-15", "error", "Le commentaire doit renvoyer au texte (text/reference).", MODELS)
COMMENT_STATUS = Rule("SAM-16", "error", "L'état du commentaire est completed.", MODELS)
COMMENT_AUTHOR = Rule("SAM-17", "error", "{name} manque à l'auteur du commentaire.", MODELS)
COMMENT_LINK = Rule(
    "SAM-18", "error", "Le commentaire se rattache par SUBJ, ou par component dans une batterie.", CRBIO
)
SUBJECT_CODE = Rule(
    "SAM-19", "error", "Le sujet non humain doit dire ce qu'il est (relatedSubject/code : code ou originalText).", CRBIO
)
SUBJECT_T = Rule(
    "SAM-20",
    "error",
    "Le templateId {oid} du sujet non humain demande un élément « Addr » que le schéma CDA n'a pas : aucun document "
    "ne satisfait les deux. Écrire le sujet sans templateId, sur le prélèvement (procedure).",
    PRACTICE,
)
SUBJECT_PLACE = Rule(
    "SAM-21",
    "error",
    "Le sujet non humain se porte sur le prélèvement (procedure) : sur l'acte ou le bilan, les règles officielles "
    "demandent un templateId que le schéma CDA empêche de satisfaire.",
    PRACTICE,
)

RECEIVED_CLASS = Rule("SAM-23", "error", "classCode et moodCode de la réception doivent être ACT et EVN.", PALM)
RECEIVED_ONCE = Rule("SAM-22", "error", "Un prélèvement n'a qu'une réception.", PALM)


def check(cda: Cda, log: Log) -> None:
    """The rules of samples, subjects and comments; a level 1 document has none."""
    for subject in cda.all("subject"):
        parent = subject.getparent()
        # `relatedSubject/subject` is a person, not a participation.
        if parent is not None and local(parent) != "relatedSubject":
            _subject(subject, local(parent), log)
    for procedure in cda.all("procedure"):
        held = set(templates(procedure))
        code = child(procedure, "code")
        if held & set(SAMPLE) or (code is not None and code.get("code") == "33882-2"):
            _sample(procedure, held, log)
    for act in cda.all("act"):
        held, code = set(templates(act)), child(act, "code")
        written = None if code is None else code.get("code")
        if held & set(RECEPTION) or written == "SPRECEIVE":
            _reception(act, held, code, log)
        elif held & set(COMMENT) or written == "48767-8":
            _comment(act, held, code, log)


def _sample(procedure: etree._Element, held: set[str], log: Log) -> None:
    if not held >= set(SAMPLE):
        log.add(SAMPLE_T, procedure)
    if procedure.get("classCode") != "PROC" or procedure.get("moodCode") != "EVN":
        log.add(SAMPLE_CLASS, procedure)
    if child(procedure, "code") is None:
        log.add(SAMPLE_CODE, procedure)
    time = child(procedure, "effectiveTime")
    if time is None or not (time.get("value") or len(time) or time.get("nullFlavor")):
        log.add(SAMPLE_TIME, procedure)
    acts = [act for link in children(procedure, "entryRelationship") for act in children(link, "act")]
    if sum(RECEPTION[0] in templates(act) for act in acts) > 1:
        log.add(RECEIVED_ONCE, procedure)
    if len(children(procedure, "performer")) > 1:
        log.add(PERFORMERS, procedure)
    for site in children(procedure, "targetSiteCode"):
        check_code(site, log)
    products = [part for part in children(procedure, "participant") if part.get("typeCode") == "PRD"]
    role = child(products[0], "participantRole") if len(products) == 1 else None
    if role is None or role.get("classCode") != "SPEC":
        log.add(PRODUCT, procedure)
        return
    if len(children(role, "id")) != 1:
        log.add(PRODUCT_ID, role)
    kind = descend(role, "playingEntity", "code")
    if kind is None:
        log.add(KIND, role)
    elif kind.get("codeSystem") == oids.SPECIMEN_TYPE and kind.get("code") not in value_sets.codes("specimen_type"):
        log.add(KIND_LIST, kind, code=kind.get("code", ""))


def _subject(subject: etree._Element, holder: str, log: Log) -> None:
    for oid in templates(subject):
        if oid in SUBJECT:
            log.add(SUBJECT_T, subject, oid=oid)
    if holder in {"act", "organizer"}:
        log.add(SUBJECT_PLACE, subject)
    code = descend(subject, "relatedSubject", "code")
    words = child(code, "originalText")
    said = words is not None and (len(words) > 0 or bool((words.text or "").strip()))
    if code is None or not (code.get("code") or said):
        log.add(SUBJECT_CODE, subject)


def _reception(act: etree._Element, held: set[str], code: etree._Element | None, log: Log) -> None:
    if not held >= set(RECEPTION):
        log.add(RECEIVED_T, act)
    if (act.get("classCode"), act.get("moodCode")) != ("ACT", "EVN"):
        log.add(RECEIVED_CLASS, act)
    if code is None or code.get("code") != "SPRECEIVE" or code.get("codeSystem") != RECEPTION_SYSTEM:
        log.add(RECEIVED_CODE, act)
    time = child(act, "effectiveTime")
    if time is None or not time.get("value"):
        log.add(RECEIVED_TIME, act)


def _comment(act: etree._Element, held: set[str], code: etree._Element | None, log: Log) -> None:
    if not held >= set(COMMENT):
        log.add(COMMENT_T, act)
    if code is None or code.get("code") != "48767-8" or code.get("codeSystem") != oids.LOINC:
        log.add(COMMENT_CODE, act)
    if descend(act, "text", "reference") is None:
        log.add(COMMENT_TEXT, act)
    status = child(act, "statusCode")
    if status is None or status.get("code") != "completed":
        log.add(COMMENT_STATUS, act)
    parent = act.getparent()
    if parent is not None and parent.tag.endswith("}entryRelationship") and parent.get("typeCode") != "SUBJ":
        log.add(COMMENT_LINK, parent)
    for author in children(act, "author"):
        entity = child(author, "assignedAuthor")
        for name, found in (
            ("time", child(author, "time")),
            ("id", child(entity, "id")),
            ("addr", child(entity, "addr")),
            ("telecom", child(entity, "telecom")),
            ("assignedPerson/name", descend(entity, "assignedPerson", "name")),
            ("representedOrganization/name", descend(entity, "representedOrganization", "name")),
        ):
            if found is None:
                log.add(COMMENT_AUTHOR, author, name=name)
