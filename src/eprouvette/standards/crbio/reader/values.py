"""Values and reference ranges read back, one ``xsi:type`` after the other."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.tree import TYPE, Tree
from eprouvette.standards.crbio.reader.words import own_text, said
from eprouvette.standards.report.results import (
    Bounds,
    CodedResult,
    Comparator,
    Interval,
    Limit,
    Numeric,
    Quantity,
    Ratio,
    ReferenceRange,
    Text,
    Value,
)

_CRITERIA: Final = re.compile(r"(?:(?P<text>.*?) ?)?\[(?P<criteria>[^\]]+)\]", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d)?")
_INFINITE: Final = {"low": "NINF", "high": "PINF"}
_TEXTS: Final = frozenset({"", "ST", "ED"})


def value(tree: Tree, element: etree._Element | None) -> Value | None:
    """What a ``value`` says; None, with a remark, when that cannot be told."""
    if element is None:
        return None
    tree.take(element)
    kind = element.get(TYPE, "").rpartition(":")[2]
    match kind:
        case "PQ" | "INT" | "REAL":
            found: Value | None = _quantity(tree, element)
        case "IVL_PQ" | "IVL_INT" | "IVL_REAL":
            found = _interval(tree, element)
        case "RTO" | "RTO_PQ_PQ":
            found = _ratio(tree, element)
        case "CD" | "CE" | "CV" | "CS" | "CO":
            found = _coded(tree, element)
        case _:
            found = _text(tree, element, kind)
    if found is None:
        tree.remark(element, "Cette valeur ne dit rien qui se lise : elle n'est pas reprise.")
    return found


def _quantity(tree: Tree, element: etree._Element) -> Value | None:
    told, unit = element.get("value", "").strip(), element.get("unit")
    number = _number(told)
    if number is not None:
        return Numeric(number, unit, also=_second(tree, element))
    if not told:
        return None
    tree.remark(element, "Ce nombre est illisible : il est repris comme un texte.")
    return Text(" ".join(part for part in (told, unit) if part))


def _number(told: str) -> Decimal | None:
    return Decimal(told) if _NUMBER.fullmatch(told) else None


def _second(tree: Tree, element: etree._Element | None) -> Quantity | None:
    """The same quantity in a second unit."""
    other = tree.child(element, "translation")
    number = None if other is None else _number(other.get("value", "").strip())
    if other is None or number is None or not other.get("code"):
        return None
    tree.take(other)
    return Quantity(number, other.get("code", ""))


def _interval(tree: Tree, element: etree._Element) -> Interval | Limit | None:
    low, high = tree.child(element, "low"), tree.child(element, "high")
    least, most = _bound(tree, low), _bound(tree, high)
    if least is not None and most is not None and low is not None and high is not None:
        units = {low.get("unit"), high.get("unit")}
        if len(units) > 1:
            tree.remark(high, "Les deux bornes n'ont pas la même unité : celle de la borne basse est prise.")
        for bound in (low, high):
            if tree.see(bound, "inclusive") == "false":
                tree.remark(bound, "Cette borne est exclue : elle est reprise comme une borne incluse.")
        return Interval(least, most, low.get("unit"))
    for name, side, number, sign in (("low", high, most, "<"), ("high", low, least, ">")):
        if side is not None and number is not None:
            _open(tree, tree.child(element, name), name)
            comparator = sign if tree.see(side, "inclusive") == "false" else f"{sign}="
            return Limit(cast("Comparator", comparator), number, side.get("unit"))
    return None


def _bound(tree: Tree, element: etree._Element | None) -> Decimal | None:
    told = tree.get(element, "value")
    number = _number(told)
    if told and number is None and element is not None:
        tree.remark(element, "Ce nombre est illisible : il n'est pas repris.")
    return number


def _open(tree: Tree, side: etree._Element | None, name: str) -> None:
    """The side without bound, when it says so: infinity is what no bound means."""
    if side is not None and side.get("nullFlavor") == _INFINITE[name]:
        tree.see(side, "nullFlavor")


def _ratio(tree: Tree, element: etree._Element) -> Ratio | None:
    top, bottom = (_bound(tree, tree.child(element, name)) for name in ("numerator", "denominator"))
    return Ratio(top, bottom) if top is not None and bottom else None


def _coded(tree: Tree, element: etree._Element) -> CodedResult | None:
    coded, words = tree.coded(element), tree.referred(element)
    text = words or (coded.display or coded.code if coded else "")
    return CodedResult(text, coded) if text else None


def _text(tree: Tree, element: etree._Element, kind: str) -> Text | None:
    reference = tree.take(tree.child(element, "reference"))
    target = tree.target(reference.get("value", "")) if reference is not None else None
    words = said(target) if target is not None else own_text(element).strip()
    text = words or element.get("value", "").strip()
    if text and kind not in _TEXTS:
        tree.remark(element, f"Une valeur de type {kind} n'a pas de place : elle est reprise comme un texte.")
    return Text(text) if text else None


def printed(read: Value, shown: str) -> Value:
    """``read`` under the unit that the narrative shows, when it is another than UCUM's."""
    match read:
        case Numeric() | Limit() | Interval() if shown != (read.unit or ""):
            return replace(read, printed_unit=shown)
    return read


