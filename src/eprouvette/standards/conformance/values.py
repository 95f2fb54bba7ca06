"""What a result may hold as its value: types, numbers, units, codes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import TYPE, child, children, descend, elements, kind, local
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, SCHEMA, TERMS, Log, Rule
from eprouvette.standards.terminology import loinc, snomed, ucum
from eprouvette.standards.terminology.dimension import ratio

_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_ROUNDING: Final = Decimal("0.02")
_TYPES: Final = frozenset(
    {"PQ", "IVL_PQ", "REAL", "INT", "CD", "CE", "ED", "ST", "RTO", "RTO_PQ_PQ", "BL", "TS", "IVL_INT"}
)

TYPED = Rule("VAL-01", "error", "Une valeur doit porter un xsi:type.", SCHEMA)
KNOWN = Rule("VAL-02", "error", "Le type de valeur « {type} » n'est pas de ceux d'un résultat.", CRBIO)
NUMBER = Rule("VAL-03", "error", "Une valeur numérique s'écrit avec un point, sans autre signe.", SCHEMA)
UNIT = Rule("VAL-04", "error", "L'unité « {unit} » n'est pas dans la liste UCUM (la casse compte).", TERMS)
UNIT_EMPTY = Rule("VAL-05", "error", "Une unité ne peut pas être vide ; sans unité, l'attribut est absent.", TERMS)
BOUNDS = Rule("VAL-06", "error", "Un intervalle doit avoir au moins une borne chiffrée.", CRBIO)
REVERSED = Rule("VAL-07", "error", "La borne basse dépasse la borne haute.", PRACTICE)
TWO_UNITS = Rule("VAL-08", "error", "Les deux bornes n'ont pas la même unité.", PRACTICE)
CODED = Rule("VAL-09", "error", "Une valeur codée doit avoir code, codeSystem et displayName.", CRBIO)
WORDS = Rule("VAL-10", "error", "Une valeur sans code doit renvoyer au texte (originalText/reference).", CRBIO)
LOINC_CODE = Rule("VAL-11", "error", "« {code} » n'est pas un code LOINC possible (clé de contrôle).", PRACTICE)
SNOMED_CODE = Rule("VAL-13", "error", "« {code} » n'est pas un code SNOMED CT possible (clé de contrôle).", PRACTICE)
SECOND = Rule("VAL-14", "error", "La valeur dans la seconde unité contredit la première.", PRACTICE)
EMPTY = Rule("VAL-12", "error", "La valeur est vide.", PRACTICE)


def check_value(value: etree._Element, log: Log) -> None:
    """One ``value`` of a result, a prior result or a reference range."""
    name = kind(value)
    if value.get(TYPE) is None:
        log.add(TYPED, value)
    elif name not in _TYPES:
        log.add(KNOWN, value, type=name)
    elif name == "PQ":
        _quantity(value, log)
    elif name == "IVL_PQ":
        _interval(value, log)
    elif name in {"CD", "CE"}:
        _coded(value, log)
    elif name in {"REAL", "INT"}:
        _number(value, log)
    elif name in {"ST", "ED"} and not len(value) and not (value.text or "").strip():
        log.add(EMPTY, value)


def check_code(code: etree._Element, log: Log) -> None:
    """A code said to be of LOINC or of SNOMED CT must have the form and the check digit of one."""
    written, system = code.get("code"), code.get("codeSystem")
    if written is None:
        return
    if system == oids.LOINC and not loinc.is_well_formed(written):
        log.add(LOINC_CODE, code, code=written)
    elif system == oids.SNOMED_CT and not snomed.is_well_formed(written):
        log.add(SNOMED_CODE, code, code=written[:18])


def unit_of(value: etree._Element | None) -> str | None:
    """The unit of a quantity or of the bounds of an interval; None when there is none."""
    if value is None:
        return None
    unit = value.get("unit")
    if unit is None:
        for bound in elements(value):
            unit = bound.get("unit")
            if unit is not None:
                break
    return unit


def _quantity(value: etree._Element, log: Log) -> None:
    if value.get("nullFlavor") is None:
        _number(value, log)
    _unit(value, log)
    _second_unit(value, log)


def _second_unit(value: etree._Element, log: Log) -> None:
    """The same quantity in another unit: a number, and a unit that is one."""
    if not len(value):
        return
    for other in children(value, "translation"):
        _number(other, log)
        unit = other.get("code", "")
        if not unit or not ucum.accepts(unit):
            log.add(UNIT, other, unit=unit[:40])
        elif not _agree(value, other):
            log.add(SECOND, other)


def _agree(value: etree._Element, other: etree._Element) -> bool:
    """False when both units convert by their prefixes and the numbers do not: rounding is allowed for."""
    numbers = [one.get("value", "") for one in (value, other)]
    times = ratio(value.get("unit", ""), other.get("code", ""))
    if times is None or not all(_NUMBER.fullmatch(number) for number in numbers):
        return True
    first, second = (Decimal(number) for number in numbers)
    return abs(first * times - second) <= abs(second) * _ROUNDING


def _number(value: etree._Element, log: Log) -> None:
    if value.get("nullFlavor") is None and not _NUMBER.fullmatch(value.get("value", "")):
        log.add(NUMBER, value)


def _unit(value: etree._Element, log: Log) -> None:
    unit = value.get("unit")
    if unit is None:
        return
    if not unit.strip():
        log.add(UNIT_EMPTY, value)
    elif not ucum.accepts(unit):
        log.add(UNIT, value, unit=unit[:40])


def _interval(value: etree._Element, log: Log) -> None:
    bounds = {local(bound): bound for bound in elements(value) if bound.get("value") is not None}
    if not bounds:
        log.add(BOUNDS, value)
        return
    for bound in bounds.values():
        _number(bound, log)
        _unit(bound, log)
        _second_unit(bound, log)
    low, high = bounds.get("low"), bounds.get("high")
    if low is None or high is None:
        return
    if low.get("unit") != high.get("unit"):
        log.add(TWO_UNITS, value)
    first, second = low.get("value", ""), high.get("value", "")
    if _NUMBER.fullmatch(first) and _NUMBER.fullmatch(second) and Decimal(first) > Decimal(second):
        log.add(REVERSED, value)


def _coded(value: etree._Element, log: Log) -> None:
    if value.get("code") is not None:
        if not (value.get("codeSystem") and value.get("displayName")):
            log.add(CODED, value)
        check_code(value, log)
    elif (
        value.get("nullFlavor") is None
        and descend(value, "originalText", "reference") is None
        and child(value, "translation") is None
    ):
        log.add(WORDS, value)
