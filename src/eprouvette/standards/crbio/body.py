"""The body: chapters and sub-chapters, comments on the whole report, copy of the PDF.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 6, 6.1 and 8).
"""

from __future__ import annotations

import base64
import uuid
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import shapes
from eprouvette.standards.crbio.entries import section_entry
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, text
from eprouvette.standards.crbio.narrative import comments_text, section_text
from eprouvette.standards.crbio.rows import Place
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Chapter, Sample, Section

_CHAPTER: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/><templateId root="1.2.250.1.213.1.1.2.70"/>')
_SUB_CHAPTER: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.2.2"/><templateId root="1.2.250.1.213.1.1.2.71"/>')
_COMMENTS: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.12.201"/><templateId root="1.3.6.1.4.1.19376.1.4.1.2.16"/>'
    '<templateId root="1.2.250.1.213.1.1.2.73"/>'
)
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
    return join(_chapter(chapter, f"c{number}", samples) for number, chapter in enumerate(report.chapters, 1))


def _chapter(chapter: Chapter, base: str, samples: dict[str, Sample]) -> Xml:
    """Either text and one entry, or sub-chapters only: the rules refuse a mixture."""
    opening = (_CHAPTER, shapes.code("code", chapter.code), el("title", text(chapter.code.display)))
    first = chapter.sections[0]
    if first.code is None:
        place = Place(base, first, samples)
        return _component(*opening, section_text(place), section_entry(place, chapter.code))
    subs = (
        _sub_chapter(section, Place(f"{base}-{n}", section, samples), chapter)
        for n, section in enumerate(chapter.sections, 1)
    )
    return _component(*opening, *subs)


def _sub_chapter(section: Section, place: Place, chapter: Chapter) -> Xml:
    code = section.code or chapter.code
    return _component(
        _SUB_CHAPTER,
        # Only LOINC is accepted at this level: under a provisional code the title speaks alone.
        shapes.code("code", code) if code.system == oids.LOINC else NOTHING,
        el("title", text(code.display)),
        section_text(place),
        section_entry(place, code),
    )


def _component(*children: Xml) -> Xml:
    return el("component", el("section", *children))


def comments(report: LabReport) -> Xml:
    """The section of the comments on the whole report, when there are any."""
    if not report.comments:
        return NOTHING
    return _component(
        _COMMENTS,
        el("id", root=_uuid(report, "comments")),
        shapes.loinc("code", "55112-7", "Commentaire"),
        Xml("<title>Commentaire</title>"),
        comments_text(report.comments),
    )


def pdf_copy(report: LabReport, pdf: bytes) -> Xml:
    """The section that carries the report as a PDF."""
    media = el(
        "observationMedia",
        Xml(f'<value mediaType="application/pdf" representation="B64">{base64.b64encode(pdf).decode("ascii")}</value>'),
        classCode="OBS",
        moodCode="EVN",
        ID="pdf",
    )
    kind = el(
        "observation",
        _PDF_TYPE,
        el("id", root=_uuid(report, "pdf-type")),
        shapes.loinc("code", "69764-9", "Type de document"),
        Xml(
            '<text><reference value="#pdf-label"/></text><statusCode code="completed"/><effectiveTime nullFlavor="NA"/>'
        ),
        shapes.code("value", _COPY, xsi_type="CD"),
        classCode="OBS",
        moodCode="EVN",
    )
    organizer = el(
        "organizer",
        Xml('<templateId root="1.2.250.1.213.1.1.3.18"/>'),
        el("id", root=_uuid(report, "pdf-organizer")),
        shapes.loinc("code", "55107-7", "Document attaché"),
        Xml('<statusCode code="completed"/>'),
        el("component", kind),
        el("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )
    return _component(
        Xml('<templateId root="1.2.250.1.213.1.1.2.243"/>'),
        el("id", root=_uuid(report, "pdf-section")),
        shapes.code("code", _COPY),
        Xml("<title>Copie du document</title>"),
        Xml(
            '<text><paragraph><content ID="pdf-label">Copie du compte rendu au format PDF</content>'
            '<renderMultiMedia referencedObject="pdf"/></paragraph></text>'
        ),
        el("entry", organizer),
    )


def _uuid(report: LabReport, part: str) -> str:
    """An identifier of a part, new for each version and equal for equal reports."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{report.document.id}/{part}")).upper()
