"""Reading a CR-BIO back: any conformant document, N3 or N1, plain or self-presentable, into a `LabReport`.

    found = read_report(data)
    found.report, found.pdf, found.remarks

What the format does not carry as data cannot come back: a joined document's laboratory, the specialty and the
laboratory of who validated a section, more than one contact of the custodian, the words of a range apart from its
criteria when it has bounds. What the document says and the model does not hold is a remark, never silence.

Source: ANS, CI-SIS, volet CR-BIO 2024.01 and 2021.01 (digest ``cr-bio.md``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from eprouvette.core.xml import UnreadableXmlError, parse
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.body import BodyReader
from eprouvette.standards.crbio.reader.header import header
from eprouvette.standards.crbio.reader.tree import HL7, Remark, Tree, where
from eprouvette.standards.report.model import LabReport, Revision

__all__ = ["ReadReport", "Remark", "read_report"]

_PRESENTABLE = "{http://www.w3.org/1999/XSL/Transform}stylesheet"
MOST_REMARKS = 500


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A document read: the report, its PDF when it carries one, and what the report does not hold."""

    report: LabReport
    pdf: bytes | None
    remarks: tuple[Remark, ...]


def read_report(data: bytes) -> ReadReport:
    """The report that a CDA document says.

    Raises `UnreadableCdaError`, naming the place, for bytes that are no CR-BIO or that lack what no report can be
    without (patient, identifiers, signature, acts).
    """
    tree = Tree(_document(data))
    head = header(tree)
    body = BodyReader(tree).read()
    signature = head.legal_authenticator
    report = LabReport(
        # The header knows no third state: only the words of the document say that it is cancelled.
        document=replace(head.document, status="aborted") if body.cancelled else head.document,
        patient=head.patient,
        authors=head.authors,
        custodian=head.custodian,
        legal_authenticator=signature,
        order=replace(head.order, clinical_data=body.clinical_data),
        service_event=head.service_event,
        encounter=head.encounter,
        chapters=tuple(body.chapters),
        validators=head.validators,
        sampler=head.sampler,
        attending=head.attending,
        copies=head.copies,
        comments=tuple(body.comments),
        revision=Revision(tuple(body.changes), signature.by, signature.at) if body.changes else None,
        second_intention=head.second_intention,
        attachments=tuple(body.attachments),
        screening=body.screening,
    )
    return ReadReport(report, body.pdf, _remarks(tree))


def _document(data: bytes) -> etree._Element:
    try:
        root = parse(data).getroot()
    except UnreadableXmlError as error:
        raise UnreadableCdaError(error.message) from error
    name = HL7 + "ClinicalDocument"
    if root.tag == name:
        return root
    found = list(root.iter(name)) if root.tag == _PRESENTABLE else []
    if len(found) != 1:
        raise UnreadableCdaError("Aucun document CDA (ClinicalDocument), ou plusieurs.")
    return found[0]


def _remarks(tree: Tree) -> tuple[Remark, ...]:
    """What was said on the way, then what nobody took, bounded."""
    found = list(tree.remarks)
    for element in tree.left_over(tree.root):
        if len(found) == MOST_REMARKS:
            found.append(Remark("/ClinicalDocument", "D'autres éléments ne sont pas repris."))
            break
        name = element.tag.rpartition("}")[2]
        found.append(Remark(where(element), f"L'élément {name} n'est pas repris."))
    return tuple(found)
