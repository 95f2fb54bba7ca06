"""The list of dossiers, with separate criteria, and the jump to a number."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.rules import STATE_LABELS
from eprouvette.lab.results import queries as results
from eprouvette.web import paging
from eprouvette.web.lines import sendings_of
from eprouvette.web.rights import needs
from eprouvette.web.views.reception import is_ins_text, scan
from eprouvette.web.when import FrenchDateField

TO_VALIDATE = "a_valider"


class Criteria(forms.Form):
    """One field a criterion: a single search bar is forbidden (REQ-INS-17)."""

    numero = forms.CharField(label="Numéro", required=False, max_length=30)
    nom = forms.CharField(label="Nom (naissance ou utilisé)", required=False, max_length=100)
    prenom = forms.CharField(label="Prénom", required=False, max_length=100)
    naissance = FrenchDateField(label="Né(e) le", required=False)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "tous"), (TO_VALIDATE, "à valider"), *((s.value, label) for s, label in STATE_LABELS.items())],
    )


@require_GET
@needs(Act.SEE_DOSSIER)
def index(request: HttpRequest) -> HttpResponse:
    """Dossiers, newest first, fifty a page, narrowed by the criteria."""
    form = Criteria(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    page = paging.page_of(request)
    state = asked.get("etat", "")
    found = orders.search(
        number=asked.get("numero", ""),
        family_name=asked.get("nom", ""),
        given_name=asked.get("prenom", ""),
        birth_date=asked.get("naissance", ""),
        state="started" if state == TO_VALIDATE else state,
        page=page,
        size=paging.SIZE,
    )
    ids = [line.id for line in found.lines]
    progress, deliveries = results.progress(ids), dispatch.of_dossiers(ids)
    lines = [
        {
            "id": line.id,
            "number": line.number,
            "patient": line.patient,
            "birth_date": line.birth_date,
            "prescriber": line.prescriber,
            "sampled_at": line.sampled_at,
            "urgent": line.urgent,
            "progress": progress.get(line.id),
            "sendings": sendings_of(deliveries.get(line.id, [])),
        }
        for line in found.lines
    ]
    context = {
        "form": form,
        "lines": lines,
        "heading": "À valider" if state == TO_VALIDATE else "Dossiers",
        "section": "validation" if state == TO_VALIDATE else "dossiers",
        **paging.context(request, page, found.total),
    }
    return render(request, "web/dossiers.html", context, status=200 if form.is_valid() else 400)


@require_http_methods(["GET", "POST"])
@needs(Act.SEE_DOSSIER)
def jump(request: HttpRequest) -> HttpResponse:
    """Open the dossier of a dossier, order or tube number, typed or scanned; the patient of an INS DataMatrix.

    What a scanner reads comes in the body of the request: an INS is never in an address.
    """
    number = (request.POST if request.method == "POST" else request.GET).get("numero", "").strip()
    if request.method == "POST" and is_ins_text(number):
        return scan(request, number)
    dossier_id = orders.by_any_number(number) if number else None
    if dossier_id is None:
        messages.error(
            request, "Aucun dossier ni tube ne porte ce numéro. Vérifier la saisie ou chercher par critères."
        )
        return redirect("dossiers")
    return redirect("dossier", dossier_id)
