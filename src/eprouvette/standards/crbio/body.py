"""The body: chapters and sub-chapters, comments on the whole report, copy of the PDF.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 6, 6.1 and 8).
"""

from __future__ import annotations

import base64
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import rows, shapes
from eprouvette.standards.crbio.entries import section_entry
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, text
from eprouvette.standards.crbio.narrative import attachment_text, comments_text, section_text
from eprouvette.standards.crbio.rows import Place
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Chapter, Sample, Section
from eprouvette.standards.report.words import day_and_hour, person

_CHAPTER: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/><templateId root="1.2.250.1.213.1.1.2.70"/>')
_SUB_CHAPTER: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.2.2"/><templateId root="1.2.250.1.213.1.1.2.71"/>')
_COMMENTS: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.12.201"/><templateId root="1.3.6.1.4.1.19376.1.4.1.2.16"/>'
    '<templateId root="1.2.250.1.213.1.1.2.73"/>'
)
_SCANNED: Final = Xml('<templateId root="1.2.250.1.213.1.1.2.60"/>')
COMMENTS_TITLE: Final = "Commentaire"
CLINICAL_TITLE: Final = "Renseignements cliniques"
REVISION_TITLE: Final = "Modifications depuis la version précédente"
CANCELLED_TITLE: Final = "Compte rendu annulé"
"""Titles by which the sections of words are told apart, here and by the reader."""
_PDF_TYPE: Final = Xml(
    '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.13"/><templateId root="1.2.250.1.213.1.1.3.48"/>'
    '<templateId root="1.2.250.1.213.1.1.3.48.18"/>'
)
_COPY: Final = Coded("55108-5", oids.LOINC, "Copie du document")


def chapters(report: LabReport) -> Xml:
    """One ``component/section`` per chapter, with entries."""
    samples = {
        sample.key: sample for chapter in report.chapters for section in chapter.sections for sample in section.samples
    }
    return join(_chapter(chapter, f"c{number}", samples, report) for number, chapter in enumerate(report.chapters, 1))


def _chapter(chapter: Chapter, base: str, samples: dict[str, Sample], report: LabReport) -> Xml:
    """Either text and one entry, or sub-chapters only: the rules refuse a mixture."""
    title = chapter.title or chapter.code.display
    opening = (_CHAPTER, shapes.code("code", chapter.code), el("title", text(title)))
    first = chapter.sections[0]
    if first.code is None:
        place = Place(base, first, samples, report.cancelled)
        return _component(*opening, section_text(place), section_entry(place, chapter.code))
    subs = (
        _sub_chapter(section, Place(f"{base}-{n}", section, samples, report.cancelled), chapter)
        for n, section in enumerate(chapter.sections, 1)
    )
    return _component(*opening, *subs)


def _sub_chapter(section: Section, place: Place, chapter: Chapter) -> Xml:
    code = section.code or chapter.code
    return _component(
        _SUB_CHAPTER,
        # Only LOINC is accepted at this level: under a provisional code the title speaks alone.
        shapes.code("code", code) if code.system == oids.LOINC else NOTHING,
        el("title", text(section.title or code.display)),
        section_text(place),
        section_entry(place, code),
    )


def _component(*children: Xml) -> Xml:
    return el("component", el("section", *children))


def cancellation(report: LabReport) -> Xml:
    """The section that opens a cancelling version: who cancels, when and why."""
    if not report.cancelled:
        return NOTHING
    return _said(report, "revision", CANCELLED_TITLE, _revision(report))


def comments(report: LabReport) -> Xml:
    """The sections of words on the whole report: what changed, what the prescriber said, the comments."""
    said = (
        ("revision", REVISION_TITLE, () if report.cancelled else _revision(report)),
        ("clinical", CLINICAL_TITLE, (report.order.clinical_data,) if report.order.clinical_data else ()),
        ("comments", COMMENTS_TITLE, report.comments),
        *((f"note-{number}", note.title, note.paragraphs) for number, note in enumerate(report.notes, 1)),
    )
    return join(_said(report, part, title, words) for part, title, words in said if words)


def _said(report: LabReport, part: str, title: str, words: tuple[str, ...]) -> Xml:
    return _component(
        _COMMENTS,
        el("id", root=shapes.part_id(report, part)),
        shapes.loinc("code", "55112-7", "Commentaire"),
        el("title", text(title)),
        comments_text(words),
    )


def _revision(report: LabReport) -> tuple[str, ...]:
    revision = report.revision
    if revision is None:
        return ()
    who_and_when = f"par {person(revision.by.name)} le {day_and_hour(revision.at)} :"
    if report.cancelled:
        return (f"Ne pas utiliser la version précédente. Annulé {who_and_when}", *revision.changes)
    return (f"Corrigé {who_and_when}", *revision.changes)


def attachments(report: LabReport) -> Xml:
    """One section of scanned results for each PDF joined to the report."""
    return join(
        _component(
            _SCANNED,
            el("id", root=shapes.part_id(report, f"attachment-{number}")),
            shapes.loinc("code", "101792-0", "Résultats de laboratoire scannés"),
            el("title", text(attachment.title)),
            attachment_text(f"d{number}", attachment),
            el("entry", _file(report, f"d{number}", attachment.content, attachment.type)),
        )
        for number, attachment in enumerate(report.attachments, 1)
    )


def _file(report: LabReport, base: str, pdf: bytes, kind: Coded | None) -> Xml:
    """The organizer of an attached PDF; its type is ``kind``, else the words of the narrative."""
    label = rows.label_id(base)
    media = el(
        "observationMedia",
        Xml(f'<value mediaType="application/pdf" representation="B64">{base64.b64encode(pdf).decode("ascii")}</value>'),
        classCode="OBS",
        moodCode="EVN",
        ID=rows.image_id(base),
    )
    type_of = el(
        "observation",
        _PDF_TYPE,
        el("id", root=shapes.part_id(report, f"{base}-type")),
        shapes.loinc("code", "69764-9", "Type de document"),
        Xml(
            f'<text><reference value="#{label}"/></text><statusCode code="completed"/><effectiveTime nullFlavor="NA"/>'
        ),
        shapes.code("value", kind, xsi_type="CD") if kind else el("value", shapes.original(label), xsi_type="CD"),
        classCode="OBS",
        moodCode="EVN",
    )
    return el(
        "organizer",
        Xml('<templateId root="1.2.250.1.213.1.1.3.18"/>'),
        el("id", root=shapes.part_id(report, f"{base}-organizer")),
        shapes.loinc("code", "55107-7", "Document attaché"),
        Xml('<statusCode code="completed"/>'),
        el("component", type_of),
        el("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )


def pdf_copy(report: LabReport, pdf: bytes) -> Xml:
    """The section that carries the report as a PDF."""
    return _component(
        Xml('<templateId root="1.2.250.1.213.1.1.2.243"/>'),
        el("id", root=shapes.part_id(report, "pdf-section")),
        shapes.code("code", _COPY),
        Xml("<title>Copie du document</title>"),
        Xml(
            f'<text><paragraph><content ID="{rows.label_id("pdf")}">Copie du compte rendu au format PDF</content>'
            f'<renderMultiMedia referencedObject="{rows.image_id("pdf")}"/></paragraph></text>'
        ),
        el("entry", _file(report, "pdf", pdf, _COPY)),
    )
