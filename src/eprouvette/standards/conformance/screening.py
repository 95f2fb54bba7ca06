"""Reports of an organised screening: why it was made, what was looked for, the vaccinations that bear on it.

Source: CI-SIS CR-BIO 2024.01, sections 128 and 147; IHE PCC, simple observation, problem entry and immunization.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import Cda, child, children, descend, kind, templates
from eprouvette.standards.conformance.findings import MODELS, PRACTICE, Log, Rule
from eprouvette.standards.terminology import value_sets

_SIMPLE: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.13"
_PROBLEM: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.5"
_PROBLEM_HL7: Final = "2.16.840.1.113883.10.20.1.28"
_REASON: Final = "1.2.250.1.213.1.1.2.128"
_REASON_ALL: Final = ("1.3.6.1.4.1.19376.1.5.3.1.3.2", "1.3.6.1.4.1.19376.1.5.3.1.3.1")
_VACCINES: Final = "1.2.250.1.213.1.1.2.147"
_VACCINES_ALL: Final = ("2.16.840.1.113883.10.20.1.6", "1.3.6.1.4.1.19376.1.5.3.1.3.23")
_IMMUNIZATION: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.12"
_IMMUNIZATION_ALL: Final = ("2.16.840.1.113883.10.20.1.24", "1.2.250.1.213.1.1.3.45")
_PRODUCT: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.7.2"
_VALUES: Final[dict[str, tuple[value_sets.Name, ...]]] = {
    "77379-6": ("screening_hpv",),
    "10524-7": ("screening_cytology", "screening_conclusion"),
}
"""What the tests of an organised screening of the cervix may find, by the code of the test."""

PART = Rule("SCR-01", "error", "{name} manque à cette observation, ou n'y est pas complet.", MODELS)
CLASS = Rule("SCR-02", "error", "classCode et moodCode de cette observation doivent être OBS et EVN.", MODELS)
PROBLEM = Rule("SCR-03", "error", "{name} manque à ce que le dépistage recherche, ou n'y est pas complet.", MODELS)
REASON = Rule("SCR-04", "error", "La raison du dépistage contient le contexte et ce qui est recherché.", MODELS)
SECTION = Rule("SCR-05", "error", "La section doit porter ses templateId et le code {code} (LOINC).", MODELS)
LISTED = Rule("SCR-06", "error", "« {code} » n'est pas dans le jeu de valeurs du dépistage ({name}).", PRACTICE)
VACCINES = Rule("SCR-07", "error", "La section des vaccinations contient au moins une vaccination.", MODELS)
VACCINE = Rule("SCR-08", "error", "{name} manque à la vaccination, ou n'y est pas complet.", MODELS)
GIVEN = Rule("SCR-09", "error", "La vaccination (SBADM, EVN) doit dire si elle a été faite (negationInd).", MODELS)
PRODUCT = Rule("SCR-10", "error", "Le vaccin (consumable CSM, avec son templateId et ses mots) manque.", MODELS)


def check(cda: Cda, log: Log) -> None:
    """The rules of screenings; other reports hold none of these templates, save the kind of a joined document."""
    for section in cda.all("section"):
        held = set(templates(section))
        if _REASON in held:
            _section(section, held, "42349-1", _REASON_ALL, log)
            inside = {oid for entry in children(section, "entry") for oid in _templates(entry)}
            if not {_SIMPLE, _PROBLEM} <= inside:
                log.add(REASON, section)
            _listed(cda, section, log)
        if _VACCINES in held:
            _section(section, held, "11369-6", _VACCINES_ALL, log)
            entries = [
                one for entry in children(section, "entry") for one in children(entry, "substanceAdministration")
            ]
            if not entries:
                log.add(VACCINES, section)
            for entry in entries:
                _immunization(entry, log)
    for observation in cda.all("observation"):
        held = set(cda.templates(observation))
        if _SIMPLE in held:
            _simple(observation, log)
        elif held & {_PROBLEM, _PROBLEM_HL7}:
            _problem(observation, held, log)


def _listed(cda: Cda, reason: etree._Element, log: Log) -> None:
    """The closed sets of a screening of the cervix: context, site, kit, medium, what is found."""
    for entry in children(reason, "entry"):
        for observation in children(entry, "observation"):
            if _SIMPLE in templates(observation):
                _in(child(observation, "value"), ("screening_context",), "contexte", log)
    for procedure in cda.all("procedure"):
        _in(child(procedure, "targetSiteCode"), ("screening_site",), "site", log)
    for observation in cda.all("observation"):
        code = child(observation, "code")
        sets = _VALUES.get("" if code is None else code.get("code", ""))
        if sets is None:
            continue
        _in(child(observation, "value"), sets, "résultat", log)
        for part in children(observation, "participant"):
            device = descend(part, "participantRole", "playingDevice", "code")
            if part.get("typeCode") == "DEV":
                _in(device, ("screening_kit",), "trousse", log)
            elif part.get("typeCode") == "CSM":
                _in(device, ("screening_medium",), "milieu", log)


def _in(code: etree._Element | None, sets: tuple[value_sets.Name, ...], name: str, log: Log) -> None:
    written = None if code is None else code.get("code")
    if code is None or written is None:
        return
    if not any(value_sets.contains(known, code.get("codeSystem"), written) for known in sets):
        log.add(LISTED, code, code=written, name=name)


def _templates(entry: etree._Element) -> list[str]:
    return [oid for observation in children(entry, "observation") for oid in templates(observation)]


def _section(section: etree._Element, held: set[str], code: str, wanted: tuple[str, ...], log: Log) -> None:
    own = child(section, "code")
    named = own is not None and (own.get("code"), own.get("codeSystem")) == (code, oids.LOINC)
    if not named or not held >= set(wanted):
        log.add(SECTION, section, code=code)


def _is_observed(observation: etree._Element) -> bool:
    return (observation.get("classCode"), observation.get("moodCode")) == ("OBS", "EVN")


def _simple(observation: etree._Element, log: Log) -> None:
    if not _is_observed(observation):
        log.add(CLASS, observation)
    for name in ("id", "code", "effectiveTime"):
        if child(observation, name) is None:
            log.add(PART, observation, name=name)
    _completed_with_words(observation, PART, log)
    for name in ("interpretationCode", "methodCode", "targetSiteCode", "author"):
        if len(children(observation, name)) > 1:
            log.add(PART, observation, name=name)


def _problem(observation: etree._Element, held: set[str], log: Log) -> None:
    if not _is_observed(observation):
        log.add(CLASS, observation)
    if not held >= {_PROBLEM, _PROBLEM_HL7}:
        log.add(PROBLEM, observation, name="templateId")
    if len(children(observation, "id")) != 1:
        log.add(PROBLEM, observation, name="id")
    code, low = child(observation, "code"), descend(observation, "effectiveTime", "low")
    if code is None or not (code.get("code") and code.get("codeSystem")):
        log.add(PROBLEM, observation, name="code")
    if low is None or not (low.get("value") or low.get("nullFlavor") in {"UNK", "NAV"}):
        log.add(PROBLEM, observation, name="effectiveTime/low")
    _completed_with_words(observation, PROBLEM, log)
    values = children(observation, "value")
    value = values[0] if len(values) == 1 else None
    if value is None or not _is_said(value):
        log.add(PROBLEM, observation, name="value")


def _is_said(value: etree._Element) -> bool:
    """A coded value with its words, or a null flavour."""
    if value.get("nullFlavor"):
        return True
    paired = (value.get("code") is None) == (value.get("codeSystem") is None)
    return "CD" in kind(value) and paired and len(children(value, "originalText")) == 1


def _completed_with_words(element: etree._Element, rule: Rule, log: Log) -> None:
    status, reference = child(element, "statusCode"), descend(element, "text", "reference")
    if status is None or status.get("code") != "completed":
        log.add(rule, element, name="statusCode")
    if reference is None or not reference.get("value"):
        log.add(rule, element, name="text/reference")


def _immunization(entry: etree._Element, log: Log) -> None:
    held = set(templates(entry))
    if not held >= {_IMMUNIZATION, *_IMMUNIZATION_ALL}:
        log.add(VACCINE, entry, name="templateId")
    if entry.get("negationInd") not in {"true", "false"} or entry.get("classCode") != "SBADM" or entry.get(
        "moodCode"
    ) not in {"EVN", "INT"}:  # fmt: skip
        log.add(GIVEN, entry)
    code, times = child(entry, "code"), children(entry, "effectiveTime")
    if len(children(entry, "id")) != 1:
        log.add(VACCINE, entry, name="id")
    if code is None or not code.get("code") or code.get("codeSystem") != oids.ACT_CODE:
        log.add(VACCINE, entry, name="code")
    if len(times) != 1 or not (times[0].get("value") or times[0].get("nullFlavor")):
        log.add(VACCINE, entry, name="effectiveTime")
    _completed_with_words(entry, VACCINE, log)
    consumable = child(entry, "consumable")
    product = child(consumable, "manufacturedProduct")
    material = descend(product, "manufacturedMaterial", "code")
    if (
        consumable is None
        or consumable.get("typeCode") != "CSM"
        or product is None
        or _PRODUCT not in templates(product)
        or material is None
        or not (material.get("nullFlavor") or descend(material, "originalText", "reference") is not None)
    ):
        log.add(PRODUCT, entry)
