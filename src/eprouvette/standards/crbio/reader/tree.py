"""Walking a CDA document and remembering what was read of it, so that what was not can be listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final, cast

from lxml import etree

from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.errors import UnreadableCdaError

HL7: Final = "{urn:hl7-org:v3}"
LAB: Final = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
SDTC: Final = "{urn:hl7-org:sdtc}"
TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_STAMP: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?([+-])(\d\d)(\d\d)")
# What tells something (a code, a value, an identifier, words) outside of narratives; and what narratives name.
_TELLING: Final = etree.XPath(
    "descendant-or-self::*[@code or @value or @extension or @root or text()[normalize-space()]]"
    "[not(ancestor-or-self::h:text[*])]",
    namespaces={"h": "urn:hl7-org:v3"},
)
_NAMED: Final = etree.XPath("descendant-or-self::*[@ID]")
# What every document says in the same words, or says again for machines only.
_SILENT: Final = frozenset({
    "realmCode", "typeId", "templateId", "languageCode", "signatureCode", "reference", "statusCode",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of the document that the model does not hold: where, and what it is in a French sentence."""

    xpath: str
    message: str


class Tree:
    """One ``ClinicalDocument``: finds children by name, notes what was taken, resolves narrative references."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.remarks: list[Remark] = []
        self._taken: set[etree._Element] = set()
        self._ids = {one.get("ID"): one for one in cast("list[etree._Element]", _NAMED(root))}

    def child(self, element: etree._Element | None, *names: str) -> etree._Element | None:
        """The first descendant by that chain of HL7 names, or None."""
        for name in names:
            if element is None:
                return None
            element = next(element.iterchildren(_tag(name)), None)
        return element

    def children(self, element: etree._Element | None, name: str) -> list[etree._Element]:
        """The HL7 children of that name."""
        return [] if element is None else list(element.iterchildren(HL7 + name))

    def need(self, element: etree._Element | None, *names: str) -> etree._Element:
        """`child`, where there must be one; raises `UnreadableCdaError` naming it."""
        found = self.child(element, *names)
        if found is None:
            raise UnreadableCdaError(f"Le document n'a pas {'/'.join(names)}.")
        return found

    def take(self, element: etree._Element | None) -> etree._Element | None:
        """Note that ``element`` was read."""
        if element is not None:
            self._taken.add(element)
        return element

    def take_all(self, element: etree._Element | None) -> None:
        """Note that ``element`` and all below it were read."""
        if element is not None:
            self._taken.update(element.iter("*"))

    def get(self, element: etree._Element | None, name: str) -> str:
        """An attribute, the element noted as read; empty when absent."""
        return "" if self.take(element) is None or element is None else element.get(name, "").strip()

    def words(self, element: etree._Element | None) -> str:
        """The text of an element, noted as read."""
        return "" if self.take(element) is None or element is None else (element.text or "").strip()

    def moment(self, element: etree._Element | None) -> datetime | None:
        """The time of an element's ``value``; None without one, or when it has no offset (then a remark)."""
        stamp = self.get(element, "value")
        if not stamp or element is None:
            return None
        found = _moment(stamp)
        if found is not None:
            return found
        self.remark(element, "Cette heure n'a pas la forme attendue : elle n'est pas reprise.")
        return None

    def coded(self, element: etree._Element | None) -> Coded | None:
        """Code, system and words; None without a code."""
        if self.take(element) is None or element is None or not element.get("code"):
            return None
        return Coded(element.get("code", ""), element.get("codeSystem", ""), element.get("displayName", ""))

    def identifier(self, element: etree._Element | None) -> Identifier | None:
        """Root and extension; None without a root."""
        if self.take(element) is None or element is None or not element.get("root"):
            return None
        return Identifier(element.get("root", ""), element.get("extension", ""))

    def referred(self, element: etree._Element | None, *, inside: str = "originalText") -> str:
        """The narrative that a code (``originalText``) or an act (``text``) points at; its own words otherwise."""
        holder = self.child(element, inside)
        self.take(holder)
        reference = self.take(self.child(holder, "reference"))
        if reference is None:
            return " ".join("".join(str(part) for part in holder.itertext()).split()) if holder is not None else ""
        target = self.target(reference.get("value", ""))
        return "" if target is None else said(target)

    def target(self, reference: str) -> etree._Element | None:
        """The element of the narrative that ``#id`` names."""
        return self._ids.get(reference.removeprefix("#"))

    def remark(self, element: etree._Element, message: str) -> None:
        """Note what is not held by the model."""
        self.remarks.append(Remark(where(element), message))

    def left_over(self, top: etree._Element) -> Iterator[etree._Element]:
        """The elements under ``top`` that tell something and that nobody took, outside of narratives."""
        for element in cast("list[etree._Element]", _TELLING(top)):
            if element not in self._taken and element.tag.rpartition("}")[2] not in _SILENT:
                yield element


@cache
def _tag(name: str) -> str:
    return name if name.startswith("{") else HL7 + name


def _moment(stamp: str) -> datetime | None:
    """An HL7 time with its offset; None for another form, or a time that does not exist."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=zone)
    except ValueError:
        return None


def said(element: etree._Element) -> str:
    """The text of a narrative element: ``br`` are line feeds, other blanks are one."""
    parts: list[str] = []

    def gather(node: etree._Element) -> None:
        if node.text:
            parts.append(" ".join(f"|{node.text}|".split())[1:-1])
        for inner in node:
            if isinstance(inner.tag, str):
                parts.append("\n") if inner.tag == HL7 + "br" else gather(inner)
            if inner.tail:
                parts.append(" ".join(f"|{inner.tail}|".split())[1:-1])

    gather(element)
    return "\n".join(line.strip() for line in "".join(parts).split("\n")).strip()


def where(element: etree._Element) -> str:
    """The path of an element, with ranks among siblings of the same name."""
    steps = []
    node: etree._Element | None = element
    while node is not None and isinstance(node.tag, str):
        rank = sum(1 for _ in node.itersiblings(node.tag, preceding=True)) + 1
        alone = rank == 1 and next(node.itersiblings(node.tag), None) is None
        steps.append(node.tag.rpartition("}")[2] + ("" if alone else f"[{rank}]"))
        if steps[-1].startswith("ClinicalDocument"):
            break
        node = node.getparent()
    return "/" + "/".join(reversed(steps))
