"""The PDF against the CDA: the same patient, the same results, the same document.

The PDF is the one given, else the copy that the document holds, else the body of a level 1 document. For a PDF of ours
(``ours``) everything must be printed, in the order of the document: an error refuses the release. Another producer's
PDF may lay things out as it likes: what is not found there is a warning, only a PDF that cannot be read, is not the one
that the document holds, or prints another INS is an error.

Source: CI-SIS CR-BIO 2024.01, copy of the document (the PDF shows the header and the whole narrative).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import key_of
from eprouvette.standards.conformance.body import PDF_COPY
from eprouvette.standards.conformance.cda import Cda, Version, child, children, descend, read, templates
from eprouvette.standards.conformance.findings import PRACTICE, Finding, Log, Rule
from eprouvette.standards.conformance.pdf_text import UnreadablePdfError, read_pages
from eprouvette.standards.conformance.printed import (
    Words,
    find_number,
    full_text,
    label_of,
    referred,
    squeeze,
    words_of,
)
from eprouvette.standards.conformance.results import RESULT
from eprouvette.standards.conformance.samples import COMMENT

UNREADABLE = Rule("PDF-01", "error", "Le PDF ne peut pas être comparé ({reason}).", PRACTICE)
ABSENT = Rule("PDF-02", "error", "Le document ne contient pas de PDF et aucun n'est donné : rien à comparer.", PRACTICE)
OTHER = Rule("PDF-03", "error", "Le PDF que contient le document n'est pas celui qui est donné.", PRACTICE)
SCANNED = Rule(
    "PDF-04", "error", "Le PDF ne contient pas de texte (image seule) : rien ne peut être comparé.", PRACTICE
)
TRAIT = Rule("PDF-05", "error", "Le PDF n'imprime pas ce trait du patient comme le document : {name}.", PRACTICE)
INS = Rule("PDF-06", "error", "Le PDF n'imprime pas le matricule INS du document.", PRACTICE)
STRANGER = Rule("PDF-07", "error", "Le PDF imprime un autre matricule INS que celui du document.", PRACTICE)
LABEL = Rule("PDF-08", "error", "Le PDF n'imprime pas ce résultat : {label}.", PRACTICE)
VALUE = Rule("PDF-09", "error", "Le PDF n'imprime pas la valeur ou l'unité du document : {label}.", PRACTICE)
RANGE = Rule("PDF-10", "error", "Le PDF n'imprime pas l'intervalle de référence du document : {label}.", PRACTICE)
PRIOR = Rule("PDF-11", "error", "Le PDF n'imprime pas une antériorité du document : {label}.", PRACTICE)
WORDS = Rule("PDF-12", "error", "Le PDF n'imprime pas un commentaire ou un texte du document.", PRACTICE)
PERSON = Rule("PDF-13", "error", "Le PDF ne nomme pas {name}.", PRACTICE)
NUMBER = Rule("PDF-14", "error", "Le PDF n'imprime pas l'identifiant et la version de ce document.", PRACTICE)
PAGES = Rule("PDF-15", "error", "Une page du PDF ne porte pas son rang et le nombre de pages.", PRACTICE)

_ALWAYS: Final = frozenset(rule.id for rule in (UNREADABLE, ABSENT, OTHER, STRANGER))
"""Errors whoever made the PDF."""
_SEXES: Final = {"F": ("féminin", "sexe:f", "sexef"), "M": ("masculin", "sexe:m", "sexem"), "UN": ("indéterminé",)}
_MATRICULE: Final = re.compile(
    r"(?<![0-9])[1-478] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?[0-9][0-9ab] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}(?![0-9])"
)
_COMMENT_SECTION: Final = "55112-7"
_ROLES: Final = (
    ("participant[@typeCode='REF']", "le prescripteur"),
    ("informationRecipient", "un destinataire en copie"),
    ("authenticator", "le biologiste qui a validé"),
    ("legalAuthenticator", "le signataire"),
)
_HL7: Final = {"h": "urn:hl7-org:v3"}
_CLOSE: Final = 40
_MOST: Final = 50
"""Differences told of one PDF: beyond, it is that of another report."""


def check_pdf(
    data: bytes, pdf: bytes | None = None, *, ours: bool = False, version: Version = "2024.01"
) -> tuple[Finding, ...]:
    """What differs between a CDA document and its PDF; empty when they say the same.

    Without ``pdf`` the one that the document holds is judged. Linear in the size of both.

    Raises `core.xml.UnreadableXmlError` or `NotACdaError` for bytes that hold no document.
    """
    cda, log = read(data, version), Log()
    place, held = _held(cda)
    if pdf is not None and held is not None and pdf != held:
        log.add(OTHER, place)
    judged = held if pdf is None else pdf
    if judged is None:
        log.add(ABSENT, cda.root)
    else:
        _judge(cda, place, judged, log, ours=ours)
    if ours:
        return tuple(log.findings)
    return tuple(one if one.rule in _ALWAYS else replace(one, severity="warning") for one in log.findings)


def check_copy(data: bytes, pdf: bytes) -> tuple[Finding, ...]:
    """Whether a document holds ``pdf`` itself, without reading it: enough where another form was compared with it.

    Raises `core.xml.UnreadableXmlError` or `NotACdaError`.
    """
    log = Log()
    place, held = _held(read(data))
    if held != pdf:
        log.add(OTHER, place)
    return tuple(log.findings)


def held_pdf(data: bytes) -> bytes | None:
    """The PDF that a document holds, as its copy or as its body; None when it holds none.

    Raises `core.xml.UnreadableXmlError` or `NotACdaError`.
    """
    return _held(read(data))[1]


def _held(cda: Cda) -> tuple[etree._Element, bytes | None]:
    value = descend(cda.root, "component", "nonXMLBody", "text")
    if value is None:
        copies = (section for section in cda.all("section") if PDF_COPY in templates(section))
        medias = (media for section in copies for media in section.iter("{urn:hl7-org:v3}observationMedia"))
        value = next((held for media in medias if (held := child(media, "value")) is not None), None)
    if value is None:
        return cda.root, None
    try:
        return value, base64.b64decode("".join((value.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return value, b""


def _judge(cda: Cda, place: etree._Element, pdf: bytes, log: Log, *, ours: bool) -> None:
    try:
        pages = [squeeze(page) for page in read_pages(pdf)]
    except UnreadablePdfError as error:
        log.add(UNREADABLE, place, reason=error.message.rstrip("."))
        return
    if not any(pages):
        log.add(SCANNED, place)
        return
    text = "\n".join(pages)
    _patient(cda, text, log)
    _people(cda, text, log)
    _identity(cda.root, pages, text, log, ours=ours)
    named = {element.get("ID", ""): element for element in cda.identified}
    _results(cda, named, _Reader(text, ordered=ours), log)
    _said(cda, named, text, log)


def _patient(cda: Cda, text: str, log: Log) -> None:
    role = descend(cda.root, "recordTarget", "patientRole")
    patient = child(role, "patient")
    if role is None or patient is None:
        return
    for name, element, words in _traits(patient):
        if not any(one in text for one in words):
            log.add(TRAIT, element, name=name)
    ours = {one.get("extension", "").casefold() for one in children(role, "id") if one.get("root") in oids.INS_OIDS}
    printed = {found[0].replace(" ", "") for found in _MATRICULE.finditer(text)}
    if ours and not ours & printed and not any(number in text for number in ours):
        log.add(INS, role)
    known = {one.get("extension", "").casefold() for one in cda.all("id")}
    if any(_is_matricule(number) and number not in known for number in printed):
        log.add(STRANGER, role)


def _is_matricule(number: str) -> bool:
    try:
        return key_of(number[:13].upper()) == number[13:]
    except InvalidValueError:
        return False


def _traits(patient: etree._Element) -> Iterator[tuple[str, etree._Element, tuple[str, ...]]]:
    """Each trait with its name and the words by which it may be printed."""
    labels = {"family": "nom", "given": "prénom", "BR": " de naissance", "CL": " utilisé", "": "s de naissance"}
    for name in children(patient, "name"):
        for part in name.iterchildren("{urn:hl7-org:v3}family", "{urn:hl7-org:v3}given"):
            kind = labels["family" if part.tag.endswith("family") else "given"]
            if (part.text or "").strip():
                yield kind + labels.get(part.get("qualifier", ""), ""), part, (squeeze(part.text or ""),)
    birth, sex = child(patient, "birthTime"), child(patient, "administrativeGenderCode")
    written = "" if birth is None else birth.get("value", "")
    if birth is not None and written:
        parts = (written[6:8], written[4:6], written[:4])
        yield "date de naissance", birth, ("/".join(part for part in parts if part), "-".join(filter(None, parts)))
    if sex is not None and sex.get("code") in _SEXES:
        yield "sexe", sex, _SEXES[sex.get("code", "")]
    place = descend(patient, "birthplace", "place")
    for element in (child(place, "name"), descend(place, "addr", "city"), descend(place, "addr", "county")):
        if element is not None and (element.text or "").strip():
            yield "lieu de naissance", element, (squeeze(element.text or ""),)


def _people(cda: Cda, text: str, log: Log) -> None:
    for path, name in _ROLES:
        found = cda.root.xpath(f"h:{path}//h:family", namespaces=_HL7)
        for family in found if isinstance(found, list) else ():
            if isinstance(family, etree._Element) and squeeze(family.text or "") not in text:
                log.add(PERSON, family, name=name)
    laboratory = descend(cda.root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")
    if laboratory is not None and squeeze(full_text(laboratory)) not in text:
        log.add(PERSON, laboratory, name="le laboratoire")


def _identity(root: etree._Element, pages: list[str], text: str, log: Log, *, ours: bool) -> None:
    own, version = child(root, "id"), child(root, "versionNumber")
    if own is not None and version is not None:
        words = (own.get("root", ""), own.get("extension", ""), f"version{version.get('value', '')}")
        if not all(squeeze(word) in text for word in words if word):
            log.add(NUMBER, own)
    turns = (re.search(rf"page{rank}/{len(pages)}(?!\d)", page) for rank, page in enumerate(pages, 1))
    if ours and not all(turns):
        log.add(PAGES, root)


@dataclass(slots=True)
class _Reader:
    """Reads a squeezed text: in order for a PDF of ours, where each result follows the one before."""

    text: str
    ordered: bool
    at: int = 0

    def words(self, words: str) -> bool:
        """True when ``words`` come next, whole or parted by the turn of a page."""
        found = self.text.find(words, self.at)
        end = found + len(words) if found >= 0 else -1
        return self._pass(end)

    def number(self, number: str, after: str = "") -> bool:
        """True when ``number`` comes next, with ``after`` close behind it: a mark may stand between."""
        end = find_number(self.text, number, self.at)
        while end >= 0 and after and self.text.find(after, end, end + len(after) + _CLOSE) < 0:
            end = find_number(self.text, number, end)
        return self._pass(end)

    def _pass(self, end: int) -> bool:
        if end >= 0 and self.ordered:
            self.at = end
        return end >= 0


def _results(cda: Cda, named: Mapping[str, etree._Element], reader: _Reader, log: Log) -> None:
    """Every result, its range and its priors: each found after what was found before it.

    A value that is wrong may be met again further down, and hide the results between: when the next name is missing,
    it is sought again from the name before, and that value is the fault.
    """
    after_name, last = 0, ("", cda.root)
    for observation in cda.all("observation"):
        if RESULT[0] not in cda.templates(observation):
            continue
        if len(log.findings) > _MOST:
            return
        label = label_of(observation, named)[1].strip()
        if not reader.words(squeeze(label)):
            further = reader.at
            reader.at = after_name
            if reader.at == further or not reader.words(squeeze(label)):
                reader.at = further
                log.add(LABEL, observation, label=label)
                continue
            log.add(VALUE, last[1], label=last[0])
        after_name, last = reader.at, (label, observation)
        _one_result(observation, label, named, reader, log)


def _one_result(
    observation: etree._Element, label: str, named: Mapping[str, etree._Element], reader: _Reader, log: Log
) -> None:
    value = child(observation, "value")
    if value is not None and not _meets(words_of(value, named), _unit_printed(observation, value, named), reader):
        log.add(VALUE, value, label=label)
    for reference in children(observation, "referenceRange"):
        bounds = descend(reference, "observationRange", "value")
        if bounds is not None and not all(reader.number(one) for one in words_of(bounds, named).numbers):
            log.add(RANGE, reference, label=label)
    for link in children(observation, "entryRelationship"):
        earlier = descend(link, "observation", "value") if link.get("typeCode") == "REFR" else None
        if earlier is not None and not _meets(words_of(earlier, named), "", reader):
            log.add(PRIOR, link, label=label)


def _meets(words: Words, unit: str, reader: _Reader) -> bool:
    *first, last = words.numbers or ("",)
    if last:
        return all(reader.number(one) for one in first) and reader.number(last, unit if reader.ordered else "")
    return not words.text or reader.words(words.text) or _in_order(words.text, reader)


def _in_order(text: str, reader: _Reader) -> bool:
    """The pieces of a long text one after the other: a turn of page may stand between them."""
    start = reader.at
    for piece in re.findall(r"[^\W_]{1,24}", text):
        at = reader.text.find(piece, start)
        if at < 0:
            return False
        start = at + len(piece)
    if reader.ordered:
        reader.at = start
    return True


def _unit_printed(observation: etree._Element, value: etree._Element, named: Mapping[str, etree._Element]) -> str:
    """The unit as the narrative writes it in a column of units; empty when it has none."""
    place, _ = label_of(observation, named)
    row = None if place is None else next(place.iterancestors("{urn:hl7-org:v3}tr"), None)
    table = None if row is None else next(row.iterancestors("{urn:hl7-org:v3}table"), None)
    if row is None or table is None or value.get("nullFlavor") is not None:
        return ""
    heads = [full_text(head).strip().casefold() for head in table.iterfind("h:thead/h:tr/*", _HL7)]
    column = next((rank for rank, head in enumerate(heads) if head.startswith("unit")), -1)
    return squeeze(full_text(row[column])) if 0 <= column < len(row) else ""


def _said(cda: Cda, named: Mapping[str, etree._Element], text: str, log: Log) -> None:
    """Comments of results and sections, and the sections of words, wherever they are printed."""
    reader = _Reader(text, ordered=False)
    for act in cda.all("act"):
        if COMMENT[0] in cda.templates(act):
            said = referred(child(act, "text"), named)
            if said is not None and not _meets(Words(text=squeeze(full_text(said))), "", reader):
                log.add(WORDS, act)
    for section in cda.all("section"):
        code = child(section, "code")
        if code is None or code.get("code") != _COMMENT_SECTION:
            continue
        for paragraph in section.iter("{urn:hl7-org:v3}paragraph"):
            if not _meets(Words(text=squeeze(full_text(paragraph))), "", reader):
                log.add(WORDS, paragraph)
