"""The small forms of the page of a patient that touch no strict trait: coordinates, whom to call, death."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from eprouvette.core.dates import PartialDate
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import rules
from eprouvette.lab.identity.errors import InvalidTraitsError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.traits import Coordinates
from eprouvette.web.rights import can
from eprouvette.web.when import MomentField


class FactForm(forms.Form):
    """A small form that takes the sentences of the identity room."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def refuse(self, error: InvalidTraitsError) -> None:
        """Put each sentence under its field."""
        for field, sentence in error.problems.items():
            self.add_error(field, sentence)


class CoordinatesForm(FactForm):
    """Where to write to the patient and how to call."""

    prefix = "coordonnees"
    address_line = forms.CharField(
        label="Adresse", max_length=200, required=False, widget=forms.TextInput(attrs={"size": 40})
    )
    postal_code = forms.CharField(
        label="Code postal", max_length=10, required=False, widget=forms.TextInput(attrs={"size": 7})
    )
    city = forms.CharField(label="Commune", max_length=100, required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    email = forms.CharField(
        label="Adresse électronique", max_length=254, required=False, widget=forms.TextInput(attrs={"size": 32})
    )

    def given(self) -> Coordinates:
        """What was typed."""
        return Coordinates(**self.cleaned_data)


class ContactForm(FactForm):
    """Whom to call for the patient."""

    prefix = "prevenir"
    name = forms.CharField(label="Personne à prévenir", max_length=120, required=False)
    phone = forms.CharField(label="Son téléphone", max_length=20, required=False)


class DeathForm(FactForm):
    """When the patient died."""

    prefix = "deces"
    deceased_at = MomentField(label="Décédé(e) le")


@dataclass(frozen=True, slots=True)
class FactForms:
    """What was typed and refused: None for a form that was not sent."""

    coordinates: CoordinatesForm | None = None
    contact: ContactForm | None = None
    death: DeathForm | None = None


def facts_context(request: HttpRequest, patient: Patient, refused: FactForms | None = None) -> dict[str, Any]:
    """The forms with what the file holds, or with what was refused; the exemption from INSi in words."""
    kept = refused or FactForms()
    initial = {name: getattr(patient, name) for name in Coordinates.__dataclass_fields__}
    contact = {"name": patient.contact_name, "phone": patient.contact_phone}
    born = PartialDate(patient.birth_date).first_day()
    return {
        "coordinates_form": kept.coordinates or CoordinatesForm(initial=initial),
        "contact_form": kept.contact or ContactForm(initial=contact),
        "death_form": kept.death or DeathForm(initial={"deceased_at": patient.deceased_at}),
        "coordinates": " · ".join(
            part
            for part in (
                patient.address_line,
                f"{patient.postal_code} {patient.city}".strip(),
                patient.phone,
                patient.email,
            )
            if part
        ),
        "exemption": patient.exemption.value,
        "exemption_label": rules.EXEMPTION_LABELS[patient.exemption],
        "exemptions": [(one.value, label) for one, label in rules.EXEMPTION_LABELS.items()],
        "exemption_is_old": rules.newborn_is_over(patient.exemption, born, timezone.localdate()),
        "may_exempt": can(request, Act.QUALIFY_IDENTITY) and (patient.ins is None or bool(patient.exemption)),
    }
