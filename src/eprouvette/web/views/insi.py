"""Asking INSi about a patient, and the page that compares its answer with the file."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.identities import queries, services
from eprouvette.exchange.identities.queries import Window
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.comparison import VERDICT_LABELS, TraitVerdict, Verdict
from eprouvette.lab.identity.errors import KnownInsError
from eprouvette.web.banner import banner_context, file_or_404, file_or_redirect
from eprouvette.web.patient_form import french
from eprouvette.web.rights import needs, person

TONES = {
    Verdict.EQUAL: ("✓", "done"),
    Verdict.EQUIVALENT: ("≈", "waiting"),
    Verdict.DISCREPANT: ("≠", "blocked"),
    Verdict.MISSING: ("?", "attention"),
}


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def ask(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Ask the question that is proposed, or the traits of the window when it was opened and sent."""
    typed = None
    if "birth_name" in request.POST:
        values = {name: request.POST.get(name, "").strip()[:200] for name in Window.__dataclass_fields__}
        typed = queries.window_traits(Window(**values))
    return _asked(
        request, patient_id, lambda: services.retrieve(patient_id, actor=person(request).actor, typed=typed).pk
    )


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def ask_by_card(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Ask by the Vitale card that is in the reader."""
    return _asked(request, patient_id, lambda: services.retrieve_by_card(patient_id, actor=person(request).actor).pk)


@require_GET
@needs(Act.QUALIFY_IDENTITY)
def show(request: HttpRequest, patient_id: int, question_id: int) -> HttpResponse:
    """File on the left, INSi on the right, differences marked; or why there is no answer and what to do."""
    patient = file_or_redirect(request, patient_id)
    if isinstance(patient, HttpResponse):
        return patient
    question = next((one for one in queries.questions_of(patient, limit=50) if one.id == question_id), None)
    if question is None:
        raise Http404
    comparison = queries.comparison_of(patient, question_id)
    lines = [_line(line) for line in (comparison.lines if comparison else ())]
    context = {
        "section": "reception",
        "patient": patient,
        "question": question,
        "comparison": comparison,
        "lines": lines,
        "ins": queries.ins_of(question_id),
        "window": queries.window_of(patient),
        **banner_context(identity.banner(patient)),
    }
    return render(request, "web/insi.html", context)


def _line(line: TraitVerdict) -> dict[str, str]:
    """A line of the comparison, its values in the words of the banner."""
    mark, tone = TONES[line.verdict]
    return {
        "name": line.label,
        "local": _words(line.trait, line.local),
        "insi": _words(line.trait, line.insi),
        "verdict": line.verdict.value,
        "sentence": line.sentence,
        "label": VERDICT_LABELS[line.verdict],
        "mark": mark,
        "tone": tone,
    }


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def accept(request: HttpRequest, patient_id: int, question_id: int) -> HttpResponse:
    """Take INSi's identity into the file."""
    patient = file_or_404(patient_id)
    if all(one.id != question_id for one in queries.questions_of(patient, limit=50)):
        raise Http404
    try:
        kept = services.accept(question_id, actor=person(request).actor)
    except KnownInsError as error:
        messages.error(request, f"{error.message} Comparer les deux dossiers : ils sont peut-être de la même personne.")
        if error.other_id is not None:
            return redirect("merge_patients", error.other_id, patient_id)
        return redirect("insi_answer", patient_id, question_id)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("insi_answer", patient_id, question_id)
    messages.success(request, f"Identité d'INSi reprise : {identity.banner(kept).status_label}.")
    return redirect("patient", patient_id)


def _words(trait: str, value: str) -> str:
    match trait:
        case "birth_date":
            return french(value)
        case "sex":
            return identity.SEX_LABELS.get(value, value)
        case _:
            return value


def _asked(request: HttpRequest, patient_id: int, question: Callable[[], int]) -> HttpResponse:
    file_or_404(patient_id)
    try:
        return redirect("insi_answer", patient_id, question())
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("patient", patient_id)
