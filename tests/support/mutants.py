"""Random small damages, the same for the same seed: an element or an attribute lost, changed, doubled or moved."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from lxml import etree

_LONG = 400
"""A text longer than this is a file: damaging its characters says nothing of the rules."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged document and, in words, what was done to it."""

    name: str
    data: bytes


def mutants(document: bytes, number: int, seed: int) -> Iterator[Mutant]:
    """That many mutants of ``document``, each with one damage."""
    random = Random(seed)
    made = 0
    while made < number:
        root = etree.fromstring(document)
        done = random.choice(_DAMAGES)(root, random)
        if done:
            made += 1
            yield Mutant(done, etree.tostring(root))


def _some_element(root: etree._Element, random: Random) -> etree._Element:
    return random.choice([element for element in root.iter("*") if element is not root])


def _some_attribute(root: etree._Element, random: Random) -> tuple[etree._Element, str]:
    return random.choice([(element, str(name)) for element in root.iter("*") for name in element.attrib])


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _path(element: etree._Element) -> str:
    steps = [element, *element.iterancestors()]
    return "/".join(etree.QName(step).localname for step in reversed(steps[:4]))


def _lose_element(root: etree._Element, random: Random) -> str:
    element = _some_element(root, random)
    said = f"{_path(element)} lost"
    _parent(element).remove(element)
    return said


def _lose_attribute(root: etree._Element, random: Random) -> str:
    element, name = _some_attribute(root, random)
    del element.attrib[name]
    return f"{_path(element)}/@{name} lost"


def _change_attribute(root: etree._Element, random: Random) -> str:
    element, name = _some_attribute(root, random)
    old = element.get(name, "")
    others = {one.get(name, "") for one in root.iter("*") if name in one.attrib} - {old}
    new = random.choice(["", "x", f"{old}x", "0", *random.sample(sorted(others), min(3, len(others)))])
    element.attrib[name] = new
    return f"{_path(element)}/@{name} {old!r} becomes {new!r}"


def _double(root: etree._Element, random: Random) -> str:
    element = _some_element(root, random)
    if len(etree.tostring(element)) > 10 * _LONG:
        return ""
    twin = copy.deepcopy(element)
    for named in twin.iter("*"):
        named.attrib.pop("ID", "")
    element.addnext(twin)
    return f"{_path(element)} doubled"


def _move(root: etree._Element, random: Random) -> str:
    element = _some_element(root, random)
    after = element.getnext()
    if after is None or not isinstance(after.tag, str) or after.tag == element.tag:
        return ""
    after.addnext(element)
    return f"{_path(element)} moved after {etree.QName(after).localname}"


def _rename(root: etree._Element, random: Random) -> str:
    element, other = _some_element(root, random), _some_element(root, random)
    said = f"{_path(element)} becomes {etree.QName(other).localname}"
    if element.tag == other.tag:
        return ""
    element.tag = other.tag
    return said


def _change_text(root: etree._Element, random: Random) -> str:
    said = [one for one in root.iter("*") if (one.text or "").strip() and len(one.text or "") < _LONG]
    element = random.choice(said)
    element.text = random.choice(["", "x", (element.text or "") + " x"])
    return f"{_path(element)} says {element.text!r}"


def _stranger(root: etree._Element, random: Random) -> str:
    element = _some_element(root, random)
    etree.SubElement(element, f"{{urn:hl7-org:v3}}{random.choice(['script', 'code', 'id', 'text', 'item'])}")
    return f"{_path(element)} holds one more {etree.QName(element[-1]).localname}"


_DAMAGES: tuple[Callable[[etree._Element, Random], str], ...] = (
    _lose_element,
    _lose_element,
    _lose_attribute,
    _lose_attribute,
    _change_attribute,
    _change_attribute,
    _double,
    _move,
    _rename,
    _change_text,
    _stranger,
)
