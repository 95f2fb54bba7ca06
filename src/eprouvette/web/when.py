"""Dates and times typed by people: ``12/03/1979``, ``12031979`` or ``1979-03-12``."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from eprouvette.core.dates import PartialDate
from eprouvette.core.errors import InvalidValueError

MOMENT = "%Y-%m-%dT%H:%M"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRENCH = re.compile(r"(?:(?:(\d{1,2})[/. -])?(\d{1,2})[/. -])?(\d{4})")
_TIGHT = re.compile(r"(\d{2})(\d{2})(\d{4})")


def partial_date(text: str) -> str:
    """``AAAAMMJJ``, ``AAAAMM`` or ``AAAA`` for a date typed the French way; raises `InvalidValueError`."""
    typed = text.strip()
    if match := _ISO.fullmatch(typed):
        parts = match.groups()
    elif match := (_TIGHT.fullmatch(typed) or _FRENCH.fullmatch(typed)):
        day, month, year = match.groups()
        parts = (year, month, day)
    else:
        raise InvalidValueError("Écrire la date ainsi : JJ/MM/AAAA.")
    return PartialDate("".join(part.zfill(2) for part in parts if part)).text


class FrenchDateField(forms.CharField):
    """A date, possibly incomplete (month and year, or year alone): its value is HL7 text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        super().__init__(**kwargs)
        self.widget.attrs.update(placeholder="JJ/MM/AAAA", size=11, inputmode="numeric", autocomplete="off")

    def clean(self, value: Any) -> str:
        """The HL7 text of the date, empty when nothing was typed."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        try:
            text = partial_date(typed)
        except InvalidValueError as error:
            raise ValidationError(error.message) from error
        if PartialDate(text).first_day() > date.today():  # noqa: DTZ011 - a calendar day, in the laboratory's zone
            raise ValidationError("Cette date est dans l'avenir.")
        return text


class MomentField(forms.DateTimeField):
    """A local date and time, in the browser's own field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%d/%m/%Y %H:%M"], **kwargs)


class DayField(forms.DateField):
    """A whole date, typed as the French do."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"placeholder": "JJ/MM/AAAA", "size": 11, "inputmode": "numeric", "autocomplete": "off"}
        widget = forms.DateInput(attrs=attributes, format="%d/%m/%Y")
        messages = {"invalid": "Écrire la date ainsi : JJ/MM/AAAA."}
        formats = ["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"]
        super().__init__(widget=widget, input_formats=formats, error_messages=messages, **kwargs)
