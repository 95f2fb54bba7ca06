"""Ways to damage a document at one place: an element lost, an attribute changed, words replaced."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from support.cda import NAMESPACES

Damage = Callable[[etree._Element], object]


def at(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    element = found[0]
    assert isinstance(element, etree._Element)
    return element


def drop(path: str) -> Damage:
    def damage(root: etree._Element) -> None:
        element = at(root, path)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return damage


def put(path: str, **attributes: str) -> Damage:
    return lambda root: at(root, path).attrib.update(list(attributes.items()))


def put_below(path: str, **attributes: str) -> Damage:
    """Change the attributes of every child of an element."""

    def damage(root: etree._Element) -> None:
        for element in at(root, path):
            element.attrib.update(list(attributes.items()))

    return damage


def unset(path: str, *names: str) -> Damage:
    return lambda root: [at(root, path).attrib.pop(name) for name in names]


def say(path: str, words: str) -> Damage:
    return lambda root: setattr(at(root, path), "text", words)


def add(path: str, xml: str, index: int = -1) -> Damage:
    def damage(root: etree._Element) -> None:
        element, parent = etree.fromstring(f'<x xmlns="urn:hl7-org:v3">{xml}</x>')[0], at(root, path)
        parent.insert(len(parent) if index < 0 else index, element)

    return damage


def move_last(path: str) -> Damage:
    def damage(root: etree._Element) -> None:
        element = at(root, path)
        parent = element.getparent()
        assert parent is not None
        parent.append(element)

    return damage


def template(path: str, oid: str) -> Damage:
    return drop(f"{path}/h:templateId[@root='{oid}']")


def before(path: str, xml: str) -> Damage:
    """Put an element just before another."""

    def damage(root: etree._Element) -> None:
        at(root, path).addprevious(etree.fromstring(f'<x xmlns="urn:hl7-org:v3">{xml}</x>')[0])

    return damage


def rename(path: str, name: str) -> Damage:
    """Give an element another name."""
    return lambda root: setattr(at(root, path), "tag", f"{{urn:hl7-org:v3}}{name}")


def empty(path: str) -> Damage:
    """Take everything out of an element, its attributes apart."""

    def damage(root: etree._Element) -> None:
        element = at(root, path)
        element.text = None
        del element[:]

    return damage


def twice(path: str) -> Damage:
    """Write an element a second time, just after itself."""
    return lambda root: at(root, path).addnext(copy.deepcopy(at(root, path)))


def equal(path: str, other: str, name: str) -> Damage:
    """Give an element the attribute of another."""
    return lambda root: at(root, path).set(name, at(root, other).get(name, ""))
