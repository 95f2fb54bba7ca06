"""Amending the request from the page of its dossier; what is refused comes back as it was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import amendments
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.errors import InvalidAmendmentError
from eprouvette.lab.orders.models import Dossier
from eprouvette.web.amendments import SampleForm, ScreeningForms, amendments_context
from eprouvette.web.rights import needs, person
from eprouvette.web.views.dossier import context_of, get_or_404


@require_POST
@needs(Act.AMEND_DOSSIER)
def sample(request: HttpRequest, dossier_id: int, sample_id: int) -> HttpResponse:
    """Say where, by whom and when a sample was taken, and from what."""
    dossier = get_or_404(dossier_id)
    row = dossier.samples.filter(pk=sample_id).first()
    if row is None:
        raise Http404
    form = SampleForm(row, request.POST)
    if not form.is_valid():
        return _again(request, dossier, bound=form)
    try:
        amendments.amend_sample(dossier_id, sample_id, form.change(), user=person(request))
    except InvalidAmendmentError as error:
        for name, sentence in error.problems.items():
            form.add_error(name, sentence)
        return _again(request, dossier, bound=form)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, f"Prélèvement {row.number} mis à jour.")
    return redirect("dossier", dossier_id)


@require_POST
@needs(Act.AMEND_DOSSIER)
def screening(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Say why the screening of a dossier is made, and the vaccinations that bear on it."""
    dossier = get_or_404(dossier_id)
    sent = ScreeningForms(orders.screening_of(dossier_id), request.POST)
    if not sent.is_valid():
        return _again(request, dossier, screening=sent)
    try:
        amendments.set_screening(dossier_id, sent.change(), user=person(request))
    except InvalidAmendmentError as error:
        sent.refuse(error.problems)
        return _again(request, dossier, screening=sent)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Contexte du dépistage enregistré.")
    return redirect("dossier", dossier_id)


def _again(request: HttpRequest, dossier: Dossier, **refused: Any) -> HttpResponse:
    """The page with the refused form as it was typed, and a sentence beside each fault."""
    context = {**context_of(request, dossier), **amendments_context(request, dossier, **refused)}
    return render(request, "web/dossier.html", context, status=400)


@require_POST
@needs(Act.AMEND_DOSSIER)
def no_screening(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Take back the context of a screening."""
    return _done(
        request,
        dossier_id,
        lambda: amendments.remove_screening(dossier_id, user=person(request)),
        "Contexte du dépistage retiré.",
    )


@require_POST
@needs(Act.SET_CONFIDENTIALITY)
def confidentiality(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Say how confidential the report will be."""
    level = request.POST.get("level", "")
    return _done(
        request,
        dossier_id,
        lambda: amendments.set_confidentiality(dossier_id, level, user=person(request)),
        "Confidentialité enregistrée.",
    )


def _done(request: HttpRequest, dossier_id: int, act: Callable[[], None], sentence: str) -> HttpResponse:
    get_or_404(dossier_id)
    try:
        act()
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, sentence)
    return redirect("dossier", dossier_id)
