"""Sections, chapters, entries and their acts; who validated them."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import Cda, child, children, descend, templates, text_of
from eprouvette.standards.conformance.findings import CRBIO, PALM, PRACTICE, SCHEMA, STRUCTURE, Log, Rule
from eprouvette.standards.conformance.values import check_code
from eprouvette.standards.terminology import value_sets

CHAPTER: Final = ("1.3.6.1.4.1.19376.1.3.3.2.1", "1.2.250.1.213.1.1.2.70")
SUB_CHAPTER: Final = ("1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.71")
ENTRY: Final = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
PDF_COPY: Final = "1.2.250.1.213.1.1.2.243"
COMMENTS: Final = ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", "1.2.250.1.213.1.1.2.73")
SCANNED: Final = "1.2.250.1.213.1.1.2.60"
_ONLY_2021: Final = frozenset({SCANNED})
_OTHERS: Final = frozenset({PDF_COPY, SCANNED, "1.2.250.1.213.1.1.2.128", "1.2.250.1.213.1.1.2.147"})
VALIDATOR: Final = ("1.3.6.1.4.1.19376.1.3.3.1.5", "1.2.250.1.213.1.1.3.109")
_STATUSES: Final = frozenset({"completed", "active", "aborted"})

STRUCTURED = Rule("BOD-01", "error", "Le corps structuré du document manque.", CRBIO)
CHAPTERS = Rule("BOD-02", "error", "Le document doit avoir au moins un chapitre.", CRBIO)
UNKNOWN = Rule("BOD-03", "error", "Cette section n'est pas admise à ce niveau.", CRBIO)
COPY = Rule("BOD-04", "error", "La section « Copie du document » manque.", CRBIO)
CHAPTER_T = Rule("BOD-05", "error", "Le chapitre doit porter ses deux templateId.", CRBIO)
CHAPTER_CODE = Rule("BOD-06", "error", "La section doit avoir un code LOINC ou national provisoire.", CRBIO)
CHAPTER_LIST = Rule("BOD-07", "warning", "Le code « {code} » n'est pas un chapitre de biologie connu.", PRACTICE)
CHAPTER_SHAPE = Rule(
    "BOD-08", "error", "Un chapitre a soit un texte et une entrée, soit des sous-chapitres seulement.", CRBIO
)
SUB_T = Rule("BOD-09", "error", "Le sous-chapitre doit porter ses deux templateId.", CRBIO)
SUB_SHAPE = Rule("BOD-10", "error", "Un sous-chapitre a un texte et une seule entrée.", CRBIO)
SUB_CODE = Rule("BOD-11", "error", "Le code d'un sous-chapitre est de LOINC.", CRBIO)
TITLE = Rule("BOD-12", "warning", "Le titre de la section manque.", PRACTICE)
ENTRY_T = Rule("BOD-13", "error", "Les deux templateId de l'entrée se placent sur entry, non sur act.", CRBIO)
ENTRY_TYPE = Rule("BOD-14", "error", "L'entrée doit porter typeCode « DRIV ».", CRBIO)
ACT = Rule("BOD-15", "error", "L'entrée doit contenir un acte (ACT, EVN).", CRBIO)
ACT_STATUS = Rule("BOD-16", "error", "L'état de l'acte est completed, active ou aborted.", CRBIO)
ACT_CODE = Rule("BOD-17", "error", "Le code de l'acte est de LOINC ; un code local va en translation.", CRBIO)
ACT_TIME = Rule("BOD-18", "error", "La période de l'acte doit avoir un début et une fin.", CRBIO)
ACT_EMPTY = Rule("BOD-19", "error", "L'acte doit contenir au moins un élément (COMP).", PALM)
VALIDATOR_T = Rule("BOD-20", "error", "Le validateur de l'acte (AUTHEN) doit porter ses deux templateId.", CRBIO)
VALIDATOR_PART = Rule("BOD-21", "error", "{name} manque au validateur de l'acte.", CRBIO)
COMMENT_T = Rule("BOD-22", "error", "La section de commentaire doit porter ses trois templateId.", CRBIO)
COMMENT_SHAPE = Rule("BOD-23", "error", "La section de commentaire n'a pas d'entrée, et au plus un id.", CRBIO)
COMMENT_CODE = Rule("BOD-25", "error", "Le code d'une section de commentaire est 55112-7 (LOINC).", PALM)
SCANNED_SHAPE = Rule("BOD-26", "error", "Des résultats scannés ont un code et un texte.", CRBIO)
PARTICIPANT = Rule("BOD-27", "error", "Le type de participation « {code} » n'est pas dans le jeu HL7.", SCHEMA)
PERFORMER = Rule("BOD-24", "error", "{name} manque au laboratoire sous-traitant.", STRUCTURE)


def check(cda: Cda, log: Log) -> None:
    """The rules of sections; a level 1 document has none."""
    if cda.is_n1:
        return
    body = descend(cda.root, "component", "structuredBody")
    if body is None:
        log.add(STRUCTURED, cda.root)
        return
    sections = [section for part in children(body, "component") for section in children(part, "section")]
    held = {oid for section in sections for oid in templates(section)}
    if not held & set(CHAPTER):
        log.add(CHAPTERS, body)
    if cda.version != "2021.01" and PDF_COPY not in held:
        log.add(COPY, body)
    allowed = _ONLY_2021 if cda.version == "2021.01" else _OTHERS
    for section in sections:
        own = set(templates(section))
        if own & set(CHAPTER):
            _chapter(section, own, log)
        elif own & set(COMMENTS):
            _comments(section, own, log)
        elif not own & allowed:
            log.add(UNKNOWN, section)
        elif SCANNED in own and not (children(section, "code") and children(section, "text")):
            log.add(SCANNED_SHAPE, section)


def _chapter(section: etree._Element, own: set[str], log: Log) -> None:
    if not own >= set(CHAPTER):
        log.add(CHAPTER_T, section)
    _code(section, log, CHAPTER_CODE, {oids.LOINC, oids.TA_ASIP}, required=True)
    texts, entries = children(section, "text"), children(section, "entry")
    parts = [sub for part in children(section, "component") for sub in children(part, "section")]
    flat = bool(texts) and len(entries) == 1 and not parts
    if not flat and (texts or entries or not parts):
        log.add(CHAPTER_SHAPE, section)
    for sub in parts:
        _sub_chapter(sub, log)
    for entry in entries:
        _entry(entry, log)


def _sub_chapter(section: etree._Element, log: Log) -> None:
    if not set(templates(section)) >= set(SUB_CHAPTER):
        log.add(SUB_T, section)
    _code(section, log, SUB_CODE, {oids.LOINC}, required=False)
    entries = children(section, "entry")
    if len(children(section, "text")) != 1 or len(entries) != 1:
        log.add(SUB_SHAPE, section)
    for entry in entries:
        _entry(entry, log)


def _code(section: etree._Element, log: Log, rule: Rule, systems: set[str], *, required: bool) -> None:
    if not text_of(child(section, "title")):
        log.add(TITLE, section)
    code = child(section, "code")
    if code is None:
        if required:
            log.add(rule, section)
        return
    if code.get("codeSystem") not in systems or not code.get("code"):
        log.add(rule, code)
        return
    check_code(code, log)
    if not value_sets.contains("chapter", code.get("codeSystem"), code.get("code")):
        log.add(CHAPTER_LIST, code, code=code.get("code"))


def _entry(entry: etree._Element, log: Log) -> None:
    if not set(templates(entry)) >= set(ENTRY):
        log.add(ENTRY_T, entry)
    if entry.get("typeCode") != "DRIV":
        log.add(ENTRY_TYPE, entry)
    act = child(entry, "act")
    if act is None or act.get("classCode") != "ACT" or act.get("moodCode") != "EVN":
        log.add(ACT, entry)
        return
    if set(templates(act)) & set(ENTRY):
        log.add(ENTRY_T, act)
    status, code, period = child(act, "statusCode"), child(act, "code"), child(act, "effectiveTime")
    if status is None or status.get("code") not in _STATUSES:
        log.add(ACT_STATUS, act)
    if code is not None and code.get("code") is not None:
        if code.get("codeSystem") != oids.LOINC:
            log.add(ACT_CODE, code)
        check_code(code, log)
    if period is not None and (child(period, "low") is None or child(period, "high") is None):
        log.add(ACT_TIME, period)
    if not any(link.get("typeCode") == "COMP" for link in children(act, "entryRelationship")):
        log.add(ACT_EMPTY, act)
    _participations(act, log)


def _participations(act: etree._Element, log: Log) -> None:
    for participant in children(act, "participant"):
        written = participant.get("typeCode", "")
        if written == "AUTHEN":
            _validator(participant, log)
        elif written not in value_sets.codes("participation"):
            log.add(PARTICIPANT, participant, code=written)
    for performer in children(act, "performer"):
        _performer(performer, log)


def _validator(participant: etree._Element, log: Log) -> None:
    if not set(templates(participant)) >= set(VALIDATOR):
        log.add(VALIDATOR_T, participant)
    time, role = child(participant, "time"), child(participant, "participantRole")
    if time is None or (child(time, "high") is None and not time.get("nullFlavor")):
        log.add(VALIDATOR_PART, participant, name="time/high")
    for name in ("id", "addr", "telecom"):
        if child(role, name) is None:
            log.add(VALIDATOR_PART, participant, name=name)
    if descend(role, "playingEntity", "name") is None:
        log.add(VALIDATOR_PART, participant, name="playingEntity/name")


def _performer(performer: etree._Element, log: Log) -> None:
    entity = child(performer, "assignedEntity")
    organization = child(entity, "representedOrganization")
    for holder, names in (
        (performer, ("time",)),
        (entity, ("id", "representedOrganization")),
        (organization, ("id", "name", "telecom", "addr", "standardIndustryClassCode")),
    ):
        for name in names:
            if child(holder, name) is None:
                log.add(PERFORMER, performer, name=name)


def _comments(section: etree._Element, own: set[str], log: Log) -> None:
    if not own >= set(COMMENTS):
        log.add(COMMENT_T, section)
    code = child(section, "code")
    if code is None or (code.get("code"), code.get("codeSystem")) != ("55112-7", oids.LOINC):
        log.add(COMMENT_CODE, section)
    if children(section, "entry") or len(children(section, "id")) > 1:
        log.add(COMMENT_SHAPE, section)
