"""Reading a CR-BIO back: any conformant document, N3 or N1, plain or self-presentable, into a `LabReport`.

    found = read_report(data)
    found.report, found.pdf, found.remarks

What the document says and the model does not hold is a remark with its place, never silence: an element or an
attribute that was not read, a row or a paragraph that no entry points at, a value that was replaced. Passed over
without a word is only what says nothing of its own: templateIds, identifiers of parts (sections, joined files), the
words of codes whose words are fixed, the way in which an address is split.

Beside an entry the narrative is not read twice: the cells of a row that an entry points at are taken as saying what
the entry says.

Source: ANS, CI-SIS, volet CR-BIO 2024.01 and 2021.01 (digest ``cr-bio.md``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from eprouvette.core.xml import UnreadableXmlError, parse
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader.body import Body, BodyReader
from eprouvette.standards.crbio.reader.header import Header, header, with_chapters
from eprouvette.standards.crbio.reader.telling import left_over
from eprouvette.standards.crbio.reader.tree import HL7, MOST_REMARKS, Remark, Tree
from eprouvette.standards.report.model import LabReport, Revision
from eprouvette.standards.report.people import Device, Organization, Professional

__all__ = ["MOST_REMARKS", "ReadReport", "Remark", "read_report"]

_PRESENTABLE = "{http://www.w3.org/1999/XSL/Transform}stylesheet"


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
    return ReadReport(_report(head, body), body.pdf, _remarks(tree))


def _report(head: Header, body: Body) -> LabReport:
    parties, chapters = head.parties, tuple(body.chapters)
    signature = parties.legal_authenticator
    report = LabReport(
        # The header knows no third state: only the words of the document say that it is cancelled.
        document=replace(head.document, status="aborted") if body.cancelled else head.document,
        patient=head.patient,
        authors=parties.authors,
        custodian=parties.custodian,
        legal_authenticator=signature,
        order=replace(head.order, clinical_data=body.clinical_data),
        service_event=with_chapters(head.service_event, chapters),
        encounter=head.encounter,
        chapters=chapters,
        validators=parties.validators,
        sampler=parties.sampler,
        attending=parties.attending,
        copies=parties.copies,
        comments=tuple(body.comments),
        revision=Revision(tuple(body.changes), signature.by, signature.at) if body.changes else None,
        second_intention=head.second_intention,
        attachments=tuple(body.attachments),
        screening=body.screening,
        informants=parties.informants,
        authored_at=parties.authored_at,
        addressees=parties.addressees,
        notes=tuple(body.notes),
    )
    return replace(report, authors=tuple(_author(author, report.laboratory) for author in report.authors))


def _author(author: Professional | Device, laboratory: Organization) -> Professional | Device:
    """A device that is known by the laboratory needs no identity of its own."""
    if not isinstance(author, Device) or author.organization is None or author.id is not None:
        return author
    plain = replace(laboratory, industry=None, accreditation=())
    owner = replace(author.organization, industry=None)
    return replace(author, organization=None) if owner == plain else replace(author, id=author.organization.id)


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
    for element, attribute in left_over(tree):
        name = element.tag.rpartition("}")[2]
        tree.remark(element, _sentence(element, name, attribute))
        if len(tree.remarks) > MOST_REMARKS:
            break
    return tuple(tree.remarks)


def _sentence(element: etree._Element, name: str, attribute: str) -> str:
    if attribute == "nullFlavor":
        return f"La raison pour laquelle {name} manque ({element.get(attribute)}) n'est pas reprise."
    return f"L'attribut {attribute} de {name} n'est pas repris." if attribute else f"L'élément {name} n'est pas repris."
