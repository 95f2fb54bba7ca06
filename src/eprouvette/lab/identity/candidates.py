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

    Safe while typing: what is still empty is not compared; a name alone, without date nor INS, proposes nothing.
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
    if not typed.birth_date or (len(typed.family) < 2 and len(typed.first) < 2):
        return
    near = living.filter(_near(typed.birth_date))
    if len(typed.birth_date) == 8:
        yield living.filter(birth_date=typed.birth_date)
    if len(typed.family) >= 2:
        start = typed.family[:2]
        others = [date for date in _incomplete_or_swapped(typed.birth_date) if date != typed.birth_date]
        yield living.filter(birth_date__in=others, search_birth_name__gte=start, search_birth_name__lt=_next(start))
    if typed.family_sound and typed.first_sound:
        yield near.filter(sound_birth_name=typed.family_sound, sound_first_name=typed.first_sound)
        yield near.filter(sound_used_name=typed.family_sound, sound_first_name=typed.first_sound)
        yield near.filter(search_birth_name=typed.first, search_first_name=typed.family)
    if typed.used_family:
        yield near.filter(search_birth_name=typed.used_family, search_first_name=typed.first)


def _near(birth_date: str) -> Q:
    """Dates near enough for a name alone to tell: one digit apart, swapped, or compatible with what is known."""
    if len(birth_date) < 8:
        within = Q(birth_date__gte=birth_date, birth_date__lt=_next(birth_date))
        return within | Q(birth_date__in=_incomplete_or_swapped(birth_date))
    one_apart = [
        f"{birth_date[:place]}{digit}{birth_date[place + 1 :]}" for place in range(8) for digit in "0123456789"
    ]
    return Q(birth_date__in=[*one_apart, *_incomplete_or_swapped(birth_date)])


def _incomplete_or_swapped(birth_date: str) -> list[str]:
    year, month, day = birth_date[:4], birth_date[4:6], birth_date[6:]
    return [year, year + month, year + day + month]


def _next(key: str) -> str:
    return key[:-1] + chr(ord(key[-1]) + 1)
