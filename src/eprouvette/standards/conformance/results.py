"""Results, prior results, reference ranges, batteries and isolates."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import HL7, Cda, Parts, child, children, descend, kind, local, templates
from eprouvette.standards.conformance.findings import CRBIO, PALM, PRACTICE, Log, Rule
from eprouvette.standards.conformance.values import check_code, check_value, unit_of
from eprouvette.standards.terminology import value_sets
from eprouvette.standards.terminology.dimension import contradicts

RESULT: Final = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")
BATTERY: Final = ("1.3.6.1.4.1.19376.1.3.1.4", "1.2.250.1.213.1.1.3.78")
ISOLATE: Final = ("1.3.6.1.4.1.19376.1.3.1.5", "1.2.250.1.213.1.1.3.79")
_ACT_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.1"
_NCBI: Final = "2.16.840.1.113883.3.9471"
_STATUSES: Final = frozenset({"completed", "active", "aborted"})
_CODE, _STATUS, _TIME, _VALUE, _INTERPRETATION, _METHOD, _RANGE, _LINK = (
    HL7 + name
    for name in (
        "code", "statusCode", "effectiveTime", "value", "interpretationCode", "methodCode", "referenceRange",
        "entryRelationship",
    )
)  # fmt: skip
_DIMENSION: Final = re.compile(r"\[[^\]]*/(Volume|Temps)\]")

TEMPLATES = Rule("RES-01", "error", "Le résultat doit porter ses deux templateId (IHE et CI-SIS).", PRACTICE)
CLASS = Rule("RES-02", "error", "classCode et moodCode du résultat doivent être OBS et EVN.", CRBIO)
CODE = Rule("RES-04", "error", "Le résultat doit avoir un code, et un seul.", CRBIO)
FOREIGN = Rule("RES-05", "error", "Un code hors LOINC se met en translation, pas dans code.", PRACTICE)
TRIPLE = Rule("RES-06", "error", "Le code LOINC doit avoir codeSystem et displayName.", CRBIO)
WORDS = Rule("RES-07", "error", "Le code doit renvoyer une fois au texte (originalText/reference).", CRBIO)
NO_CODE = Rule("RES-08", "error", "Sans code LOINC, une translation complète est obligatoire.", CRBIO)
TRANSLATION = Rule("RES-09", "error", "Une translation doit avoir code, codeSystem et displayName.", CRBIO)
STATUS = Rule("RES-10", "error", "L'état d'un résultat est completed ou aborted.", CRBIO)
ABORTED = Rule("RES-11", "error", "Un résultat abandonné ne porte pas de valeur.", CRBIO)
REASON = Rule("RES-12", "warning", "Un résultat abandonné doit dire pourquoi (commentaire).", CRBIO)
UNIT = Rule("RES-13", "error", "L'unité manque à ce résultat.", PRACTICE)
RANGE_UNIT = Rule("RES-14", "error", "L'intervalle de référence n'a pas l'unité du résultat.", PRACTICE)
INTERPRETATION = Rule("RES-15", "error", "Le code d'interprétation « {code} » n'est pas dans le jeu HL7.", CRBIO)
METHOD = Rule("RES-16", "warning", "La technique « {code} » n'est pas dans TechniqueBiologie.", PRACTICE)
ONE_RANGE = Rule("RES-17", "error", "Un résultat a au plus un intervalle de référence.", CRBIO)
RANGE = Rule("RES-18", "error", "observationRange (OBS, EVN.CRT) avec une valeur est attendu.", CRBIO)
RANGE_MEANING = Rule("RES-19", "error", "L'intervalle de référence doit porter son interprétation (N).", PRACTICE)
PRIOR_STATUS = Rule("RES-20", "error", "Un résultat antérieur est à l'état completed.", PRACTICE)
PRIOR_TIME = Rule("RES-21", "error", "Un résultat antérieur doit être daté.", PRACTICE)
PRIOR_CODE = Rule("RES-22", "error", "Un résultat antérieur porte le même code que le résultat.", PRACTICE)
PRIOR_TEMPLATE = Rule("RES-23", "error", "Un résultat antérieur ne porte pas de templateId.", PRACTICE)
PRIOR_VALUE = Rule("RES-24", "error", "Un résultat antérieur doit avoir une valeur.", PRACTICE)
GROUP_TEMPLATES = Rule("RES-25", "error", "Une batterie ou un isolat doit porter ses deux templateId.", PALM)
GROUP_STATUS = Rule("RES-26", "error", "L'état d'une batterie ou d'un isolat manque ou n'est pas admis.", CRBIO)
GROUP_ID = Rule("RES-27", "error", "Une batterie a au plus un identifiant.", CRBIO)
GROUP_CODE = Rule("RES-28", "error", "Un code de batterie est LOINC ; un code local se met en translation.", CRBIO)
ORGANISM = Rule("RES-29", "error", "L'isolat doit nommer le micro-organisme (specimen SPC, SPEC, MIC, code).", CRBIO)
ORGANISM_ID = Rule("RES-30", "error", "Le spécimen de l'isolat doit avoir un identifiant.", PRACTICE)
ORGANISM_CODE = Rule("RES-31", "error", "Un micro-organisme se code en SNOMED CT, ou sans code avec un texte.", CRBIO)
TAXONOMY = Rule("RES-32", "error", "La translation d'un micro-organisme est de la taxonomie NCBI.", CRBIO)
VALUES = Rule("RES-33", "error", "Un résultat a au plus une valeur.", CRBIO)
GROUP_CLASS = Rule("RES-35", "error", "Une batterie ou un isolat a pour moodCode EVN.", CRBIO)
PROPERTY = Rule("RES-34", "error", "L'unité « {unit} » ne mesure pas ce que dit le code LOINC.", PRACTICE)


def check(cda: Cda, log: Log) -> None:
    """The rules of results; a level 1 document has none."""
    for observation in cda.all("observation"):
        held = cda.templates(observation)
        role = _role(cda, observation, held)
        if role == "result":
            _result(observation, held, cda.parts(observation), log)
        elif role == "prior":
            _prior(observation, held, cda.parts(observation), log)
    for organizer in cda.all("organizer"):
        if organizer.get("classCode") in {"BATTERY", "CLUSTER"}:
            _group(organizer, log)


def _role(cda: Cda, observation: etree._Element, held: list[str]) -> str:
    """``result``, ``prior``, or nothing: other templates have rules of their own."""
    parent = observation.getparent()
    if parent is None:
        return ""
    if parent.get("typeCode") == "REFR":
        above = parent.getparent()
        return "prior" if above is not None and any(oid in RESULT for oid in cda.templates(above)) else ""
    if any(oid in RESULT for oid in held):
        return "result"
    above = parent.getparent()
    if above is None or held:
        return ""
    entry = above.getparent() if local(above) == "act" else None
    is_act = entry is not None and _ACT_TEMPLATE in cda.templates(entry)
    return "result" if is_act or above.get("classCode") == "BATTERY" else ""


def _result(observation: etree._Element, held: list[str], parts: Parts, log: Log) -> None:
    if not all(oid in held for oid in RESULT):
        log.add(TEMPLATES, observation)
    if observation.get("classCode") != "OBS" or observation.get("moodCode") != "EVN":
        log.add(CLASS, observation)
    codes = parts.get(_CODE, ())
    if len(codes) != 1:
        log.add(CODE, observation)
    else:
        _code(codes[0], log)
    _state(observation, parts, log)
    _meaning(observation, parts, log)
    _range(observation, parts, log)


def _first(parts: Parts, tag: str) -> etree._Element | None:
    listed = parts.get(tag)
    return listed[0] if listed else None


def _code(code: etree._Element, log: Log) -> None:
    system, translations = code.get("codeSystem"), children(code, "translation")
    if sum(len(children(words, "reference")) for words in children(code, "originalText")) != 1:
        log.add(WORDS, code)
    if code.get("code") is None:
        if not translations:
            log.add(NO_CODE, code)
    elif system != oids.LOINC:
        log.add(FOREIGN, code)
    else:
        if not code.get("displayName"):
            log.add(TRIPLE, code)
        check_code(code, log)
    for translation in translations:
        if not all(translation.get(name) for name in ("code", "codeSystem", "displayName")):
            log.add(TRANSLATION, translation)
        check_code(translation, log)


def _state(observation: etree._Element, parts: Parts, log: Log) -> None:
    status, values = _first(parts, _STATUS), parts.get(_VALUE, ())
    written = None if status is None else status.get("code")
    if written not in {"completed", "aborted"}:
        log.add(STATUS, observation if status is None else status)
    if len(values) > 1:
        log.add(VALUES, observation)
    for value in values:
        check_value(value, log)
    if written != "aborted":
        return
    if values:
        log.add(ABORTED, observation)
    if not any(link.get("typeCode") == "SUBJ" for link in parts.get(_LINK, ())):
        log.add(REASON, observation)


def _meaning(observation: etree._Element, parts: Parts, log: Log) -> None:
    code, value = _first(parts, _CODE), _first(parts, _VALUE)
    unit = unit_of(value)
    numeric = value is not None and value.get("value") is not None
    if numeric and unit is None and code is not None and _DIMENSION.search(code.get("displayName", "")):
        log.add(UNIT, observation)
    if unit and code is not None and contradicts(unit, code.get("displayName", "")):
        log.add(PROPERTY, observation, unit=unit[:40])
    for interpretation in parts.get(_INTERPRETATION, ()):
        check_interpretation(interpretation, log)
    for method in parts.get(_METHOD, ()):
        written = method.get("code")
        if (
            written
            and method.get("codeSystem") == oids.TECHNIQUE
            and not value_sets.contains("technique", oids.TECHNIQUE, written)
        ):
            log.add(METHOD, method, code=written)


def check_interpretation(interpretation: etree._Element, log: Log) -> None:
    """An interpretation is a code of the HL7 set, with its system, never a null flavour."""
    code = interpretation.get("code")
    if not value_sets.contains("interpretation", interpretation.get("codeSystem"), code):
        log.add(INTERPRETATION, interpretation, code=code or "")


def _range(observation: etree._Element, parts: Parts, log: Log) -> None:
    ranges, result = parts.get(_RANGE, ()), _first(parts, _VALUE)
    if len(ranges) > 1:
        log.add(ONE_RANGE, observation)
    for reference in ranges:
        inner = child(reference, "observationRange")
        value = child(inner, "value")
        if (
            inner is None
            or inner.get("classCode", "OBS") != "OBS"
            or inner.get("moodCode", "EVN.CRT") != "EVN.CRT"
            or value is None
        ):
            log.add(RANGE, reference)
            continue
        check_value(value, log)
        meaning = child(inner, "interpretationCode")
        if meaning is None:
            log.add(RANGE_MEANING, inner)
        else:
            check_interpretation(meaning, log)
        # A value in words or in digits alone (titre, count) may stand beside a range that has a unit.
        unit = unit_of(value)
        if unit is None or result is None or kind(result) not in {"PQ", "IVL_PQ"}:
            continue
        own = unit_of(result)
        if own != unit:
            log.add(RANGE_UNIT if own else UNIT, observation)


def _prior(observation: etree._Element, held: list[str], parts: Parts, log: Log) -> None:
    above = observation.getparent()
    result = None if above is None else above.getparent()
    if held:
        log.add(PRIOR_TEMPLATE, observation)
    status, time, value = (_first(parts, tag) for tag in (_STATUS, _TIME, _VALUE))
    if status is None or status.get("code") != "completed":
        log.add(PRIOR_STATUS, observation)
    if time is None or not (time.get("value") or len(time)):
        log.add(PRIOR_TIME, observation)
    own, parent = _first(parts, _CODE), child(result, "code")
    if own is None or (parent is not None and _key(own) != _key(parent)):
        log.add(PRIOR_CODE, observation)
    if value is None:
        log.add(PRIOR_VALUE, observation)
    else:
        check_value(value, log)
    for interpretation in parts.get(_INTERPRETATION, ()):
        check_interpretation(interpretation, log)
    _range(observation, parts, log)


def _key(code: etree._Element) -> tuple[str | None, ...]:
    translation = child(code, "translation")
    if code.get("code") is None and translation is not None:
        code = translation
    return code.get("codeSystem"), code.get("code")


def _group(organizer: etree._Element, log: Log) -> None:
    held, isolate = templates(organizer), organizer.get("classCode") == "CLUSTER"
    wanted = ISOLATE if isolate else BATTERY
    if isolate and not any(oid in ISOLATE for oid in held):
        return
    if not all(oid in held for oid in wanted):
        log.add(GROUP_TEMPLATES, organizer)
    if organizer.get("moodCode") != "EVN":
        log.add(GROUP_CLASS, organizer)
    status = child(organizer, "statusCode")
    if status is None or status.get("code") not in _STATUSES:
        log.add(GROUP_STATUS, organizer)
    if not isolate and len(children(organizer, "id")) > 1:
        log.add(GROUP_ID, organizer)
    code = child(organizer, "code")
    if code is not None:
        if not isolate and code.get("code") is not None and code.get("codeSystem") != oids.LOINC:
            log.add(GROUP_CODE, code)
        check_code(code, log)
    if isolate:
        _organism(organizer, log)


def _organism(organizer: etree._Element, log: Log) -> None:
    specimen = child(organizer, "specimen")
    role = child(specimen, "specimenRole")
    entity = child(role, "specimenPlayingEntity")
    code = child(entity, "code")
    shaped = (
        specimen is not None and specimen.get("typeCode") == "SPC"
        and role is not None and role.get("classCode") == "SPEC"
        and entity is not None and entity.get("classCode") == "MIC"
    )  # fmt: skip
    if not shaped or code is None:
        log.add(ORGANISM, organizer)
        return
    if child(role, "id") is None:
        log.add(ORGANISM_ID, organizer)
    check_code(code, log)
    if code.get("code") is not None and code.get("codeSystem") != oids.SNOMED_CT:
        log.add(ORGANISM_CODE, code)
    if code.get("code") is None and descend(code, "originalText") is None:
        log.add(ORGANISM_CODE, code)
    for translation in children(code, "translation"):
        if translation.get("codeSystem") != _NCBI:
            log.add(TAXONOMY, translation)
