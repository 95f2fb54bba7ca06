"""Walking a CDA document and remembering what was read of it, so that what was not can be listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, cast

from lxml import etree

from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.words import own_text, said

HL7: Final = "{urn:hl7-org:v3}"
LAB: Final = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
SDTC: Final = "{urn:hl7-org:sdtc}"
TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_STAMP: Final = re.compile(
    r"(?P<day>\d{8})(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?P<part>\.\d{1,9})?)?)?)?"
    r"(?P<offset>[+-]\d{4})?"
)
_NAMED: Final = etree.XPath("descendant-or-self::*[@ID]")
MOST_REMARKS: Final = 500


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
        self.taken: set[etree._Element] = set()
        self.left: set[etree._Element] = set()
        self.seen: set[tuple[etree._Element, str]] = set()
        self.pointed: set[etree._Element] = set()
        self._ids = {one.get("ID"): one for one in cast("list[etree._Element]", _NAMED(root))}
        self._moments: dict[str, datetime] = {}
        self._shows: dict[str, etree._Element] | None = None
        self._ranks: dict[etree._Element | None, dict[etree._Element, str]] = {}

    def child(self, element: etree._Element | None, *names: str) -> etree._Element | None:
        """The first descendant by that chain of HL7 names, or None."""
        for name in names:
            if element is None:
                return None
            element = next(element.iterchildren(_TAGS[name]), None)
        return element

    def children(self, element: etree._Element | None, name: str) -> list[etree._Element]:
        """The HL7 children of that name."""
        return [] if element is None else list(element.iterchildren(_TAGS[name]))

    def need(self, element: etree._Element | None, *names: str) -> etree._Element:
        """`child`, where there must be one; raises `UnreadableCdaError` naming it."""
        found = self.child(element, *names)
        if found is None:
            raise UnreadableCdaError(f"Le document n'a pas {'/'.join(names)}.")
        return found

    def take(self, element: etree._Element | None) -> etree._Element | None:
        """Note that ``element`` was read: its usual attributes and its words, not what it holds."""
        if element is not None:
            self.taken.add(element)
        return element

    def release(self, element: etree._Element) -> None:
        """Forget that ``element`` and what it holds were read: they are to be said."""
        self.taken.difference_update(element.iter("*"))

    def leave(self, element: etree._Element, message: str) -> None:
        """Say that ``element``, with all that it holds, is not carried."""
        self.remark(element, message)
        self.left.update(element.iter("*"))

    def see(self, element: etree._Element, name: str) -> str:
        """An attribute that few elements of this name have, noted as read; empty when absent."""
        self.seen.add((element, name))
        return element.get(name, "").strip()

    def get(self, element: etree._Element | None, name: str) -> str:
        """An attribute, the element noted as read; empty when absent."""
        return "" if self.take(element) is None or element is None else element.get(name, "").strip()

    def words(self, element: etree._Element | None) -> str:
        """The text of an element, noted as read."""
        return "" if self.take(element) is None or element is None else own_text(element).strip()

    def line(self, element: etree._Element | None) -> str:
        """The text of a title, whatever the blanks of its source, noted as read."""
        return " ".join(self.words(element).split())

    def expect(self, element: etree._Element | None, name: str, *usual: str) -> str:
        """An attribute for which the model has no place: it is noted as read, and said when it is not as ``usual``."""
        found = self.get(element, name)
        if found and element is not None and found not in usual:
            self.remark(element, f"« {found} » n'a pas de place dans le compte rendu : {usual[0]} est pris.")
        return found

    def listed(self, element: etree._Element | None, system: str, *usual: str) -> str:
        """`expect` for a ``code`` of ``system``; its words are those of the list."""
        found = self.expect(element, "code", *usual)
        if found in usual and element is not None and element.get("codeSystem", system) != system:
            self.remark(element, "Ce code n'est pas du système attendu : son système n'est pas repris.")
        return found

    def moment(self, element: etree._Element | None) -> datetime | None:
        """The time of an element's ``value``; None without one, or when no such time exists (then a remark).

        What lacks its offset or its hour is read in Paris, at midnight without an hour; a remark says so.
        """
        stamp = self.get(element, "value")
        if not stamp or element is None:
            return None
        known = self._moments.get(stamp)
        if known is not None:
            return known
        found, doubt = _moment(stamp)
        if doubt:
            self.remark(element, doubt)
        elif found is not None:
            self._moments[stamp] = found
        return found

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
        if holder is None:
            return ""
        self.taken.add(holder)
        reference = self.child(holder, "reference")
        if reference is None:
            return " ".join("".join(str(part) for part in holder.itertext()).split())
        self.taken.add(reference)
        target = self.target(reference.get("value", ""))
        return "" if target is None else said(target)

    def target(self, reference: str) -> etree._Element | None:
        """The element of the narrative that ``#id`` names, noted as pointed at."""
        found = self._ids.get(reference.removeprefix("#"))
        if found is not None:
            self.pointed.add(found)
        return found

    def shown(self, media: etree._Element) -> etree._Element | None:
        """The ``renderMultiMedia`` of the narrative that shows a picture or a file, noted as pointed at."""
        if self._shows is None:
            found = self.root.iter(HL7 + "renderMultiMedia")
            self._shows = {one.get("referencedObject", ""): one for one in found}
        shown = self._shows.get(media.get("ID", "")) if media.get("ID") else None
        if shown is not None:
            self.pointed.add(shown)
        return shown

    def remark(self, element: etree._Element, message: str) -> None:
        """Note what is not held by the model; the last note of too many says that there are more."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(self._where(element), message))
        elif len(self.remarks) == MOST_REMARKS:
            self.remarks.append(Remark("/ClinicalDocument", "D'autres éléments ne sont pas repris."))

    def _where(self, element: etree._Element) -> str:
        """The path of an element, with ranks among siblings of the same name."""
        steps = []
        node: etree._Element | None = element
        while node is not None:
            name = node.tag.rpartition("}")[2]
            if node is self.root:
                steps.append(name)
                break
            steps.append(name + self._rank(node))
            node = node.getparent()
        return "/" + "/".join(reversed(steps))

    def _rank(self, node: etree._Element) -> str:
        """``[2]`` for the second of several; the children of a parent are counted once."""
        parent = node.getparent()
        if parent not in self._ranks and parent is not None:
            by_name: dict[str, list[etree._Element]] = {}
            for one in parent.iterchildren("*"):
                by_name.setdefault(one.tag, []).append(one)
            self._ranks[parent] = {
                one: f"[{rank}]" if len(same) > 1 else ""
                for same in by_name.values()
                for rank, one in enumerate(same, 1)
            }
        return self._ranks.get(parent, {}).get(node, "")


class _Tags(dict[str, str]):
    """Names with their namespace, HL7's unless they have their own."""

    def __missing__(self, name: str) -> str:
        tag = name if name.startswith("{") else HL7 + name
        self[name] = tag
        return tag


