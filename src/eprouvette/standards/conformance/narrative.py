"""What people read: its links with the entries, and that it says what they say.

Source: CI-SIS CR-BIO 2024.01 (the narrative shows everything that the entries show); HL7 CDA R2, narrative block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from lxml import etree

from eprouvette.standards.conformance.cda import HL7, Cda, Parts, child, descend, local
from eprouvette.standards.conformance.findings import PRACTICE, SCHEMA, Log, Rule
from eprouvette.standards.conformance.printed import (
    Words,
    find_number,
    full_text,
    label_of,
    referred,
    squeeze,
    squeeze_all,
    words_of,
)
from eprouvette.standards.conformance.results import RESULT
from eprouvette.standards.conformance.samples import COMMENT

_SECTION: Final = HL7 + "section"
_LINK: Final = HL7 + "linkHtml"
_VALUE: Final = HL7 + "value"
_MEANING: Final = HL7 + "interpretationCode"
_RANGE: Final = HL7 + "referenceRange"
_LINKED: Final = HL7 + "entryRelationship"
_ROW: Final = HL7 + "tr"
_BLOCKS: Final = frozenset(HL7 + name for name in ("paragraph", "item", "td", "th", "text", "caption"))
_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_SAFE_LINK: Final = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_SIGNS: Final = {"<": ("<", "≤", "inf"), ">": (">", "≥", "sup")}
_ABNORMAL: Final = frozenset({"A", "AA", "H", "HH", "HU", "L", "LL", "LU", "POS", "DET", "R", "I", "SDD", "S"})

DANGLING = Rule("NAR-01", "error", "La référence {target} ne mène à aucun ID du document.", PRACTICE)
DUPLICATE = Rule("NAR-02", "error", "L'ID {target} figure deux fois.", SCHEMA)
NAME = Rule("NAR-03", "error", "L'ID {target} n'est pas un nom XML (ni chiffre en tête, ni espace).", SCHEMA)
MEDIA = Rule("NAR-04", "error", "renderMultiMedia renvoie à {target}, qui n'existe pas.", PRACTICE)
EMPTY = Rule("NAR-05", "error", "Le texte de cette section est vide : rien ne serait lu.", PRACTICE)
FORM = Rule("NAR-06", "error", "Une référence au texte commence par « # ».", PRACTICE)
VALUE = Rule("NAR-07", "error", "Le texte n'écrit pas la valeur de l'entrée : {label}.", PRACTICE)
RANGE = Rule("NAR-08", "error", "Le texte n'écrit pas l'intervalle de référence de l'entrée : {label}.", PRACTICE)
PRIOR = Rule("NAR-09", "error", "Le texte n'écrit pas une antériorité de l'entrée : {label}.", PRACTICE)
COMMENTED = Rule("NAR-10", "error", "Le commentaire désigne un texte vide.", PRACTICE)
LABEL = Rule("NAR-11", "error", "Le texte ne nomme pas l'examen que l'entrée désigne.", PRACTICE)
LINK = Rule(
    "NAR-12", "error", "Un lien du texte ne mène ni au web (http, https), ni à une adresse, ni à un ID.", PRACTICE
)
MEANING = Rule("NAR-13", "warning", "Le texte ne dit ni ne marque l'interprétation de l'entrée : {label}.", PRACTICE)
UNIT = Rule("NAR-14", "error", "La colonne des unités est vide pour un résultat qui en a une : {label}.", PRACTICE)


def check(cda: Cda, log: Log) -> None:
    """The rules of the narrative; a level 1 document has none."""
    named = _names(cda, log)
    for reference in cda.all("reference"):
        value = reference.get("value")
        if value is None:
            continue
        if not value.startswith("#"):
            log.add(FORM, reference)
        elif value[1:] not in named:
            log.add(DANGLING, reference, target=value)
    for media in cda.all("renderMultiMedia"):
        for target in media.get("referencedObject", "").split():
            if target not in named:
                log.add(MEDIA, media, target=target)
    for text in cda.all("text"):
        parent = text.getparent()
        if parent is not None and parent.tag == _SECTION:
            if not len(text) and not (text.text or "").strip():
                log.add(EMPTY, parent)
            for link in text.iter(_LINK):
                if not _SAFE_LINK.match(link.get("href", "#")):
                    log.add(LINK, link)
    _entries(cda, named, log)


def _names(cda: Cda, log: Log) -> dict[str, etree._Element]:
    named: dict[str, etree._Element] = {}
    for element in cda.identified:
        name = element.get("ID", "")
        if name in named:
            log.add(DUPLICATE, element, target=name)
        if not _NAME.fullmatch(name):
            log.add(NAME, element, target=name)
        named[name] = element
    return named


def _entries(cda: Cda, named: Mapping[str, etree._Element], log: Log) -> None:
    """What the entries say stands in the narrative, in the row that names the exam."""
    results = [one for one in cda.all("observation") if RESULT[0] in cda.templates(one)]
    labels = [label_of(one, named) for one in results]
    rows = [place if place is None else _row(place) for place, _ in labels]
    said = squeeze_all(["" if row is None else full_text(row) for row in rows])
    columns = _Columns()
    for observation, (_, label), row, words in zip(results, labels, rows, said, strict=True):
        if row is not None:
            _result(cda.parts(observation), _Told(observation, label.strip(), row, words), named, columns, log)
    for act in cda.all("act"):
        if COMMENT[0] in cda.templates(act):
            text = referred(child(act, "text"), named)
            if text is not None and not len(text) and not (text.text or "").strip():
                log.add(COMMENTED, act)


class _Told(NamedTuple):
    """What the narrative says of a result: the name of the exam, its row, the squeezed words of the row."""

    observation: etree._Element
    label: str
    row: etree._Element
    words: str


def _result(parts: Parts, told: _Told, named: Mapping[str, etree._Element], columns: _Columns, log: Log) -> None:
    label, said = told.label, told.words
    if not label:
        log.add(LABEL, told.observation)
        return
    for value in parts.get(_VALUE, ()):
        if not _says(said, words_of(value, named)):
            log.add(VALUE, value, label=label)
        elif value.get("unit") is not None and columns.unit_is_empty(told.row):
            log.add(UNIT, value, label=label)
    for meaning in parts.get(_MEANING, ()):
        if meaning.get("code") in _ABNORMAL and not _is_marked(meaning, told.row, said):
            log.add(MEANING, meaning, label=label)
    for reference in parts.get(_RANGE, ()):
        bounds = descend(reference, "observationRange", "value")
        if bounds is not None and not _says_numbers(said, words_of(bounds, named)):
            log.add(RANGE, reference, label=label)
    for link in parts.get(_LINKED, ()):
        earlier = descend(link, "observation", "value") if link.get("typeCode") == "REFR" else None
        if earlier is not None and not _says(said, words_of(earlier, named)):
            log.add(PRIOR, link, label=label)


def _row(place: etree._Element) -> etree._Element:
    """The row of a table that holds ``place``, else the smallest block around it."""
    block: etree._Element | None = None
    for above in place.iterancestors():
        if above.tag == _ROW:
            return above
        if block is None and above.tag in _BLOCKS:
            block = above
        if above.tag == HL7 + "text":
            break
    return place if block is None else block


def _says(said: str, words: Words) -> bool:
    if words.sign and not any(sign in said for sign in _SIGNS[words.sign]):
        return False
    return _says_numbers(said, words) and (not words.text or words.text in said)


def _says_numbers(said: str, words: Words) -> bool:
    return all(find_number(said, number) >= 0 for number in words.numbers)


class _Columns:
    """Where each table of the document writes units, read once from its head."""

    def __init__(self) -> None:
        self._units: dict[etree._Element, int] = {}

    def unit_is_empty(self, row: etree._Element) -> bool:
        """True when the table has a column of units and the row says nothing there."""
        table = next(row.iterancestors(HL7 + "table"), None) if row.tag == _ROW else None
        if table is None:
            return False
        if table not in self._units:
            heads = [full_text(head).strip().casefold() for head in table.iterfind(f"{HL7}thead/{_ROW}/*")]
            self._units[table] = next((rank for rank, head in enumerate(heads) if head.startswith("unit")), -1)
        column = self._units[table]
        return 0 <= column < len(row) and not full_text(row[column]).strip()


def _is_marked(meaning: etree._Element, row: etree._Element, said: str) -> bool:
    """The words or the code of an interpretation, or emphasis, stand in the row."""
    if any("Bold" in one.get("styleCode", "") for one in row.iter(HL7 + "content")):
        return True
    words = squeeze(meaning.get("displayName", ""))
    if words and words in said:
        return True
    return any(squeeze(full_text(cell)) == squeeze(meaning.get("code", "")) for cell in row if local(cell) == "td")
