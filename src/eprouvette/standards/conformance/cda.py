"""A CDA document as the rules read it: parsed once, indexed by element name in one pass.

EprouvetteError
└── NotACdaError    XML, but no ClinicalDocument to judge
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from lxml import etree

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.xml import parse

Parts = dict[str, list[etree._Element]]
Version = Literal["2024.01", "2021.01"]
HL7: Final = "{urn:hl7-org:v3}"
LAB: Final = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"
TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DOCUMENT: Final = HL7 + "ClinicalDocument"
_INDEXED: Final = tuple(
    HL7 + name
    for name in [
        "act",
        "addr",
        "assignedAuthor",
        "assignedEntity",
        "associatedEntity",
        "effectiveTime",
        "id",
        "name",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "reference",
        "renderMultiMedia",
        "section",
        "standardIndustryClassCode",
        "subject",
        "telecom",
        "text",
        "time",
    ]
)

_IDS: Final = etree.XPath("descendant::*/@ID")
_NULLS: Final = etree.XPath("descendant::*/@nullFlavor")

_TEMPLATE_ID: Final = HL7 + "templateId"
_FEW: Final = 4
"""Up to so many children, looking at each costs less than making a filter for them."""
N1_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.2.20"


class NotACdaError(EprouvetteError):
    """Ce fichier XML ne contient pas un document CDA (ClinicalDocument), ou en contient plusieurs."""

    hint = "Choisir un compte rendu au format CDA R2, simple ou auto-présentable."


@dataclass(frozen=True, slots=True)
class Cda:
    """One ``ClinicalDocument``, alone or inside a self-presentable file.

    ``identified`` are the elements that have an ``ID``, ``absent`` those that have a ``nullFlavor``.
    """

    root: etree._Element
    envelope: etree._Element | None
    index: dict[str, list[etree._Element]]
    identified: list[etree._Element]
    absent: list[etree._Element]
    version: Version = "2024.01"
    _parts: dict[etree._Element, Parts] = field(default_factory=dict)
    _templates: dict[etree._Element, list[str]] = field(default_factory=dict)

    def all(self, name: str) -> list[etree._Element]:
        """Every HL7 element called ``name`` (one of those that `_index` keeps), in document order."""
        return self.index[HL7 + name]

    def parts(self, element: etree._Element) -> Parts:
        """The children of ``element`` by name, read once for all the rules that look at them."""
        found = self._parts.get(element)
        if found is None:
            found = self._parts[element] = {}
            for part in element.iterchildren("*"):
                found.setdefault(part.tag, []).append(part)
        return found

    def templates(self, element: etree._Element) -> list[str]:
        """The roots of the templateIds of ``element``, as `templates` gives them, read once."""
        held = self._templates.get(element)
        if held is None:
            listed = self.parts(element).get(_TEMPLATE_ID, ())
            held = self._templates[element] = [one.get("root", "") for one in listed]
        return held

    @property
    def is_n1(self) -> bool:
        """True when the body is not structured."""
        body = child(self.root, "component")
        return N1_TEMPLATE in templates(self.root) or (body is not None and child(body, "nonXMLBody") is not None)


def read(data: bytes, version: Version = "2024.01") -> Cda:
    """The document that ``data`` holds, to be judged by the rules of ``version``.

    Raises `UnreadableXmlError` or `NotACdaError`.
    """
    top = parse(data).getroot()
    if top.tag == _DOCUMENT:
        return _cda(top, None, version)
    inner = list(top.iter(_DOCUMENT)) if top.tag == XSL + "stylesheet" else []
    if len(inner) != 1:
        raise NotACdaError
    return _cda(inner[0], top, version)


def _cda(root: etree._Element, envelope: etree._Element | None, version: Version) -> Cda:
    return Cda(root, envelope, _index(root), _holders(_IDS, root), _holders(_NULLS, root), version)


def _holders(path: etree.XPath, root: etree._Element) -> list[etree._Element]:
    """The elements whose attributes ``path`` selects: four times as fast as selecting them by a predicate."""
    found = cast("list[etree._ElementUnicodeResult]", path(root))
    return [parent for parent in (attribute.getparent() for attribute in found) if parent is not None]


def _index(root: etree._Element) -> dict[str, list[etree._Element]]:
    index: dict[str, list[etree._Element]] = {tag: [] for tag in _INDEXED}
    for element in root.iter(*_INDEXED):
        index[element.tag].append(element)
    return index


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first HL7 child called ``name``; None when there is none, or no element to look into."""
    if element is None:
        return None
    tag = HL7 + name
    if len(element) > _FEW:
        return next(element.iterchildren(tag), None)
    for part in element:
        if part.tag == tag:
            return part
    return None


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The HL7 children called ``name``."""
    if element is None:
        return []
    tag = HL7 + name
    if len(element) > _FEW:
        return list(element.iterchildren(tag))
    return [part for part in element if part.tag == tag]


def descend(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first descendant by that chain of children, or None."""
    for name in names:
        element = child(element, name)
    return element


def elements(element: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without comments and instructions."""
    return element.iterchildren("*")


def templates(element: etree._Element) -> list[str]:
    """The roots of the templateIds of ``element``, in order."""
    return [t.get("root", "") for t in element.iterchildren(HL7 + "templateId")]


def local(element: etree._Element) -> str:
    """The name without namespace."""
    return element.tag.rpartition("}")[2]


def kind(element: etree._Element) -> str:
    """The ``xsi:type`` without its prefix, or an empty string."""
    return element.get(TYPE, "").rpartition(":")[2]


def text_of(element: etree._Element | None) -> str:
    """The text of ``element``, stripped."""
    return "" if element is None else (element.text or "").strip()
