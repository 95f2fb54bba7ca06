"""Messages received: what was refused, what waits for a dossier, and attaching it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.intake import queries, services
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import queries as orders
from eprouvette.web import paging
from eprouvette.web.rights import can, needs, person

STATES = [("", "tous"), ("parked", "sans dossier"), ("refused", "refusés"), ("applied", "inscrits")]


@require_GET
@needs(Act.SEE_DOSSIER)
def index(request: HttpRequest) -> HttpResponse:
    """Messages, newest first, narrowed by state."""
    state = request.GET.get("etat", "")
    state = state if state in dict(STATES) else ""
    page = paging.page_of(request)
    rows, total = queries.recent(state=state, page=page, size=paging.SIZE)
    context = {
        "section": "received",
        "rows": rows,
        "state": state,
        "states": STATES,
        **paging.context(request, page, total),
    }
    return render(request, "web/received.html", context)


@require_GET
@needs(Act.SEE_DOSSIER)
def show(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message as received, with the answer that was given."""
    row = queries.detail(message_id)
    if row is None:
        raise Http404
    audit.record(actor=person(request).actor, action="message.seen", target=f"message:{message_id}")
    context = {
        "section": "received",
        "row": row.line,
        "warning": row.warning,
        "content": row.content,
        "answer": row.answer,
        "may_attach": can(request, Act.ATTACH_MESSAGE),
        "number": "",
    }
    return render(request, "web/received_message.html", context)


@require_POST
@needs(Act.ATTACH_MESSAGE)
def attach(request: HttpRequest, message_id: int) -> HttpResponse:
    """Write a parked message's results into a dossier that a person chose."""
    number = request.POST.get("numero", "").strip()
    dossier_id = orders.by_any_number(number) if number else None
    if dossier_id is None:
        messages.error(request, "Aucun dossier ne porte ce numéro. Vérifier la saisie.")
        return redirect("received_message", message_id)
    try:
        services.attach(message_id, dossier_id, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("received_message", message_id)
    messages.success(request, "Les résultats du message sont inscrits dans ce dossier.")
    return redirect("dossier", dossier_id)
