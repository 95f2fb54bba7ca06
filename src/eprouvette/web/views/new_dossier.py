"""One plain form that creates a patient and a dossier, through the service that everything else uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from eprouvette.core import oids
from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import queries as catalogue
from eprouvette.lab.directory import queries as directory
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.errors import InvalidTraitsError
from eprouvette.lab.identity.rules import DOCUMENTS
from eprouvette.lab.identity.traits import InsEntry, Traits
from eprouvette.lab.orders import services
from eprouvette.lab.orders.forms import NewDossier, NewPatient
from eprouvette.lab.orders.rules import ENCOUNTER_LABELS
from eprouvette.web.banner import banner_context, file_or_redirect
from eprouvette.web.rights import needs, person
from eprouvette.web.when import MOMENT, FrenchDateField, MomentField

SEXES = [("", "—"), ("F", "féminin"), ("M", "masculin"), ("UN", "indéterminé")]
NATURES = {
    "simulator": [(oids.INS_NIR_TEST, "NIR (démonstration)"), (oids.INS_NIA, "NIA")],
    "test": [(oids.INS_NIR_TEST, "NIR de test")],
    "production": [(oids.INS_NIR, "NIR"), (oids.INS_NIA, "NIA")],
}


class RequestForm(forms.Form):
    """What is asked for a patient: who prescribes, what, when it was taken."""

    TITLES: ClassVar = (
        ("Identité", "birth_family_name"),
        ("Coordonnées", "address_line"),
        ("Demande", "prescriber"),
        ("Examens", "panels"),
    )

    prescriber = forms.ChoiceField(label="Prescripteur")
    prescribed_at = MomentField(label="Prescrit le", required=False)
    order_number = forms.CharField(label="N° de prescription", max_length=60, required=False)
    attending = forms.ChoiceField(label="Médecin traitant", required=False)
    copies = forms.MultipleChoiceField(label="Copies à", required=False, widget=forms.CheckboxSelectMultiple)
    encounter_type = forms.ChoiceField(label="Prise en charge", choices=list(ENCOUNTER_LABELS.items()))
    urgent = forms.BooleanField(label="Urgent", required=False)
    sampled_at = MomentField(label="Prélevé le")
    received_at = MomentField(label="Reçu le")
    clinical_data = forms.CharField(
        label="Renseignements cliniques", required=False, widget=forms.Textarea({"rows": 2, "cols": 50})
    )
    panels = forms.MultipleChoiceField(label="Bilans", required=False, widget=forms.CheckboxSelectMultiple)
    exams = forms.MultipleChoiceField(label="Examens", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one.id), one.name) for one in directory.choices()]
        self._choices("prescriber", [("", "—"), *known])
        self._choices("attending", [("", "—"), *known])
        self._choices("copies", known)
        self._choices("panels", [(one.code, one.label) for one in catalogue.panels()])
        self._choices("exams", [(one.code, one.label) for one in catalogue.exams()])
        now = timezone.localtime().strftime(MOMENT)
        self.fields["received_at"].initial = now

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """What concerns two fields at once."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("panels") and not given.get("exams"):
            self.add_error("panels", "Choisir au moins un bilan ou un examen.")
        sampled, received = given.get("sampled_at"), given.get("received_at")
        if sampled and received and received < sampled:
            self.add_error("received_at", "La réception ne peut pas précéder le prélèvement.")
        if sampled and sampled > timezone.now():
            self.add_error("sampled_at", "Le prélèvement ne peut pas être dans l'avenir.")
        return given

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields as they stand on the page."""
        names = list(self.fields)
        starts = [(title, names.index(first)) for title, first in self.TITLES if first in names]
        ends = [*(start for _, start in starts[1:]), len(names)]
        for (title, start), end in zip(starts, ends, strict=True):
            yield title, [self[name] for name in names[start:end]]


class NewDossierForm(RequestForm):
    """Traits, each in its own field (REQ-INS-06), then the request."""

    birth_family_name = forms.CharField(label="Nom de naissance", max_length=100)
    birth_given_names = forms.CharField(label="Prénoms de naissance", max_length=200, help_text="tous, dans l'ordre")
    first_given_name = forms.CharField(label="1er prénom de naissance", max_length=100)
    sex = forms.ChoiceField(label="Sexe", choices=SEXES)
    birth_date = FrenchDateField(label="Né(e) le")
    birth_place_cog = forms.CharField(label="Code INSEE du lieu", max_length=5, required=False)
    birth_place_name = forms.CharField(label="Lieu de naissance", max_length=100, required=False)
    used_family_name = forms.CharField(label="Nom utilisé", max_length=100, required=False, help_text="si différent")
    used_given_name = forms.CharField(label="Prénom utilisé", max_length=100, required=False, help_text="si différent")
    document_type = forms.ChoiceField(label="Pièce d'identité vue", required=False)
    ins_value = forms.CharField(label="Matricule INS et clé", max_length=15, required=False)
    ins_oid = forms.ChoiceField(label="Nature", required=False)
    address_line = forms.CharField(label="Adresse", max_length=200, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=10, required=False)
    city = forms.CharField(label="Commune", max_length=100, required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = list(RequestForm.base_fields)
        self.order_fields([*(name for name in self.fields if name not in request), *request])
        self._choices("document_type", [("", "aucune"), *((code, label) for code, label in DOCUMENTS.items())])
        self._choices("ins_oid", NATURES[settings.EPROUVETTE_PROFILE])


@require_http_methods(["GET", "POST"])
@needs(Act.CREATE_DOSSIER)
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, or create the patient and the dossier in one transaction."""
    form = NewDossierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dossier = services.register(_patient(form.cleaned_data), _dossier(form.cleaned_data), actor=person(request))
        except InvalidTraitsError as error:
            for field, sentence in error.problems.items():
                form.add_error(field if field in form.fields else None, sentence)
        except EprouvetteError as error:
            form.add_error(None, ValidationError(f"{error.message} {error.hint}"))
        else:
            messages.success(request, f"Dossier {dossier.number} créé.")
            return redirect("dossier", dossier.pk)
    context = {"form": form, "groups": form.groups(), "section": "new"}
    return render(request, "web/new_dossier.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(Act.CREATE_DOSSIER)
def of_patient(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The same form for a patient whose file is open: the request alone is asked."""
    file = file_or_redirect(request, patient_id)
    if isinstance(file, HttpResponse):
        return file
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dossier = services.register(patient_id, _dossier(form.cleaned_data), actor=person(request))
        except EprouvetteError as error:
            form.add_error(None, ValidationError(f"{error.message} {error.hint}"))
        else:
            messages.success(request, f"Dossier {dossier.number} créé.")
            return redirect("dossier", dossier.pk)
    context = {"form": form, "groups": form.groups(), "section": "new", **banner_context(identity.banner(file))}
    return render(request, "web/new_dossier.html", context, status=400 if form.errors else 200)


def _patient(given: dict[str, Any]) -> NewPatient:
    traits = Traits(**{name: given[name] for name in Traits.__dataclass_fields__ if name in given})
    ins = InsEntry(given["ins_value"].replace(" ", ""), given["ins_oid"]) if given["ins_value"] else None
    return NewPatient(traits, document_type=given["document_type"], ins=ins)


def _dossier(given: dict[str, Any]) -> NewDossier:
    site = Site.objects.order_by("pk").first()
    if site is None:
        raise EprouvetteError("Aucun site n'est enregistré.", hint="Créer le laboratoire avant le premier dossier.")
    attending = given["attending"]
    return NewDossier(
        site_id=site.pk,
        prescriber_id=int(given["prescriber"]),
        sampled_at=cast(datetime, given["sampled_at"]),
        received_at=cast(datetime, given["received_at"]),
        exam_codes=tuple(given["exams"]),
        panel_codes=tuple(given["panels"]),
        order_number=given["order_number"],
        prescribed_at=given["prescribed_at"],
        attending_id=int(attending) if attending else None,
        copy_ids=tuple(int(one) for one in given["copies"]),
        clinical_data=given["clinical_data"],
        urgent=given["urgent"],
        encounter_type=given["encounter_type"],
    )
