"""A released report: preview by its style sheet, PDF, data, checks, deliveries."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.validation import queries as validation
from eprouvette.lab.validation.errors import UnknownReleaseError
from eprouvette.lab.validation.forms import CODES
from eprouvette.standards.crbio import to_html
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Interval, Limit, Numeric, Observation
from eprouvette.standards.report.words import PAGE
from eprouvette.web.banner import banner_context
from eprouvette.web.middleware import DOCUMENT_POLICY
from eprouvette.web.rights import needs, person

TABS = [
    ("apercu", "Aperçu"),
    ("pdf", "PDF"),
    ("donnees", "Données"),
    ("controles", "Contrôles"),
    ("envois", "Envois"),
]
FILE_NAMES = {form: f"{form.replace('_xsl', '-presentable').replace('_', '-')}.xml" for form in CODES}


@require_GET
@needs(Act.SEE_REPORT)
def show(request: HttpRequest, release_id: int, tab: str = "apercu") -> HttpResponse:
    """One view of the report."""
    if tab not in dict(TABS):
        raise Http404
    detail = _detail(release_id)
    context: dict[str, Any] = {
        "section": "dossiers",
        "release": detail,
        "dossier": detail.dossier,
        "tab": tab,
        "tabs": TABS,
        "judged": _judged(release_id),
        "later": _later(detail),
        **banner_context(identity.banner(detail.dossier.patient)),
    }
    if tab == "donnees":
        context |= {"data_rows": data_rows(detail.report), "files": detail.documents.values()}
    elif tab == "controles":
        context |= {"findings": detail.findings, "marks": dispatch.marks_of(release_id)}
    elif tab == "envois":
        context["deliveries"] = dispatch.deliveries_of(release_id)
    audit.record(actor=person(request).actor, action=f"report.seen.{tab}", target=f"release:{release_id}")
    return render(request, "web/report.html", context)


@require_GET
@needs(Act.SEE_REPORT)
def page(request: HttpRequest, release_id: int) -> HttpResponse:
    """The stored CDA through its style sheet, applied on the server: browsers are giving XSLT up."""
    detail = _detail(release_id)
    content = validation.document(detail.id, "n3_xsl").content
    return HttpResponse(to_html(content, house=detail.house), headers={"Content-Security-Policy": DOCUMENT_POLICY})


@require_GET
@needs(Act.SEE_REPORT)
def file(request: HttpRequest, release_id: int, form: str) -> HttpResponse:
    """One stored form of the report, byte for byte (REQ-CRB-16)."""
    if form not in {*FILE_NAMES, "pdf"}:
        raise Http404
    stored = validation.document(_detail(release_id).id, form)
    audit.record(actor=person(request).actor, action=f"report.read.{form}", target=f"release:{release_id}")
    response = HttpResponse(stored.content, content_type=stored.media_type)
    if form == "pdf":
        response.headers["Content-Disposition"] = f'inline; filename="compte-rendu-{release_id}.pdf"'
    else:
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAMES[form]}"'
    return response


def data_rows(report: LabReport) -> list[dict[str, Any]]:
    """Every coded entry of a report, in its order."""
    rows: list[dict[str, Any]] = []
    without = "annulé" if report.cancelled else "non réalisé"
    for chapter in report.chapters:
        for section in chapter.sections:
            for entry in section.entries:
                observations = [observation for _, observation in walk.observations(entry)]
                label = section.code.display if section.code else chapter.code.display
                rows.extend(_row(label, observation, without) for observation in observations)
    return rows


def _row(chapter: str, observation: Observation, without: str) -> dict[str, Any]:
    code = observation.code.loinc or observation.code.local
    value = observation.value
    return {
        "chapter": chapter,
        "label": observation.code.label,
        "code": f"{'LOINC ' if observation.code.loinc else 'local '}{code.code}" if code else "",
        "value": PAGE.value(value) if value is not None else without,
        "unit": (value.unit or "") if isinstance(value, Numeric | Limit | Interval) else "",
        "interpretation": observation.interpretation or "",
        "time": observation.time,
    }


def _later(detail: validation.ReleaseDetail) -> validation.ReleaseLine | None:
    """The newest version of this report, when it is a later one."""
    newest = validation.releases_of(detail.dossier.pk)[0]
    return newest if newest.version > detail.version else None


def _detail(release_id: int) -> validation.ReleaseDetail:
    try:
        return validation.release_detail(release_id)
    except UnknownReleaseError as error:
        raise Http404 from error


def _judged(release_id: int) -> str:
    marks = dispatch.marks_of(release_id)
    if not marks:
        return "Règles officielles : non jugé."
    return " ".join(f"Règles officielles {mark.revision} : {mark.label}." for mark in marks)
