"""What a culture grew: shown, typed, taken back, opened again by a correction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import microbiology as catalogue
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.orders.models import RequestedExam
from eprouvette.lab.orders.rules import CLOSED
from eprouvette.lab.results import cultures, hanging, isolates
from eprouvette.lab.results.errors import IsolateRefusedError, ResultRefusedError
from eprouvette.lab.results.microbiology import CATEGORIES, TECHNIQUES, Grown, read
from eprouvette.lab.results.models import Observation
from eprouvette.lab.results.rules import STATE_LABELS, State
from eprouvette.lab.validation import corrections
from eprouvette.web.banner import banner_context
from eprouvette.web.culture_form import CultureForm, blank, choose_organism, data_of
from eprouvette.web.rights import can, needs, person


@require_http_methods(["GET", "POST"])
@needs(Act.SEE_DOSSIER)
def show(request: HttpRequest, dossier_id: int, requested_id: int) -> HttpResponse:
    """The isolates of a culture, and the form of one: a new one, or the one of ``?isolat``."""
    if request.method == "POST":
        return save(request, dossier_id, requested_id)
    requested = _culture(dossier_id, requested_id)
    row = Observation.objects.filter(requested=requested).first()
    editable = _editable(request, requested, row)
    edited = _edited(request, row)
    audit.record(actor=person(request).actor, action="culture.seen", target=f"dossier:{dossier_id}")
    form = _form(data_of(edited[1], catalogue.names()) if edited else {}, edited) if editable else None
    return _page(request, requested, row, form, edited)


@needs(Act.ENTER_RESULT)
def save(request: HttpRequest, dossier_id: int, requested_id: int) -> HttpResponse:
    """Write the isolate that the form says, or show it again with its faults, or with another antibiogram."""
    requested = _culture(dossier_id, requested_id)
    row = Observation.objects.filter(requested=requested).first()
    edited = _edited(request, row)
    form = _form({name: str(value) for name, value in request.POST.items()}, edited)
    if request.POST.get("act") == "antibiogram":
        return _page(request, requested, row, form, edited)
    names = catalogue.names()
    choose_organism(form, names)
    rank, held = edited or (0, None)
    incoming = form.incoming(rank, timezone.now().replace(microsecond=0), names, held)
    try:
        if form.wrong:
            # Which organism is meant is asked together with all that is wrong besides.
            _refuse(form, read(incoming, names, requested.exam.label)[1])
        else:
            isolates.save(requested.pk, incoming, user=person(request))
    except IsolateRefusedError as error:
        _refuse(form, error.faults)
    except EprouvetteError as error:
        form.refuse("form", error.message, error.hint)
    if form.wrong:
        return _page(request, requested, row, form, edited, status=400 if _editable(request, requested, row) else 409)
    messages.success(request, "Isolat enregistré : la culture est à vérifier et à valider.")
    return redirect("culture", requested.dossier_id, requested.pk)


@require_POST
@needs(Act.ENTER_RESULT)
def remove(request: HttpRequest, isolate_id: int) -> HttpResponse:
    """Take back an isolate."""
    found = cultures.isolate(isolate_id)
    if found is None:
        raise Http404
    observation = found[0].observation
    try:
        isolates.remove(isolate_id, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Isolat retiré ; ce qu'il disait reste dans l'historique de la culture.")
    return redirect("culture", observation.dossier_id, observation.requested_id)


@require_POST
@needs(Act.RELEASE_REPORT)
def reopen(request: HttpRequest, dossier_id: int, requested_id: int) -> HttpResponse:
    """Open the isolates of a culture whose report left, with the reason that the new version prints."""
    requested = _culture(dossier_id, requested_id)
    reason = request.POST.get("reason", "")
    try:
        corrections.correct(dossier_id, reason, user=person(request), exam_code=requested.exam.code, reopen=True)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Culture rouverte : corriger, vérifier, valider, puis libérer la nouvelle version.")
    return redirect("culture", dossier_id, requested_id)


def _culture(dossier_id: int, requested_id: int) -> RequestedExam:
    rows = RequestedExam.objects.select_related("exam", "dossier__patient", "sample")
    found = rows.filter(pk=requested_id, dossier_id=dossier_id, exam__grows=True).first()
    if found is None:
        raise Http404
    return found


def _editable(request: HttpRequest, requested: RequestedExam, row: Observation | None) -> bool:
    if not can(request, Act.ENTER_RESULT) or requested.dossier.state in CLOSED:
        return False
    return row is None or row.state == State.ABORTED or hanging.may_change(row)


def _edited(request: HttpRequest, row: Observation | None) -> tuple[int, Grown] | None:
    """Rank and content of the isolate that ``?isolat`` names in this culture."""
    named = request.GET.get("isolat", "")
    found = cultures.isolate(int(named)) if row and named.isascii() and named.isdigit() else None
    return (found[0].rank, found[1]) if found and row and found[0].observation_id == row.pk else None


def _form(data: dict[str, str], edited: tuple[int, Grown] | None) -> CultureForm:
    panels = {one.code: one for one in catalogue.antibiograms()}
    organism = catalogue.names().organism(data.get("organism", ""))
    usual = organism.antibiogram if organism else ""
    # An isolate that has its antibiogram already shows what was tested, until another one is asked for.
    wanted = data.get("antibiogram", "") or ("" if edited and edited[1].tests else usual)
    return blank(data, catalogue.antibiotics(), catalogue.markers(), panels.get(wanted))


def _refuse(form: CultureForm, faults: Iterable[ResultRefusedError]) -> None:
    for fault in faults:
        form.refuse(fault.place, fault.sentence, fault.hint, type(fault))


def _page(
    request: HttpRequest,
    requested: RequestedExam,
    row: Observation | None,
    form: CultureForm | None,
    edited: tuple[int, Grown] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    dossier = requested.dossier
    state = State(row.state) if row else State.EXPECTED
    may_reopen = state is State.VALIDATED and can(request, Act.RELEASE_REPORT)
    context: dict[str, Any] = {
        "section": "dossiers",
        "dossier": dossier,
        "requested": requested,
        "label": requested.exam.label,
        "sample": requested.sample,
        "state": state.value,
        "state_label": STATE_LABELS[state],
        "isolates": cultures.isolates_of(dossier.pk).get(row.pk, ()) if row else (),
        "traces": cultures.traces_of(row.pk) if row else (),
        "form": form,
        "edited": edited[0] if edited else None,
        "organisms": catalogue.organisms() if form else (),
        "antibiotics": catalogue.antibiotics() if form else (),
        "antibiograms": catalogue.antibiograms() if form else (),
        "categories": CATEGORIES,
        "techniques": TECHNIQUES,
        "may_reopen": may_reopen and corrections.last_release(dossier.pk) is not None,
        **banner_context(identity.banner(dossier.patient)),
    }
    return render(request, "web/microbiology.html", context, status=status)
