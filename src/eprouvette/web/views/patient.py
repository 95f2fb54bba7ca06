"""The page of a patient: traits, status and what led to it, dossiers, and what may be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.identities import queries as asked
from eprouvette.exchange.identities import services as asking
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.queries import name_of
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import insi, rules, services, watches
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.errors import InvalidTraitsError, MasterIdentityError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.rules import Attribute
from eprouvette.lab.orders import queries as orders
from eprouvette.web.banner import banner_context, file_or_404, file_or_redirect
from eprouvette.web.identity_copies import copies_context
from eprouvette.web.patient_facts import FactForms, facts_context
from eprouvette.web.patient_form import TraitsForm, initial_of, traits_of
from eprouvette.web.rights import can, needs, person

EVENTS: Final[dict[str, str]] = {
    "creation": "dossier ouvert",
    "traits": "traits corrigés",
    "document": "document vu",
    "qualification": "qualifiée à la main",
    "attribut": "attribut posé ou retiré",
    "declassement": "déclassée",
    "dispense_insi": "appel d'INSi permis ou non",
    "deces": "décès",
    "contact": "personne à prévenir",
    "coordonnees": "coordonnées corrigées",
    "recuperation": "identité d'INSi reprise",
    "verification": "vérification d'INSi",
    "retrait_ins": "INS retirée",
    "remplacement_ins": "INS remplacée",
    "reprise": "reprise du référentiel",
    "fusion": "a reçu un autre dossier",
    "fermeture": "fermé par une fusion",
    "separation": "fusion défaite",
    "reouverture": "rouvert",
}
SHOWN_EVENTS: Final = 30


@require_GET
@needs(Act.SEE_DOSSIER)
def show(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The page; a file that a merge closed leads to the one that was kept."""
    patient = file_or_redirect(request, patient_id)
    if isinstance(patient, HttpResponse):
        return patient
    return page(request, patient)


def page(request: HttpRequest, patient: Patient, refused: FactForms | None = None) -> HttpResponse:
    """The page of a file, with its audit line; ``refused`` shows again what was typed wrong, with status 400."""
    audit.record(actor=person(request).actor, action="patient.seen", target=f"patient:{patient.pk}")
    context = _context(request, patient) | copies_context(request, patient) | facts_context(request, patient, refused)
    return render(request, "web/patient.html", context, status=400 if refused else 200)


@require_http_methods(["GET", "POST"])
@needs(Act.CREATE_PATIENT)
def edit(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Correct the traits of a file."""
    patient = file_or_redirect(request, patient_id)
    if isinstance(patient, HttpResponse):
        return patient
    kept = traits_of(patient)
    form = TraitsForm(request.POST) if request.method == "POST" else TraitsForm(initial=initial_of(kept))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_traits(patient_id, form.traits(kept), actor=person(request).actor)
        except InvalidTraitsError as error:
            form.refuse(error)
        except EprouvetteError as error:
            form.add_error(None, f"{error.message} {error.hint}")
        else:
            messages.success(request, "Traits enregistrés.")
            return redirect("patient", patient_id)
    context = {"section": "reception", "form": form, **banner_context(identity.banner(patient))}
    return render(request, "web/edit_patient.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def document(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Record the type of a document that was shown; there is no default (REQ-INS-15)."""
    kind = request.POST.get("document_type", "")

    def act() -> str:
        services.see_document(patient_id, document_type=kind, actor=person(request).actor)
        label = identity.banner(identity.get(patient_id)).status_label
        return f"Document enregistré : l'identité est {label}."

    return done(request, patient_id, act)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def mark(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Put or remove an attribute."""
    word, on = request.POST.get("attribut", ""), request.POST.get("pose") == "1"

    def act() -> str:
        if word not in {one.value for one in Attribute}:
            raise EprouvetteError("Cet attribut n'existe pas.", hint="Choisir homonyme, douteuse ou fictive.")
        services.mark(patient_id, Attribute(word), on=on, actor=person(request).actor)
        return f"Identité {word}." if on else f"L'identité n'est plus {word}."

    return done(request, patient_id, act)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def downgrade(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Bring the identity back to provisional, so that its traits can be corrected."""

    def act() -> str:
        services.downgrade(patient_id, actor=person(request).actor)
        return "Identité déclassée : elle est provisoire, sans INS."

    return done(request, patient_id, act)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def handled(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Take a refused verification off the work list."""

    def act() -> str:
        asking.handled(patient_id, actor=person(request).actor)
        return "Vérification refusée : vue."

    return done(request, patient_id, act)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def watched(request: HttpRequest, patient_id: int, watch_id: int) -> HttpResponse:
    """Close a line that a received message left for a person to decide."""

    def act() -> str:
        if all(line.id != watch_id for line in watches.open_watches(patient_id)):
            raise EprouvetteError("Cette ligne est déjà close.", hint="Recharger la page.")
        watches.close(watch_id, actor=person(request).actor)
        return "Message reçu : examiné."

    return done(request, patient_id, act)


def done(request: HttpRequest, patient_id: int, act: Callable[[], str]) -> HttpResponse:
    """Do an act, say what it did or why not, and come back to the page."""
    file_or_404(patient_id)
    try:
        messages.success(request, act())
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    return redirect("patient", patient_id)


def _context(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    rows, documents = list(patient.events.all()[:SHOWN_EVENTS]), list(patient.documents.all())
    names = {actor: name_of(actor) for actor in {*(row.actor for row in rows), *(one.seen_by for one in documents)}}
    events = [
        {
            "row": row,
            "label": EVENTS.get(row.kind, row.kind),
            "who": names[row.actor],
            "undo": _undoable(row.kind, row.undone_at, row.after),
        }
        for row in rows
    ]
    return {
        "section": "reception",
        "patient": patient,
        "dossiers": orders.of_patient(patient.pk),
        "documents": [{"row": one, "who": names[one.seen_by]} for one in documents],
        "records": patient.ins_records.all(),
        "events": events,
        "questions": asked.questions_of(patient),
        "window": asked.window_of(patient),
        "why_not": MasterIdentityError().message if settings.EPROUVETTE_IDENTITY_MASTER else insi.why_not(patient),
        "next_act": _next_act(patient),
        "high_trust": rules.HIGH_TRUST,
        "low_trust": rules.LOW_TRUST,
        "attributes": [(one.value, getattr(patient, identity.ATTRIBUTE_COLUMNS[one])) for one in Attribute],
        "watches": watches.open_watches(patient.pk),
        "refuted": asked.is_refuted(patient.pk),
        "may_qualify": can(request, Act.QUALIFY_IDENTITY),
        "may_edit": can(request, Act.CREATE_PATIENT),
        "may_merge": can(request, Act.MERGE_PATIENTS) and not settings.EPROUVETTE_IDENTITY_MASTER,
        **banner_context(identity.banner(patient)),
    }


def _next_act(patient: Patient) -> str:
    """What the page puts first: ``insi``, ``document``, or nothing when the identity is qualified or locked."""
    if patient.doubtful or patient.fictitious or patient.status == "qualifiee":
        return ""
    if patient.status == "recuperee":
        return "document"
    return "" if settings.EPROUVETTE_IDENTITY_MASTER or insi.why_not(patient) else "insi"


def _undoable(kind: str, undone_at: object, after: dict[str, Any]) -> int | None:
    return after.get("lost") if kind == "fusion" and undone_at is None else None
