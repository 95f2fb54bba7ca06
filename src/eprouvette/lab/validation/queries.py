"""Reading releases, and what may be validated at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.foundation.documents import queries as documents
from eprouvette.foundation.structures import styles
from eprouvette.lab.accounts.models import User
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import queries as results
from eprouvette.lab.results.models import Observation
from eprouvette.lab.results.rules import State
from eprouvette.lab.validation.errors import FindingLine, UnknownReleaseError
from eprouvette.lab.validation.models import Release, ReleasedDocument
from eprouvette.lab.validation.rules import Candidate, left_out_because
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.house import House
from eprouvette.standards.report.model import LabReport


@dataclass(frozen=True, slots=True)
class Choice:
    """A result that awaits somebody; ``proposed`` when it is normal and consistent, else ``reason`` says why not."""

    observation_id: int
    label: str
    state: str
    proposed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release, as listed."""

    id: int
    version: int
    released_by: str
    released_at: datetime
    partial: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A stored form of a release."""

    form: str
    label: str
    digest: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ReleaseDetail:
    """A release with its report, its documents and what our rules found."""

    id: int
    dossier: Dossier
    version: int
    set_id: str
    document_id: str
    released_by: str
    released_at: datetime
    rules_revision: str
    report: LabReport
    documents: dict[str, DocumentLine]
    findings: tuple[FindingLine, ...]
    house: House


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A form of a release, byte for byte as it left (REQ-CRB-16)."""

    content: bytes
    media_type: str
    digest: str


def last_validator(dossier_id: int) -> User | None:
    """The biologist who validated last in a dossier."""
    rows = Observation.objects.filter(dossier_id=dossier_id, state=State.VALIDATED)
    row = rows.select_related("validated_by").order_by("-validated_at", "-pk").first()
    return row.validated_by if row else None


def validation_choice(dossier_id: int) -> tuple[Choice, ...]:
    """The measured and checked results of a dossier, with what is proposed at once and why the rest is not."""
    choices = []
    for chapter in results.lines(dossier_id):
        for line in (line for group in chapter.groups for line in group.lines):
            state = State(line.state)
            if line.id is None or state not in {State.MEASURED, State.CHECKED}:
                continue
            number = None if line.number is None else float(line.number)
            prior = None if line.prior_number is None else float(line.prior_number)
            reason = left_out_because(Candidate(line.label, state, line.interpretation, line.critical, number, prior))
            choices.append(Choice(line.id, line.label, state.value, proposed=not reason, reason=reason))
    return tuple(choices)


def releases_of(dossier_id: int) -> tuple[ReleaseLine, ...]:
    """The releases of a dossier, newest first."""
    rows = Release.objects.filter(dossier_id=dossier_id).select_related("released_by")
    return tuple(
        ReleaseLine(row.pk, row.version, row.released_by.display_name, row.released_at, row.partial, row.cancelled)
        for row in rows
    )


def release_detail(release_id: int) -> ReleaseDetail:
    """A release with all that its page shows; raises `UnknownReleaseError`."""
    rows = Release.objects.select_related("released_by", "dossier__patient", "dossier__site", "style")
    row = rows.filter(pk=release_id).first()
    if row is None:
        raise UnknownReleaseError
    return ReleaseDetail(
        id=row.pk,
        dossier=row.dossier,
        version=row.version,
        set_id=row.set_id,
        document_id=row.document_id,
        released_by=row.released_by.display_name,
        released_at=row.released_at,
        rules_revision=row.rules_revision,
        report=from_json(row.report),
        documents={document.form: _document_line(document) for document in row.documents.all()},
        findings=tuple(FindingLine(**finding) for finding in row.findings),
        house=styles.house_of(row.style),
    )


def _document_line(row: ReleasedDocument) -> DocumentLine:
    return DocumentLine(row.form, ReleasedDocument.Form(row.form).label, row.digest, row.media_type, row.size)


def document(release_id: int, form: str) -> StoredDocument:
    """One form of a release; raises `UnknownReleaseError`, or what the document store raises."""
    row = ReleasedDocument.objects.filter(release_id=release_id, form=form).first()
    if row is None:
        raise UnknownReleaseError
    return StoredDocument(documents.load(row.digest), row.media_type, row.digest)
