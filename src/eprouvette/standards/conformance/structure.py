"""What the schema of CDA wants of any document: places, cardinalities, attributes, forms of values.

First of the parts, while the document is fresh in memory; a fault that another rule names is not said twice.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.standards.conformance.cda import TYPE, Cda, local
from eprouvette.standards.conformance.findings import SCHEMA, Finding, Log, Rule
from eprouvette.standards.conformance.grammar import schema

PLACE = Rule("STR-01", "error", "{name} n'est pas à sa place, ou y figure une fois de trop.", SCHEMA)
MISSING = Rule("STR-02", "error", "Un élément obligatoire manque dans {name}.", SCHEMA)
ATTRIBUTE = Rule("STR-03", "error", "{name} porte un attribut que le schéma ne connaît pas.", SCHEMA)
NEEDED = Rule("STR-04", "error", "Un attribut obligatoire manque à {name}.", SCHEMA)
FORM = Rule("STR-05", "error", "{name} porte une valeur dont la forme ou la liste n'est pas celle du schéma.", SCHEMA)
CONTENT = Rule("STR-06", "error", "{name} ne peut pas avoir de contenu.", SCHEMA)
TYPED = Rule("STR-07", "error", "xsi:type « {type} » ne désigne pas un type HL7 : préfixe absent ou faux.", SCHEMA)
KIND = Rule("STR-08", "error", "{name} doit porter un xsi:type admis à cette place.", SCHEMA)

_RULES: Final = {
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_4": NEEDED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": CONTENT,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": CONTENT,
    "SCHEMAV_CVC_TYPE_2": KIND,
    "SCHEMAV_CVC_ELT_4_2": TYPED,
    "SCHEMAV_CVC_ELT_4_3": KIND,
}
_IDS: Final = frozenset(rule.id for rule in (PLACE, MISSING, ATTRIBUTE, NEEDED, FORM, CONTENT, TYPED, KIND))
_MOST: Final = 200
"""Faults told of one document: beyond, it is another kind of document."""


def check(cda: Cda, log: Log) -> None:
    """The rules of the schema, over the whole document."""
    grammar = schema()
    if grammar.validate(cda.root):
        return
    entries: list[etree._LogEntry] = list(grammar.error_log)  # type: ignore[call-overload]  # lxml-stubs lacks __iter__
    for entry in entries[:_MOST]:
        place = _place(cda.root, entry.path or "")
        log.add(_rule(entry), place, name=local(place), type=place.get(TYPE, ""))


def distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    """``findings`` without those of the schema at a place, or below one, where another rule found an error."""
    named = {one.xpath for one in findings if one.severity == "error" and one.rule not in _IDS}
    kept: list[Finding] = []
    for finding in findings:
        if finding.rule in _IDS:
            if finding.xpath in named or finding.xpath.rpartition("/")[0] in named:
                continue
            named.add(finding.xpath)
        kept.append(finding)
    return tuple(kept)


def _rule(entry: etree._LogEntry) -> Rule:
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        return MISSING if "Missing child" in entry.message else PLACE
    return _RULES.get(entry.type_name, FORM)


def _place(root: etree._Element, path: str) -> etree._Element:
    """The element that libxml2 names from the root of the document that it read."""
    _, _, below = path[1:].partition("/")
    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    found = root.xpath(below, namespaces=names) if below else [root]
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else root
