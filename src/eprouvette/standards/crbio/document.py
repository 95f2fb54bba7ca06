"""The two documents made of a report: structured (N3) and carrying only its PDF (N1)."""

from __future__ import annotations

import base64
from typing import Final

from eprouvette.standards.crbio import body, screening
from eprouvette.standards.crbio.coherence import require_coherent, require_writable
from eprouvette.standards.crbio.header import header
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join
from eprouvette.standards.crbio.presentable import SHEET_NAME, presentable
from eprouvette.standards.crbio.profile import CRBIO_2024_01, CrbioProfile
from eprouvette.standards.report.house import PLAIN, House
from eprouvette.standards.report.model import LabReport

_ROOT: Final = Xml(
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"'
    ' xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_PROLOG: Final = Xml(
    f'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="{SHEET_NAME}"?>\n'
)


def write_n3(
    report: LabReport,
    pdf: bytes,
    *,
    stylesheet: bool = False,
    profile: CrbioProfile = CRBIO_2024_01,
    house: House = PLAIN,
) -> bytes:
    """The structured document (CDA R2 level 3, CR-BIO of ``profile``) with ``pdf`` as its copy where it holds one.

    With ``stylesheet`` the bytes are a self-presentable file (our sheet, in the dress of ``house``, holding the
    document), else the plain
    document. Equal arguments give equal bytes. Raises `ForbiddenCharacterError` and `IncoherentReportError`,
    both naming the place.
    """
    require_coherent(report)
    head = header(report, profile.n3_templates)
    sections = (
        body.cancellation(report),
        screening.reason(report),
        body.chapters(report),
        body.attachments(report),
        screening.vaccinations(report),
        body.comments(report),
    )
    content = join((head, *sections))
    require_writable(content, report)
    chapters = Xml(content[len(head) :])
    copy = body.pdf_copy(report, pdf) if profile.pdf_copy else NOTHING
    structured = el("component", el("structuredBody", chapters, copy))
    return _bytes(Xml(head + structured), house=house if stylesheet else None)


def write_n1(
    report: LabReport,
    pdf: bytes,
    *,
    stylesheet: bool = False,
    profile: CrbioProfile = CRBIO_2024_01,
    house: House = PLAIN,
) -> bytes:
    """The document whose body is ``pdf`` (CDA R2 level 1), under the same header.

    Same promises and errors as `write_n3`.
    """
    require_coherent(report, body=False)
    head = header(report, profile.n1_templates)
    require_writable(head, report)
    encoded = base64.b64encode(pdf).decode("ascii")
    file = Xml(f'<text mediaType="application/pdf" representation="B64">{encoded}</text>')
    return _bytes(Xml(head + el("component", el("nonXMLBody", file))), house=house if stylesheet else None)


def self_presentable(plain: bytes, house: House = PLAIN) -> bytes:
    """The self-presentable form of a plain document that `write_n3` or `write_n1` wrote, and of no other.

    The same bytes as with ``stylesheet``, for a fraction of the cost of writing the report again.
    """
    document = plain.decode().removeprefix(_PROLOG).removesuffix("\n")
    return presentable(Xml(document), house).encode()


def _bytes(content: Xml, *, house: House | None) -> bytes:
    document = Xml(f"{_ROOT}{content}</ClinicalDocument>")
    return (presentable(document, house) if house is not None else Xml(f"{_PROLOG}{document}\n")).encode()
