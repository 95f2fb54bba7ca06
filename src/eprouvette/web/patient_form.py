"""The traits of a patient as the desk types them, and the files that may be of the same person."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from django import forms

from eprouvette.core.errors import InvalidValueError
from eprouvette.lab.identity import cog
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.candidates import duplicates
from eprouvette.lab.identity.duplicates import LEVEL_LABELS, Keys, Level
from eprouvette.lab.identity.errors import InvalidTraitsError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.queries import Banner
from eprouvette.lab.identity.traits import Traits
from eprouvette.web.when import FrenchDateField, partial_date

SEXES = [("", "—"), ("F", "féminin"), ("M", "masculin"), ("UN", "indéterminé")]


class TraitsForm(forms.Form):
    """The order is that of a hand on a keyboard: what identifies first, the rest after."""

    birth_family_name = forms.CharField(label="Nom de naissance", max_length=100)
    birth_given_names = forms.CharField(label="Prénoms de naissance", max_length=200, help_text="tous, dans l'ordre")
    first_given_name = forms.CharField(
        label="1er prénom", max_length=100, required=False, help_text="s'il a plusieurs mots"
    )
    sex = forms.ChoiceField(label="Sexe", choices=SEXES)
    birth_date = FrenchDateField(label="Né(e) le")
    birth_place_cog = forms.CharField(label="Code INSEE du lieu", max_length=5, required=False)
    birth_place_name = forms.CharField(label="Lieu de naissance", max_length=100, required=False)
    used_family_name = forms.CharField(label="Nom utilisé", max_length=100, required=False, help_text="si différent")
    used_given_name = forms.CharField(label="Prénom utilisé", max_length=100, required=False, help_text="si différent")
    address_line = forms.CharField(label="Adresse", max_length=200, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=10, required=False)
    city = forms.CharField(label="Commune", max_length=100, required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def traits(self, kept: Traits | None = None) -> Traits:
        """The traits typed, over those of the file that the form does not ask; the first given name opens the list."""
        given = dict(self.cleaned_data)
        given["first_given_name"] = given["first_given_name"] or given["birth_given_names"].split()[0]
        if given["birth_place_cog"] and not given["birth_place_name"]:
            place = cog.at(given["birth_place_cog"], given["birth_date"])
            given["birth_place_name"] = place.name if place else ""
        return replace(kept, **given) if kept else Traits(**given)

    def refuse(self, error: InvalidTraitsError) -> None:
        """Put each sentence under its field."""
        for field, sentence in error.problems.items():
            self.add_error(field if field in self.fields else None, sentence)


@dataclass(frozen=True, slots=True)
class Near:
    """A file that may be of the person being typed in, with the reasons in words."""

    banner: Banner
    level: Level
    label: str
    sentence: str

    @property
    def stops(self) -> bool:
        """True when a person must say that it is somebody else."""
        return self.level in {Level.SURE, Level.PROBABLE}


def near(typed: Traits) -> tuple[Near, ...]:
    """The files near what is typed so far; nothing while that says too little."""
    keys = Keys.of(
        typed.birth_family_name,
        typed.first_given_name or (typed.birth_given_names.split() or [""])[0],
        typed.birth_date,
        sex=typed.sex,
        used_family_name=typed.used_family_name,
        used_given_name=typed.used_given_name,
        cog=typed.birth_place_cog,
    )
    found = duplicates(keys)
    rows = Patient.objects.in_bulk([one.patient_id for one in found])
    return tuple(
        Near(
            identity.banner(rows[one.patient_id]),
            one.likeness.level,
            LEVEL_LABELS[one.likeness.level],
            one.likeness.sentence,
        )
        for one in found
        if one.patient_id in rows
    )


def half_typed(data: dict[str, str]) -> Traits:
    """The traits of a form that is still being typed in: a date that is not whole counts for nothing."""
    values = {name: data.get(name, "").strip() for name in TraitsForm.base_fields}
    try:
        values["birth_date"] = partial_date(values["birth_date"])
    except InvalidValueError:
        values["birth_date"] = ""
    return Traits(**values)


def traits_of(patient: Patient) -> Traits:
    """The traits of a file."""
    return Traits(**{name: getattr(patient, name) for name in Traits.__dataclass_fields__})


def initial_of(traits: Traits) -> dict[str, str]:
    """The traits as the form shows them."""
    return asdict(traits) | {"birth_date": french(traits.birth_date)}


def french(born: str) -> str:
    """``12/03/1979`` for ``19790312``, as much of it as there is; what INSi does not know stays ``00``."""
    return "/".join(part for part in (born[6:], born[4:6], born[:4]) if part)
