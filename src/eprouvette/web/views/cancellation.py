"""Cancelling a report that left: one page that shows what will happen, and asks why."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.validation import cancellation
from eprouvette.lab.validation import queries as validation
from eprouvette.lab.validation.corrections import LONGEST_REASON
from eprouvette.lab.validation.errors import ReasonRequiredError, ReleaseRefusedError
from eprouvette.web.banner import banner_context
from eprouvette.web.decisions import recipients_of
from eprouvette.web.rights import needs, person


@require_http_methods(["GET", "POST"])
@needs(Act.RELEASE_REPORT)
def cancel(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show who has the report and will be told; then, with a reason, release the version that cancels it."""
    try:
        dossier = orders.get(dossier_id)
    except UnknownDossierError as error:
        raise Http404 from error
    if request.method == "GET":
        return _page(request, dossier)
    try:
        row = cancellation.cancel(dossier_id, request.POST.get("reason", ""), user=person(request))
    except (ReasonRequiredError, ReleaseRefusedError) as error:
        return _page(request, dossier, error)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("dossier", dossier_id)
    messages.success(request, "Compte rendu annulé. Ceux qui l'avaient sont avertis ; les envois sont ci-dessous.")
    return redirect("report_tab", row.pk, "envois")


def _page(request: HttpRequest, dossier: Dossier, refusal: EprouvetteError | None = None) -> HttpResponse:
    """The page as it is, or with what kept the cancellation from being done and the reason as it was typed."""
    try:
        preview = cancellation.preview(dossier.pk, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("dossier", dossier.pk)
    audit.record(actor=person(request).actor, action="report.cancellation_seen", target=f"dossier:{dossier.pk}")
    context = {
        "section": "dossiers",
        "dossier": dossier,
        "releases": validation.releases_of(dossier.pk),
        "recipients": recipients_of(dispatch.preview(dossier.patient_id, preview.report)),
        "unsent": dispatch.unsent(preview.before.set_id),
        "next_version": preview.report.document.version,
        "reason": request.POST.get("reason", "")[:LONGEST_REASON],
        "longest": LONGEST_REASON,
        "refusal": refusal,
        "findings": refusal.findings if isinstance(refusal, ReleaseRefusedError) else (),
        **banner_context(identity.banner(dossier.patient)),
    }
    return render(request, "web/cancel_report.html", context, status=409 if refusal else 200)
