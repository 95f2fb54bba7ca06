"""The forms that amend the request on the page of a dossier, and what that page shows of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue.lists import Name, listed
from eprouvette.lab.directory import queries as directory
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.changes import MOST_VACCINATIONS, SampleChange, ScreeningChange, Shot
from eprouvette.lab.orders.models import Dossier, Sample, ScreeningContext
from eprouvette.lab.orders.rules import CLOSED, CONFIDENTIALITY_LABELS
from eprouvette.web.rights import can
from eprouvette.web.when import DayField, MomentField

_GIVEN = [("oui", "faite"), ("non", "non faite")]
_WIDE = {"size": 34, "autocomplete": "off"}


def _options(name: Name, empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((one.code, one.display) for one in listed(name))]


class SampleForm(forms.Form):
    """Where, by whom and when a sample was taken; from what, when it is not the patient."""

    collected_at = MomentField(label="Prélevé le")
    received_at = MomentField(label="Reçu le", required=False)
    site_code = forms.ChoiceField(label="Site", required=False)
    sampler_id = forms.CharField(
        label="Préleveur (nom ou n° RPPS)",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "celui du dossier", "autocomplete": "off"}),
    )
    subject = forms.CharField(label="Origine non humaine (tique, eau…)", required=False)
    subject_code = forms.CharField(label="Code SNOMED CT de l'origine", required=False, max_length=18)
    subject_place = forms.CharField(label="Lieu d'origine", required=False)

    def __init__(self, sample: Sample, data: Any = None) -> None:
        initial = {
            "collected_at": timezone.localtime(sample.collected_at),
            "received_at": timezone.localtime(sample.received_at) if sample.received_at else None,
            "site_code": sample.site_code,
            "sampler_id": sample.sampler.rpps if sample.sampler else "",
            "subject": sample.subject,
            "subject_code": sample.subject_code,
            "subject_place": sample.subject_place,
        }
        super().__init__(data, initial=initial, prefix=f"t{sample.pk}")
        self._sample = sample
        sites = _options("sites", "—")
        # The site that the sample holds is offered though the list lost it.
        if not any(sample.site_code == code for code, _ in sites):
            sites.append((sample.site_code, sample.site_label))
        cast(forms.ChoiceField, self.fields["site_code"]).choices = sites
        for name in ("subject", "subject_place"):
            self.fields[name].widget.attrs.update(_WIDE)

    def clean_sampler_id(self) -> int | None:
        """The one professional whom a name or a number names; a directory is too long for a list."""
        typed: str = self.cleaned_data["sampler_id"]
        held = self._sample.sampler
        if not typed or (held and typed == held.rpps):
            return held.pk if held and typed else None
        # Signs alone would be the beginning of every name.
        found = directory.search(typed, limit=2) if search_key(typed) else ()
        if not found:
            raise ValidationError("Préleveur : personne de ce nom ou de ce numéro dans l'annuaire du laboratoire.")
        if len(found) > 1:
            raise ValidationError("Préleveur : plusieurs professionnels de ce nom, écrire le numéro RPPS.")
        return found[0].id

    def change(self) -> SampleChange:
        """What the valid form asks for."""
        given = self.cleaned_data
        return SampleChange(
            collected_at=_kept(given["collected_at"], self._sample.collected_at),
            received_at=_kept(given["received_at"], self._sample.received_at) if given["received_at"] else None,
            site_code=given["site_code"],
            sampler_id=given["sampler_id"],
            subject=given["subject"],
            subject_code=given["subject_code"],
            subject_place=given["subject_place"],
        )


def _kept(typed: datetime, held: datetime | None) -> datetime:
    """The time held when the one typed is the same: the field of the page has no seconds."""
    return held if held is not None and held.replace(second=0, microsecond=0) == typed else typed


class ScreeningForm(forms.Form):
    """Why the screening is made, and what it looks for."""

    context_code = forms.ChoiceField(label="Contexte")
    sought_code = forms.ChoiceField(label="Recherché")

    def __init__(self, row: ScreeningContext | None, data: Any = None) -> None:
        held = {"context_code": row.context_code, "sought_code": row.sought_code} if row else {}
        super().__init__(data, initial=held)
        cast(forms.ChoiceField, self.fields["context_code"]).choices = _options("contexts", "—")
        cast(forms.ChoiceField, self.fields["sought_code"]).choices = _options("sought", "—")


class ShotForm(forms.Form):
    """One vaccination; a row left as it came is none."""

    vaccine_code = forms.ChoiceField(label="Vaccin")
    given = forms.ChoiceField(label="Vaccination", choices=_GIVEN, initial="oui")
    given_on = DayField(label="Faite le", required=False)
    dose = forms.CharField(label="Dose", required=False, widget=forms.TextInput(attrs={"size": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["vaccine_code"])
        field.choices = _options("vaccines", "—")
        field.error_messages["required"] = "Choisir le vaccin, ou vider la ligne."

    def shot(self) -> Shot | None:
        """What a valid row says; None for a row left empty."""
        given = self.cleaned_data
        if not given.get("vaccine_code"):
            return None
        return Shot(given["vaccine_code"], given["given"] == "oui", given["given_on"], given["dose"])


_Shots = forms.formset_factory(ShotForm, extra=2, max_num=MOST_VACCINATIONS, validate_max=True)


class ScreeningForms:
    """The context and its vaccinations, sent together."""

    def __init__(self, row: ScreeningContext | None, data: Any = None) -> None:
        held = [
            {
                "vaccine_code": one.vaccine_code,
                "given": "oui" if one.given else "non",
                "given_on": one.given_on,
                "dose": one.dose,
            }
            for one in (row.vaccinations.all() if row else ())
        ]
        self.known = row
        self.reason = ScreeningForm(row, data)
        self.shots = _Shots(data, initial=held, prefix="vaccins")

    def is_valid(self) -> bool:
        """True when nothing of what was typed is refused; both parts are always read."""
        return all([self.reason.is_valid(), self.shots.is_valid()])

    @property
    def wrong(self) -> bool:
        """True when something was sent and refused."""
        return bool(self.reason.errors or self.shots.total_error_count())

    def change(self) -> ScreeningChange:
        """What the valid forms ask for."""
        given = self.reason.cleaned_data
        told = tuple(shot for one in self.shots.forms if (shot := one.shot()) is not None)
        return ScreeningChange(given["context_code"], given["sought_code"], told)

    def refuse(self, problems: dict[str, str]) -> None:
        """Show each problem where it was typed (``shots.1.given_on`` is a field of the second vaccination told)."""
        told = [one for one in self.shots.forms if one.shot() is not None]
        for place, sentence in problems.items():
            _, _, inner = place.partition("shots.")
            rank, _, name = inner.partition(".")
            if name:
                told[int(rank)].add_error(name, sentence)
            else:
                self.reason.add_error(place if place in self.reason.fields else None, sentence)


def amendments_context(
    request: HttpRequest, dossier: Dossier, *, bound: SampleForm | None = None, screening: ScreeningForms | None = None
) -> dict[str, Any]:
    """What the page shows of the request; ``bound`` and ``screening`` are forms that were refused."""
    may_amend = dossier.state not in CLOSED and can(request, Act.AMEND_DOSSIER)
    rows = dossier.samples.select_related("sampler")
    if screening is None and orders.is_screening(dossier.pk):
        screening = ScreeningForms(orders.screening_of(dossier.pk))
    return {
        "samples": [_sample(row, bound, may_amend=may_amend) for row in rows],
        "samples_wrong": bound is not None,
        "screening": screening,
        "may_amend": may_amend,
        "confidentialities": CONFIDENTIALITY_LABELS.items(),
        "may_set_confidentiality": dossier.state not in CLOSED and can(request, Act.SET_CONFIDENTIALITY),
    }


def _sample(row: Sample, bound: SampleForm | None, *, may_amend: bool) -> dict[str, Any]:
    form = None
    if may_amend:
        form = bound if bound is not None and bound.prefix == f"t{row.pk}" else SampleForm(row)
    return {
        "row": row,
        "sampler": directory.display_name(row.sampler) if row.sampler else "",
        "origin": ", ".join(part for part in (row.subject, row.subject_place) if part),
        "form": form,
        "wrong": form is not None and form.is_bound,
    }
