"""A CDA document as the rules read it: parsed once, indexed by element name in one pass.

EprouvetteError
└── NotACdaError    XML, but no ClinicalDocument to judge
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from lxml import etree

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.xml import parse

Version = Literal["2024.01", "2021.01"]
HL7: Final = "{urn:hl7-org:v3}"
LAB: Final = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"
TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DOCUMENT: Final = HL7 + "ClinicalDocument"
_NONE: Final[list[etree._Element]] = []

N1_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.2.20"


class NotACdaError(EprouvetteError):
    """Ce fichier XML ne contient pas un document CDA (ClinicalDocument), ou en contient plusieurs."""

    hint = "Choisir un compte rendu au format CDA R2, simple ou auto-présentable."


@dataclass(frozen=True, slots=True)
class Cda:
    """One ``ClinicalDocument``, alone or inside a self-presentable file."""

    root: etree._Element
    envelope: etree._Element | None
    index: dict[str, list[etree._Element]]
    version: Version = "2024.01"

    def all(self, name: str) -> list[etree._Element]:
        """Every HL7 element called ``name``, in document order."""
        return self.index.get(HL7 + name, _NONE)

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
        return Cda(top, None, _index(top), version)
    inner = list(top.iter(_DOCUMENT)) if top.tag == XSL + "stylesheet" else []
    if len(inner) != 1:
        raise NotACdaError
    return Cda(inner[0], top, _index(inner[0]), version)


def _index(root: etree._Element) -> dict[str, list[etree._Element]]:
    index: dict[str, list[etree._Element]] = defaultdict(list)
    for element in root.iter("*"):
        index[element.tag].append(element)
    return index


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first HL7 child called ``name``; None when there is none, or no element to look into."""
    return None if element is None else next(element.iterchildren(HL7 + name), None)


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The HL7 children called ``name``."""
    return [] if element is None else list(element.iterchildren(HL7 + name))


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


def select(path: etree.XPath, cda: Cda) -> list[etree._Element]:
    """The elements that ``path`` selects below the root of the document."""
    return cast("list[etree._Element]", path(cda.root))
