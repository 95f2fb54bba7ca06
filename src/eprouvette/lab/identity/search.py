"""Searching patients by separate criteria (REQ-INS-17): bounded, by prefix, with what matched to be highlighted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.errors import CriteriaMissingError
from eprouvette.lab.identity.models import WITH_INS, Alias, Patient
from eprouvette.lab.identity.spans import Span, matched

LEAST_LETTERS: Final = 2
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked, each in its own field: a single bar is forbidden (EXI SI 01)."""

    family_name: str = ""
    given_name: str = ""
    birth_date: str = ""
    sex: str = ""
    ins: str = ""
    ipp: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A patient found, and where in each name the criteria are."""

    patient: Patient
    spans: dict[str, tuple[Span, ...]]


def find(asked: Criteria, limit: int = MOST) -> tuple[Match, ...]:
    """The living files that fit every criterion, by name.

    Birth and used names are searched together, by their start; the INS is typed with its key. Raises
    `CriteriaMissingError` without a birth date, two letters of a name, an IPP or an INS.
    """
    family, given = search_key(asked.family_name), search_key(asked.given_name)
    ins = asked.ins.replace(" ", "").upper()
    if not (asked.birth_date or asked.ipp or ins or len(family) >= LEAST_LETTERS):
        raise CriteriaMissingError
    found: dict[int, Patient] = {}
    for rows in _queries(asked, family, given, ins):
        found.update({row.pk: row for row in rows[:limit]})
    ordered = sorted(found.values(), key=lambda row: (row.search_birth_name, row.search_first_name, row.pk))
    return tuple(Match(row, _spans(row, family, given)) for row in ordered[:limit])


def _queries(asked: Criteria, family: str, given: str, ins: str) -> Iterator[QuerySet[Patient]]:
    rows = Patient.objects.filter(merged_into__isnull=True)
    if asked.birth_date:
        rows = rows.filter(birth_date=asked.birth_date)
    if asked.sex:
        rows = rows.filter(sex=asked.sex)
    if ins:
        rows = rows.filter(ins_value=ins, status__in=WITH_INS)
    if asked.ipp:
        number = asked.ipp.strip()
        kept = Alias.objects.filter(ipp=number).values_list("patient_id", flat=True).first()
        rows = rows.filter(ipp=number) if kept is None else rows.filter(pk=kept)
    if not family:
        if given:
            rows = rows.filter(_starts("search_first_name", given) | _starts("search_used_given", given))
        yield rows.order_by("search_birth_name", "search_first_name", "pk")
        return
    # One query a pair of columns, each served by its own index: a condition on either column would be served by none.
    for name in ("search_birth_name", "search_used_name"):
        named = rows.filter(_starts(name, family)).exclude(**{name: ""}).order_by(name, "search_first_name", "pk")
        if not given:
            yield named
            continue
        yield named.filter(_starts("search_first_name", given))
        yield named.filter(_starts("search_used_given", given)).exclude(search_used_given="")


def _starts(column: str, key: str) -> Q:
    """Two bounds instead of LIKE: a prepared statement keeps its index whatever the letters."""
    return Q(**{f"{column}__gte": key, f"{column}__lt": key[:-1] + chr(ord(key[-1]) + 1)})


def _spans(row: Patient, family: str, given: str) -> dict[str, tuple[Span, ...]]:
    wanted = {
        "birth_family_name": family,
        "used_family_name": family,
        "first_given_name": given,
        "used_given_name": given,
    }
    found = {field: matched(getattr(row, field), key) for field, key in wanted.items() if key}
    return {field: spans for field, spans in found.items() if spans}
