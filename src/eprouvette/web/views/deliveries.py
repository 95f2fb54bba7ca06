"""Deliveries: each recipient, its state, the reason, the attempts, what a person may do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.dispatch import queries, services
from eprouvette.exchange.dispatch.states import STATE_LABELS, State
from eprouvette.lab.accounts.rules import Act
from eprouvette.web import paging
from eprouvette.web.rights import can, needs, person


@require_GET
@needs(Act.SEE_DELIVERY)
def index(request: HttpRequest) -> HttpResponse:
    """Deliveries, newest first, with the judge's state and the channels that are stopped."""
    state = request.GET.get("etat", "")
    state = state if state in set(State) else ""
    page = paging.page_of(request)
    lines, total = queries.recent(state=state, page=page, size=paging.SIZE)
    counts = queries.counts()
    context = {
        "section": "deliveries",
        "deliveries": lines,
        "state": state,
        "states": [(one.value, label, counts[one.value]) for one, label in STATE_LABELS.items() if counts[one.value]],
        "stopped": queries.stopped_channels(),
        "judge": queries.judge_state(),
        "may_manage": can(request, Act.ACT_ON_DELIVERY),
        **paging.context(request, page, total),
    }
    return render(request, "web/deliveries.html", context)


@require_POST
@needs(Act.ACT_ON_DELIVERY)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Try again now."""
    try:
        services.retry(delivery_id, actor=person(request).actor)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "L'envoi repart.")
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "deliveries")


@require_POST
@needs(Act.ACT_ON_DELIVERY)
def resume(request: HttpRequest, channel: str) -> HttpResponse:
    """Start a stopped channel again."""
    woken = services.resume_channel(channel, actor=person(request).actor)
    messages.success(request, f"Le canal est remis en marche ; {woken} envoi(s) repartent.")
    return redirect("deliveries")