def reference_range(tree: Tree, element: etree._Element | None, unit: str | None) -> ReferenceRange | None:
    """The ``observationRange`` of a result; bounds without unit are in that of the result, ``unit``."""
    found = None if element is None else _usual(tree, element)
    if found is None or found.unit or not unit or (found.low is None and found.high is None):
        return found
    return replace(found, unit=unit)


def _usual(tree: Tree, element: etree._Element) -> ReferenceRange | None:
    tree.listed(tree.child(element, "interpretationCode"), oids.INTERPRETATION, "N")
    held = tree.child(element, "value")
    words = tree.referred(element, inside="text")
    match value(tree, held):
        case Interval() as read:
            return ReferenceRange(read.low, read.high, read.unit, words, also=_second_bounds(tree, held))
        case Limit() as read:
            return replace(_one_sided(tree, held, read), text=words, also=_second_bounds(tree, held))
        case Text(text=text) | CodedResult(text=text, coded=None):
            found = _CRITERIA.fullmatch(text)
            said_twice = (found["text"] or "") if found else text
            both = " ; ".join(part for part in (words, said_twice) if part)
            return ReferenceRange(text=both, criteria=found["criteria"] if found else "")
        case None:
            return ReferenceRange(text=words) if words else None
    if held is not None:
        tree.remark(held, "Cette forme de valeur de référence n'est pas reprise.")
    return ReferenceRange(text=words) if words else None


def _one_sided(tree: Tree, held: etree._Element | None, read: Limit) -> ReferenceRange:
    under = read.comparator.startswith("<")
    if not read.comparator.endswith("=") and held is not None:
        tree.remark(held, "Cette borne est exclue : elle est reprise comme une borne incluse.")
    return ReferenceRange(None if under else read.value, read.value if under else None, read.unit)


def _second_bounds(tree: Tree, held: etree._Element | None) -> Bounds | None:
    low, high = (_second(tree, tree.child(held, side)) for side in ("low", "high"))
    known = low or high
    if known is None:
        return None
    return Bounds(known.unit, low.value if low else None, high.value if high else None)


def octets(element: etree._Element) -> bytes:
    """The bytes of a content in base64; raises `UnreadableCdaError` when they are not."""
    if element.get("representation", "B64") != "B64":
        raise UnreadableCdaError("Un contenu joint n'est pas en base64.")
    try:
        return base64.b64decode("".join(own_text(element).split()), validate=True)
    except ValueError as error:
        raise UnreadableCdaError("Un contenu joint n'est pas en base64.") from error
