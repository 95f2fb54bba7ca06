"""Reports of subcontracting laboratories: joined to a dossier, looked at, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.partners import queries, services
from eprouvette.lab.partners.services import MAX_BYTES, Sender
from eprouvette.standards.crbio import to_html
from eprouvette.web.middleware import DOCUMENT_POLICY
from eprouvette.web.rights import needs, person


@require_POST
@needs(Act.ENTER_RESULT)
def receive(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Join a file (CR-BIO or PDF) to the dossier, and say what was taken from it."""
    given = request.FILES.get("file")
    if given is None:
        messages.error(request, "Choisir le fichier reçu du laboratoire sous-traitant.")
        return redirect("dossier", dossier_id)
    sender = Sender(request.POST.get("laboratory", ""), request.POST.get("finess", "").strip())
    try:
        # One byte beyond the limit is enough to refuse; the rest of a huge file is not read.
        content = given.read(MAX_BYTES + 1)
        received = services.receive(
            dossier_id, content, user=person(request), title=request.POST.get("title", "")[:120], sender=sender
        )
    except UnknownDossierError as error:
        raise Http404 from error
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        taken = ", ".join(received.taken) or "aucun"
        messages.success(request, f"Compte rendu joint. Résultats repris, à vérifier et valider : {taken}.")
        if received.others:
            messages.warning(request, f"Non repris (le document les montre) : {', '.join(received.others)}.")
    return redirect("dossier", dossier_id)


@require_GET
@needs(Act.SEE_REPORT)
def show(request: HttpRequest, report_id: int) -> HttpResponse:
    """The document as it came: a CDA through our own sheet, never its own (REQ-CRB-17); else the PDF."""
    row = queries.get(report_id)
    if row is None:
        raise Http404
    audit.record(actor=person(request).actor, action="partner.seen", target=f"dossier:{row.dossier_id}")
    if row.cda:
        return HttpResponse(to_html(queries.content(row.cda)), headers={"Content-Security-Policy": DOCUMENT_POLICY})
    response = HttpResponse(queries.content(row.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="sous-traitance-{row.pk}.pdf"'
    return response


@require_POST
@needs(Act.ENTER_RESULT)
def remove(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take back a document joined by mistake."""
    row = queries.get(report_id)
    if row is None:
        raise Http404
    try:
        services.remove(report_id, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Document retiré du dossier.")
    return redirect("dossier", row.dossier_id)
