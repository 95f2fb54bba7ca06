"""Facts of a file that touch no strict trait: coordinates, whom to call, death, exemption from INSi."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import services
from eprouvette.lab.identity.errors import InvalidTraitsError
from eprouvette.lab.identity.rules import EXEMPTION_LABELS, Exemption
from eprouvette.web.banner import file_or_redirect
from eprouvette.web.patient_facts import ContactForm, CoordinatesForm, DeathForm, FactForm, FactForms
from eprouvette.web.rights import needs, person
from eprouvette.web.views.patient import done, page


@require_POST
@needs(Act.CREATE_PATIENT)
def coordinates(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Address, phone and mail."""
    form = CoordinatesForm(request.POST)

    def act() -> str:
        services.edit_coordinates(patient_id, form.given(), actor=person(request).actor)
        return "Coordonnées enregistrées."

    return _saved(request, patient_id, form, FactForms(coordinates=form), act)


@require_POST
@needs(Act.CREATE_PATIENT)
def contact(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Whom to call for the patient."""
    form = ContactForm(request.POST)

    def act() -> str:
        services.edit_contact(patient_id, **form.cleaned_data, actor=person(request).actor)
        return "Personne à prévenir enregistrée."

    return _saved(request, patient_id, form, FactForms(contact=form), act)


@require_POST
@needs(Act.CREATE_PATIENT)
def death(request: HttpRequest, patient_id: int) -> HttpResponse:
    """When the patient died."""
    form = DeathForm(request.POST)

    def act() -> str:
        services.record_death(patient_id, form.cleaned_data["deceased_at"], actor=person(request).actor)
        return "Décès enregistré."

    return _saved(request, patient_id, form, FactForms(death=form), act)


@require_POST
@needs(Act.CREATE_PATIENT)
def no_death(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Take back a death that was recorded by mistake."""

    def act() -> str:
        services.record_death(patient_id, None, actor=person(request).actor)
        return "Décès retiré."

    return done(request, patient_id, act)


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def exempt(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Say why INSi is not called for the person, or that it may be again."""
    word = request.POST.get("dispense", "?")

    def act() -> str:
        if word not in set(Exemption):
            raise EprouvetteError("Cette dispense n'existe pas.", hint="Choisir une dispense de la liste.")
        services.exempt(patient_id, Exemption(word), actor=person(request).actor)
        return f"INSi : {EXEMPTION_LABELS[Exemption(word)]}."

    return done(request, patient_id, act)


def _saved(
    request: HttpRequest, patient_id: int, form: FactForm, refused: FactForms, act: Callable[[], str]
) -> HttpResponse:
    """Do an act with a sound form; else show the page again with what was typed and why it is refused."""
    patient = file_or_redirect(request, patient_id)
    if isinstance(patient, HttpResponse):
        return patient
    if not form.is_valid():
        return page(request, patient, refused)
    try:
        said = act()
    except InvalidTraitsError as error:
        form.refuse(error)
        return page(request, patient, refused)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, said)
    return redirect("patient", patient_id)
