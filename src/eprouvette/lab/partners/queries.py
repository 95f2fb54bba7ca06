"""Reading what subcontracting laboratories sent, for the page and for the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.core.dates import PARIS
from eprouvette.foundation.documents import queries as documents
from eprouvette.lab.partners.models import PartnerReport
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report.model import Attachment
from eprouvette.standards.report.people import Organization
from eprouvette.standards.report.results import Performer


@dataclass(frozen=True, slots=True)
class PartnerWork:
    """What the report says of one partner: who did it, and the PDF to join when there is one."""

    id: int
    performer: Performer
    attachment: Attachment | None
    at: datetime


def of_dossier(dossier_id: int) -> tuple[PartnerReport, ...]:
    """The partners' reports of a dossier, as listed."""
    return tuple(PartnerReport.objects.filter(dossier_id=dossier_id).select_related("received_by"))


def get(report_id: int) -> PartnerReport | None:
    """One of them, or None."""
    return PartnerReport.objects.select_related("dossier__patient").filter(pk=report_id).first()


def content(digest: str) -> bytes:
    """The bytes as they came; raises what the document store raises."""
    return documents.load(digest)


def work_of(dossier_id: int) -> tuple[PartnerWork, ...]:
    """What the dossier's report will say of its partners, in the order received."""
    return tuple(_work(row) for row in PartnerReport.objects.filter(dossier_id=dossier_id))


def _work(row: PartnerReport) -> PartnerWork:
    at = row.performed_at.astimezone(PARIS).replace(microsecond=0)
    performer = Performer(Organization(Identifier(oids.STRUCTURE, row.laboratory_id), row.laboratory_name), at=at)
    if row.cda:
        read = read_report(documents.load(row.cda)).report
        performer = Performer(read.laboratory, read.legal_authenticator.by, at)
    joined = Attachment(row.title, documents.load(row.pdf), performer) if row.pdf else None
    return PartnerWork(row.pk, performer, joined, at)
