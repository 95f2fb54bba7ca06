"""Files joined to a document read back: the copy of the report as PDF, and the other PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.tree import Tree
from eprouvette.standards.crbio.reader.values import octets
from eprouvette.standards.report.model import Attachment

PDF: Final = "application/pdf"
COPY: Final = "55108-5"
_FILE: Final = "55107-7"
_TYPE: Final = "69764-9"


@dataclass(frozen=True, slots=True)
class File:
    """A PDF, the code and the words of its kind."""

    content: bytes
    type: Coded | None
    text: str


def file(tree: Tree, section: etree._Element) -> File | None:
    """The PDF of a section of files; None, with a remark, when it has none."""
    organizer = tree.child(section, "entry", "organizer")
    if organizer is None:
        tree.leave(section, "Cette section n'a pas de document attaché lisible : elle n'est pas reprise.")
        return None
    tree.take(tree.child(organizer, "id"))
    tree.listed(tree.child(organizer, "code"), oids.LOINC, _FILE)
    tree.expect(tree.child(organizer, "statusCode"), "code", "completed")
    content, kind, text = None, None, ""
    for component in tree.children(organizer, "component"):
        observation, media = tree.child(component, "observation"), tree.child(component, "observationMedia")
        if media is not None and content is None:
            content = _content(tree, media)
        elif observation is not None and kind is None and not text:
            kind, text = _kind(tree, observation)
    return None if content is None else File(content, kind, text)


def _content(tree: Tree, media: etree._Element) -> bytes | None:
    value = tree.take(tree.child(media, "value"))
    tree.shown(media)
    if value is None or value.get("mediaType") != PDF:
        tree.leave(media, "Ce document attaché n'est pas un PDF : il n'est pas repris.")
        return None
    try:
        return octets(value)
    except UnreadableCdaError as error:
        tree.leave(media, error.message)
        return None


def _kind(tree: Tree, observation: etree._Element) -> tuple[Coded | None, str]:
    tree.take(tree.child(observation, "id"))
    tree.listed(tree.child(observation, "code"), oids.LOINC, _TYPE)
    tree.expect(tree.child(observation, "statusCode"), "code", "completed")
    value = tree.child(observation, "value")
    told, own = tree.referred(observation, inside="text"), tree.referred(value)
    return tree.coded(value), told or own


def copy(tree: Tree, section: etree._Element) -> bytes | None:
    """The report itself as a PDF."""
    found = file(tree, section)
    if found is not None and found.type is not None and (found.type.code, found.type.system) != (COPY, oids.LOINC):
        tree.remark(section, "Le type de cette copie du document n'est pas repris.")
    return None if found is None else found.content


def attachment(tree: Tree, section: etree._Element, title: str) -> Attachment | None:
    """The document of a section of scanned results."""
    found = file(tree, section)
    if found is None:
        return None
    return Attachment(title, found.content, type=found.type, text="" if found.text == title else found.text)
