"""The patients who may be the one being typed in: a few indexed, bounded queries, then the distance of traits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from eprouvette.lab.identity.duplicates import Keys, Level, Likeness, likeness
from eprouvette.lab.identity.models import Patient

PER_QUERY: Final = 300
PROPOSED: Final = 10
_COLUMNS: Final = (
    "pk",
    "search_birth_name",
    "search_first_name",
    "birth_date",
    "sex",
    "search_used_name",
    "search_used_given",
    "birth_place_cog",
    "ins_value",
    "sound_birth_name",
    "sound_first_name",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be of the same person."""

    patient_id: int
    likeness: Likeness


def duplicates(typed: Keys, *, but: int | None = None, limit: int = PROPOSED) -> tuple[Candidate, ...]:
    """The files that may be of the person being typed in, nearest first; ``but`` is the file itself.

    Safe while typing: what is still empty is not compared, and a name of less than two letters proposes nothing.
    """
    rows: dict[int, Keys] = {}
    for query in _queries(typed):
        for pk, *columns in query.exclude(pk=but or 0).values_list(*_COLUMNS)[:PER_QUERY]:
            rows[pk] = Keys(*columns)
    found = [Candidate(pk, likeness(typed, keys)) for pk, keys in rows.items()]
    near = [one for one in found if one.likeness.level is not Level.UNLIKELY]
    near.sort(key=lambda one: (-one.likeness.points, one.patient_id))
    return tuple(near[:limit])


def _queries(typed: Keys) -> Iterator[QuerySet[Patient]]:
    living = Patient.objects.filter(merged_into__isnull=True)
    if typed.ins:
        yield living.filter(ins_value=typed.ins)
    if len(typed.family) < 2 and len(typed.first) < 2:
        return
    if len(typed.birth_date) == 8:
        yield living.filter(birth_date=typed.birth_date)
        year, month, day = typed.birth_date[:4], typed.birth_date[4:6], typed.birth_date[6:]
        # The same person with day and month swapped, or known by the year alone.
        others = [f"{year}{day}{month}", year, f"{year}{month}"]
        if len(typed.family) >= 2:
            yield living.filter(birth_date__in=others, search_birth_name__gte=typed.family[:1]).filter(
                search_birth_name__lt=_next(typed.family[:1])
            )
    if typed.family_sound and typed.first_sound:
        yield living.filter(sound_birth_name=typed.family_sound, sound_first_name=typed.first_sound)
        yield living.filter(sound_used_name=typed.family_sound, sound_first_name=typed.first_sound)
        yield living.filter(search_birth_name=typed.first, search_first_name=typed.family)
        if typed.used_family:
            yield living.filter(Q(search_birth_name=typed.used_family) & Q(search_first_name=typed.first))


def _next(key: str) -> str:
    return key[:-1] + chr(ord(key[-1]) + 1)
