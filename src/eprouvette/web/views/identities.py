"""The work lists of identities, and the periodic verification with its progress."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.identities import queries as asked
from eprouvette.exchange.identities import verifying
from eprouvette.exchange.identities.models import RUN_STATES
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import watches, worklists
from eprouvette.lab.identity.worklists import LABELS, WorkList
from eprouvette.web import paging
from eprouvette.web.banner import banner_context
from eprouvette.web.rights import can, needs, person

REFUTED = "ko"
RECEIVED = "recues"


@require_GET
@needs(Act.SEE_DOSSIER)
def index(request: HttpRequest) -> HttpResponse:
    """One list at a time, fifty lines a page, the count of each beside its word."""
    refuted, watched = asked.refuted_ids(), watches.open_ids()
    known = {one.value for one in WorkList}
    chosen = request.GET.get("liste", WorkList.TO_QUALIFY.value)
    page = paging.page_of(request)
    if chosen == REFUTED:
        found = worklists.of_ids(refuted, page=page, size=paging.SIZE)
    elif chosen == RECEIVED:
        found = worklists.of_ids(watched, page=page, size=paging.SIZE)
    else:
        chosen = chosen if chosen in known else WorkList.TO_QUALIFY.value
        found = worklists.lines(WorkList(chosen), page=page, size=paging.SIZE)
    lists = [(one.value, LABELS[one], worklists.count(one)) for one in WorkList]
    run = asked.last_run()
    context = {
        "section": "identities",
        "lists": [
            *lists,
            (REFUTED, "KO à la vérification", len(refuted)),
            (RECEIVED, "reçues, à examiner", len(watched)),
        ],
        "chosen": chosen,
        "lines": [banner_context(one) for one in found.banners],
        "run": run,
        "run_state": RUN_STATES[run.state] if run else "",
        "may_qualify": can(request, Act.QUALIFY_IDENTITY),
        **paging.context(request, page, found.total),
    }
    return render(request, "web/identities.html", context)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def verify(request: HttpRequest) -> HttpResponse:
    """Begin the verification of what is due, or take up the one that waits."""
    try:
        run = verifying.start(actor=person(request).actor)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Vérification lancée." if run else "Aucune identité n'est à vérifier pour l'instant.")
    return redirect("identities")
