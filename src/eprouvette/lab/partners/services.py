"""Receiving the report of a subcontracting laboratory: whose it is, what it answers, what is joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.documents import services as documents
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.identity.queries import report_patient
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.partners.errors import LaboratoryMissingError, OtherPatientError, PartnerFileError
from eprouvette.lab.partners.models import PartnerReport
from eprouvette.lab.partners.rules import Answer, Wanted, answers, differences, spelled
from eprouvette.lab.results import queries as result_queries
from eprouvette.lab.results import services as results
from eprouvette.lab.results import values
from eprouvette.lab.results.errors import ResultRefusedError
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report.media import pdf_fault
from eprouvette.standards.report.model import LabReport

MAX_BYTES = 20_000_000
"""A file above this is refused before it is read."""
SOURCE = "partner:"
"""What the origin of a result begins with when a partner made it; the report's row follows."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who made a PDF that says nothing of it: name and FINESS of the laboratory."""

    name: str = ""
    finess: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a partner's report."""

    row: PartnerReport
    taken: tuple[str, ...]
    others: tuple[str, ...]


def receive(dossier_id: int, content: bytes, *, user: User, title: str = "", sender: Sender | None = None) -> Received:
    """Join a partner's report to a dossier: the results that answer a request are recorded, to be checked and
    validated as any other; its PDF is joined to the report.

    Raises `RightMissingError`, `PartnerFileError`, `OtherPatientError`, `LaboratoryMissingError`,
    `ReleasedDossierError`, `UnknownDossierError`, or what refuses a result.
    """
    accounts.require(user, Act.ENTER_RESULT)
    if len(content) > MAX_BYTES:
        raise PartnerFileError(f"Ce fichier dépasse {MAX_BYTES // 1_000_000} Mo.")
    with transaction.atomic():
        dossier = orders.get(dossier_id, for_update=True)
        results.require_open(dossier)
        if content.startswith(b"%PDF-"):
            received = _receive_pdf(dossier, content, title, sender or Sender(), user)
        else:
            received = _receive_cda(dossier, content, title, user)
        audit.record(
            actor=user.actor,
            action="partner.received",
            target=f"dossier:{dossier.pk}",
            details={"report": received.row.pk, "taken": len(received.taken), "others": len(received.others)},
        )
    return received


def _receive_pdf(dossier: Dossier, content: bytes, title: str, sender: Sender, user: User) -> Received:
    if fault := pdf_fault(content):
        raise PartnerFileError(f"{fault[0].upper()}{fault[1:]}")
    if not sender.name.strip() or not (sender.finess.isascii() and sender.finess.isdigit() and len(sender.finess) == 9):
        raise LaboratoryMissingError
    row = PartnerReport(
        title=title.strip() or "Compte rendu du laboratoire sous-traitant",
        laboratory_name=sender.name.strip(),
        laboratory_id=f"1{sender.finess}",
        performed_at=_now(),
        pdf=documents.store(content, "application/pdf"),
    )
    return Received(_kept(row, dossier, user), (), ())


def _receive_cda(dossier: Dossier, content: bytes, title: str, user: User) -> Received:
    try:
        found = read_report(content)
    except UnreadableCdaError as error:
        raise PartnerFileError(f"Ce fichier n'est pas un CR-BIO lisible : {error.message}") from error
    report = found.report
    if told := differences(report.patient, report_patient(dossier.patient, "0")):
        raise OtherPatientError(told)
    requested = {one.exam.code: one.exam for one in result_queries.awaited(dossier.pk)}
    wanted = [Wanted(exam.code, exam.loinc, exam.label) for exam in requested.values()]
    matched, others = answers(report, wanted)
    lines, refused = _lines(matched, report, requested)
    pdf = found.pdf if found.pdf and pdf_fault(found.pdf) is None else None
    row = PartnerReport(
        title=title.strip() or "Compte rendu du laboratoire sous-traitant",
        laboratory_name=report.laboratory.name,
        laboratory_id=report.laboratory.id.extension,
        performed_at=report.service_event.performed_at,
        cda=documents.store(content, "text/xml"),
        pdf=documents.store(pdf, "application/pdf") if pdf else "",
        taken=len(lines),
        others=[*others, *refused],
    )
    _kept(row, dossier, user)
    if lines:
        results.record(dossier.pk, lines, source=f"{SOURCE}{row.pk}", actor=user)
    return Received(row, tuple(requested[line.exam_code].label for line in lines), tuple(row.others))


def _lines(
    matched: tuple[Answer, ...], report: LabReport, requested: Mapping[str, Exam]
) -> tuple[list[IncomingResult], list[str]]:
    """The results that our catalogue can take, and why it cannot take the others."""
    lines, refused = [], []
    for answer in matched:
        if answer.observation.value is None and answer.observation.status == "completed":
            refused.append(f"{requested[answer.wanted.code].label} : le résultat n'a pas de valeur lisible.")
            continue
        line = _incoming(answer, report)
        try:
            if line.status == "F":
                values.parse(line, results.shape_of(requested[line.exam_code]))
        except ResultRefusedError as error:
            refused.append(error.message)
        else:
            lines.append(line)
    return lines, refused


def _kept(row: PartnerReport, dossier: Dossier, user: User) -> PartnerReport:
    if PartnerReport.objects.filter(dossier=dossier, cda=row.cda, pdf=row.pdf).exists():
        raise PartnerFileError("Ce compte rendu est déjà joint au dossier.", hint="Rien n'est à faire.")
    row.dossier, row.received_at, row.received_by = dossier, _now(), user
    row.save()
    return row


def _incoming(answer: Answer, report: LabReport) -> IncomingResult:
    observation = answer.observation
    value, unit = spelled(observation.value) if observation.value is not None else ("", "")
    return IncomingResult(
        exam_code=answer.wanted.code,
        value=value,
        unit=unit,
        # A document need not say when each result was measured: then it was when the act was.
        measured_at=observation.time or report.service_event.performed_at,
        status="F" if observation.value is not None else "X",
        method=observation.method.text if observation.method else "",
        comment=" ".join(observation.comments),
        place=report.laboratory.name,
    )


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def remove(report_id: int, *, user: User) -> None:
    """Take back a PDF joined by mistake, before its report leaves; one whose results were taken stays.

    Raises `RightMissingError`, `PartnerFileError` or `ReleasedDossierError`.
    """
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        row = (
            PartnerReport.objects.select_for_update(of=("self",)).select_related("dossier").filter(pk=report_id).first()
        )
        if row is None:
            raise PartnerFileError("Ce compte rendu n'est plus joint.", hint="Revenir au dossier.")
        results.require_open(row.dossier)
        if row.taken:
            raise PartnerFileError("Des résultats en ont été repris.", hint="Corriger ou abandonner ces résultats.")
        audit.record(actor=user.actor, action="partner.removed", target=f"dossier:{row.dossier_id}")
        row.delete()
