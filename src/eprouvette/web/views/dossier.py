"""A dossier: its results against what is usual, validation, and the release with who will get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.directory import queries as directory
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.rules import CLOSED, STATE_LABELS, State
from eprouvette.lab.partners import queries as partners
from eprouvette.lab.results import queries as results
from eprouvette.lab.results.queries import ResultLine
from eprouvette.lab.results.rules import State as ResultState
from eprouvette.lab.validation import queries as validation
from eprouvette.lab.validation import reissue, services
from eprouvette.lab.validation.errors import ReleaseRefusedError
from eprouvette.web.amendments import amendments_context
from eprouvette.web.banner import banner_context
from eprouvette.web.decisions import recipients_of
from eprouvette.web.hung import hung
from eprouvette.web.lines import sendings_of
from eprouvette.web.rights import can, needs, person

STATE_TONES = {
    State.REGISTERED: "",
    State.STARTED: "waiting",
    State.VALIDATED: "done",
    State.RELEASED: "done",
    State.CANCELLED: "blocked",
}


@dataclass(frozen=True, slots=True)
class Button:
    """What may be done to the rows that are ticked."""

    code: str
    label: str
    key: str
    primary: bool


@require_GET
@needs(Act.SEE_DOSSIER)
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The dossier, and when every result is validated, what its release would send."""
    dossier = get_or_404(dossier_id)
    audit.record(actor=person(request).actor, action="dossier.seen", target=f"dossier:{dossier_id}")
    return render(request, "web/dossier.html", context_of(request, dossier))


@require_POST
@needs(Act.CHECK_RESULT)
def act(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Check or validate the ticked rows."""
    get_or_404(dossier_id)
    chosen = [int(raw) for raw in request.POST.getlist("observation") if raw.isascii() and raw.isdigit()]
    try:
        if request.POST.get("act") == "validate":
            count = services.validate(chosen, user=person(request))
            done = "validé(s) biologiquement"
        else:
            count = services.check(chosen, user=person(request))
            done = "vérifié(s) techniquement"
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, f"{count} résultat(s) {done}.")
    return redirect("dossier", dossier_id)


@require_POST
@needs(Act.RELEASE_REPORT)
def release(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Freeze the report and let it leave; a refusal shows its findings to the biologist."""
    dossier = get_or_404(dossier_id)
    try:
        done = services.release(dossier_id, user=person(request), partial=request.POST.get("partiel") == "1")
    except ReleaseRefusedError as error:
        context = {**context_of(request, dossier), "refusal": error, "findings": error.findings}
        return render(request, "web/dossier.html", context, status=409)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("dossier", dossier_id)
    messages.success(
        request, f"Compte rendu libéré (version {done.version}). Il part tout seul ; les envois sont ci-dessous."
    )
    return redirect("report_tab", done.pk, "envois")


def get_or_404(dossier_id: int) -> Dossier:
    """The dossier of a page; a page of none is not found."""
    try:
        return orders.get(dossier_id)
    except UnknownDossierError as error:
        raise Http404 from error


def context_of(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """All that the page of a dossier shows."""
    state = State(dossier.state)
    # Asked for on the page of an open dossier: what is validated may leave before the rest.
    partial = state is State.STARTED and request.GET.get("partiel") == "1"
    choices = {one.observation_id: one for one in validation.validation_choice(dossier.pk)}
    releases = [
        {
            "id": line.id,
            "version": line.version,
            "released_by": line.released_by,
            "partial": line.partial,
            "cancelled": line.cancelled,
            "released_at": line.released_at,
            "sendings": sendings_of(dispatch.deliveries_of(line.id)),
        }
        for line in validation.releases_of(dossier.pk)
    ]
    chapters = results.lines(dossier.pk)
    return {
        "section": "dossiers",
        "dossier": dossier,
        "prescriber": directory.display_name(dossier.prescriber),
        "state_label": STATE_LABELS[state],
        "state_tone": STATE_TONES[state],
        "releases": releases,
        "chapters": [_chapter(chapter, choices, can_act=can(request, Act.CHECK_RESULT)) for chapter in chapters],
        **hung(dossier.pk, chapters),
        "left_out": [(one.label, one.reason) for one in choices.values() if not one.proposed],
        "acts": _buttons(request) if choices else [],
        "preview": _preview(dossier, partial=partial) if state is State.VALIDATED or partial else None,
        "partial": partial,
        "may_release_in_part": state is State.STARTED and not partial and _some_validated(dossier.pk),
        "renamed": reissue.proposal_of(dossier.pk) if releases else "",
        "awaiting": bool(releases) and releases[0]["partial"],
        "correcting": bool(releases) and not releases[0]["partial"] and state not in CLOSED,
        "correctable": _correctable(dossier.pk) if _may_correct(request, state, releases) else [],
        "may_release": can(request, Act.RELEASE_REPORT),
        "partners": partners.of_dossier(dossier.pk),
        "may_join": state not in CLOSED and can(request, Act.ENTER_RESULT),
        **amendments_context(request, dossier),
        **banner_context(identity.banner(dossier.patient)),
    }


def _buttons(request: HttpRequest) -> list[Button]:
    buttons = []
    if can(request, Act.CHECK_RESULT):
        buttons.append(Button("check", "Validation technique", "t", primary=False))
    if can(request, Act.VALIDATE_RESULT):
        buttons.append(Button("validate", "Validation biologique", "b", primary=True))
    return buttons


def _chapter(chapter: results.ChapterLines, choices: dict[int, validation.Choice], *, can_act: bool) -> dict[str, Any]:
    return {
        "label": chapter.label,
        "groups": [
            {"label": group.label, "rows": [_row(line, choices, can_act=can_act) for line in group.lines]}
            for group in chapter.groups
        ],
    }


def _row(line: ResultLine, choices: dict[int, validation.Choice], *, can_act: bool) -> dict[str, Any]:
    choice = choices.get(line.id) if line.id is not None else None
    return {
        "line": line,
        "choosable": can_act and choice is not None,
        "proposed": choice is not None and choice.proposed,
        "abnormal": bool(line.mark),
    }


def _preview(dossier: Dossier, *, partial: bool) -> dict[str, Any]:
    preview = services.preview_release(dossier.pk, partial=partial)
    report = preview.report
    return {
        "problems": preview.problems,
        "warnings": preview.warnings,
        "recipients": recipients_of(dispatch.preview(dossier.patient_id, report)) if report else [],
        "version": preview.version,
        "changes": preview.changes,
        "unchanged": report is not None and bool(preview.problems) and not preview.changes,
    }


def _may_correct(request: HttpRequest, state: State, releases: list[dict[str, Any]]) -> bool:
    return bool(releases) and state is not State.CANCELLED and can(request, Act.RELEASE_REPORT)


def _some_validated(dossier_id: int) -> bool:
    return any(state is ResultState.VALIDATED for _, state in results.states(dossier_id))


def _correctable(dossier_id: int) -> list[ResultLine]:
    """The results that a correction may change: those that have been given, or given up."""
    chapters = results.lines(dossier_id)
    return [line for chapter in chapters for group in chapter.groups for line in group.lines if line.id is not None]