_TAGS: Final = _Tags()


def _moment(stamp: str) -> tuple[datetime | None, str]:
    """An HL7 time, and what is doubtful in it; None for another form, or a time that does not exist."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None, "Cette heure n'a pas la forme attendue : elle n'est pas reprise."
    day, offset = found["day"], found["offset"]
    numbers = (int(day[:4]), int(day[4:6]), int(day[6:]))
    clock = (int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
    try:
        local = datetime(*numbers, *clock)  # noqa: DTZ001 (the offset is added next)
        moment = local.replace(tzinfo=_zone(offset, local))
        # An hour that Paris cannot tell (the last of the year 9999) could not be written again.
        moment.astimezone(PARIS)
        return moment, _doubt(found)
    except (ValueError, OverflowError):
        return None, "Cette heure n'existe pas : elle n'est pas reprise."


def _zone(offset: str | None, local: datetime) -> timezone:
    """The offset as told, else that of Paris then: fixed, so that an hour told twice stays the one that was read."""
    if offset is None:
        return timezone(PARIS.utcoffset(local) or timedelta())
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return timezone(-span if offset[0] == "-" else span)


def _doubt(found: re.Match[str]) -> str:
    if found["hour"] is None:
        return "Cette date n'a pas d'heure : elle est lue à minuit, heure de Paris."
    if found["offset"] is None:
        return "Cette heure n'a pas de décalage horaire : elle est lue à l'heure de Paris."
    return "Les fractions de seconde ne sont pas reprises." if found["part"] else ""
