"""Accueil: a patient is found by separate criteria, by a scan or by a card, or a file is opened (REQ-INS-17, 20).

Whatever names a person is sent in the body of a request: never in an address.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.identities import services as asking
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import datamatrix, services
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.errors import CriteriaMissingError, InvalidTraitsError
from eprouvette.lab.identity.search import Criteria, Match, find
from eprouvette.lab.identity.spans import Span
from eprouvette.lab.identity.traits import Traits
from eprouvette.web.patient_form import SEXES, TraitsForm, french, half_typed, initial_of
from eprouvette.web.patient_form import near as near_files
from eprouvette.web.rights import needs, person
from eprouvette.web.when import FrenchDateField

INS_TEXT = "IS01"


class SearchForm(forms.Form):
    """One field a criterion: a single search bar is forbidden (EXI SI 01)."""

    nom = forms.CharField(label="Nom (naissance ou utilisé)", required=False, max_length=100)
    prenom = forms.CharField(label="Prénom", required=False, max_length=100)
    naissance = FrenchDateField(label="Né(e) le", required=False)
    sexe = forms.ChoiceField(label="Sexe", required=False, choices=SEXES)
    ins = forms.CharField(label="Matricule INS et clé", required=False, max_length=15)
    ipp = forms.CharField(label="IPP", required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["nom"].widget.attrs["autofocus"] = True

    def criteria(self) -> Criteria:
        """What is asked."""
        given = self.cleaned_data
        return Criteria(given["nom"], given["prenom"], given["naissance"], given["sexe"], given["ins"], given["ipp"])


@require_http_methods(["GET", "POST"])
@needs(Act.SEE_DOSSIER)
def index(request: HttpRequest) -> HttpResponse:
    """The search, its results with what matched in view, and beside it the form that opens a file."""
    if request.method == "GET":
        return _page(request, SearchForm(), TraitsForm())
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _page(request, form, TraitsForm(), status=400)
    asked = form.criteria()
    try:
        found = find(asked)
    except CriteriaMissingError as error:
        form.add_error(None, f"{error.message} {error.hint}")
        return _page(request, form, TraitsForm(), status=400)
    audit.record(
        actor=person(request).actor, action="patient.searched", target="patients", details={"found": len(found)}
    )
    typed = Traits(asked.family_name, asked.given_name, "", asked.sex, asked.birth_date)
    first = TraitsForm(initial=initial_of(typed))
    if not found:
        form.fields["nom"].widget.attrs.pop("autofocus")
        empty = next(
            (n for n in ("birth_family_name", "birth_given_names", "sex", "birth_date") if not first[n].value()), "sex"
        )
        first.fields[empty].widget.attrs["autofocus"] = True
    return _page(request, form, first, rows=[_row(match) for match in found], searched=True)


@require_POST
@needs(Act.CREATE_PATIENT)
def near(request: HttpRequest) -> HttpResponse:
    """The fragment under the form: the files that may be of the person being typed in."""
    return render(request, "web/_near.html", {"near": near_files(half_typed(request.POST.dict()))})


@require_POST
@needs(Act.CREATE_PATIENT)
def create(request: HttpRequest) -> HttpResponse:
    """Open a file; when another may be of the same person, show it first and ask."""
    form = TraitsForm(request.POST)
    if not form.is_valid():
        return _page(request, SearchForm(), form, status=400)
    typed = form.traits()
    close = near_files(typed)
    if any(one.stops for one in close) and "confirmed" not in request.POST:
        return _page(request, SearchForm(), form, near=close, must_confirm=True, status=409)
    try:
        patient = services.create_patient(typed, actor=person(request).actor)
    except InvalidTraitsError as error:
        form.refuse(error)
        return _page(request, SearchForm(), form, status=400)
    messages.success(request, f"Dossier patient {patient.ipp} ouvert.")
    return redirect("patient", patient.pk)


@require_POST
@needs(Act.SEE_DOSSIER)
def scanned(request: HttpRequest) -> HttpResponse:
    """The INS DataMatrix of a document, read by a scanner that types."""
    return scan(request, request.POST.get("datamatrix", ""))


def is_ins_text(text: str) -> bool:
    """True when a scanned text says that it is an INS DataMatrix."""
    return text.startswith(INS_TEXT)


def scan(request: HttpRequest, text: str) -> HttpResponse:
    """Open the patient who bears the scanned INS, or the form filled with the scanned traits."""
    try:
        said = datamatrix.scanned(text)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("reception")
    audit.record(actor=person(request).actor, action="patient.scanned", target="patients")
    if said.patient is not None:
        if said.comparison is not None and not said.comparison.may_retrieve:
            sentences = " ".join(said.comparison.problems)
            messages.error(request, f"Le document scanné ne dit pas la même identité que ce dossier. {sentences}")
        return redirect("patient", said.patient.pk)
    messages.info(request, "Aucun dossier ne porte cette INS : voici les traits lus, à vérifier avec le patient.")
    return _page(request, SearchForm(), TraitsForm(initial=initial_of(said.traits)), near=near_files(said.traits))


@require_POST
@needs(Act.SEE_DOSSIER)
def read_card(request: HttpRequest) -> HttpResponse:
    """The persons of the Vitale card in the reader: their files, or the form filled with the one who was chosen."""
    try:
        card = asking.read_card()
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("reception")
    audit.record(actor=person(request).actor, action="patient.card_read", target="patients")
    chosen = request.POST.get("beneficiaire", "")
    people = []
    for rank, one in enumerate(card.beneficiaries):
        born = one.birth_date.replace("-", "")
        files = find(Criteria(one.birth_name, one.given_name, born))
        typed = Traits(one.birth_name, one.given_name, "", "", born, used_family_name=one.used_name)
        if (chosen == str(rank) or len(card.beneficiaries) == 1) and not files:
            messages.info(request, "Traits lus sur la carte : les compléter, puis interroger INSi par la carte.")
            return _page(request, SearchForm(), TraitsForm(initial=initial_of(typed)), near=near_files(typed))
        if len(card.beneficiaries) == 1 and len(files) == 1:
            return redirect("patient", files[0].patient.pk)
        people.append(
            {
                "rank": rank,
                "person": typed,
                "born": french(born),
                "files": [identity.banner(match.patient) for match in files],
            }
        )
    return _page(request, SearchForm(), TraitsForm(), card=people)


def _page(request: HttpRequest, form: SearchForm, new: TraitsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"section": "reception", "form": form, "new": new, **more}
    return render(request, "web/reception.html", context, status=status)


def _row(match: Match) -> dict[str, Any]:
    """A result: the banner of the file, and its names with the matching part marked."""
    shown = {field: _marked(getattr(match.patient, field), match.spans.get(field, ())) for field in _NAMES}
    return {"banner": identity.banner(match.patient), **shown}


_NAMES = ("birth_family_name", "used_family_name", "first_given_name", "used_given_name")


def _marked(name: str, spans: tuple[Span, ...]) -> SafeString:
    if not spans:
        return format_html("{}", name)
    start, end = spans[0].start, spans[0].end
    return format_html("{}<mark>{}</mark>{}", name[:start], name[start:end], name[end:])
