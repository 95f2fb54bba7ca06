"""How near two identities are, and why, in words: what is proposed while a patient is typed in.

A pure distance. Candidates come from a few indexed queries (`candidates`); the points and thresholds are the tables
below. Nothing is ever merged by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.names import sound_of


@dataclass(frozen=True, slots=True)
class Keys:
    """An identity as it is compared: folded names and their sounds, ``birth_date`` as known, empty parts unknown."""

    family: str
    first: str
    birth_date: str
    sex: str = ""
    used_family: str = ""
    used_first: str = ""
    cog: str = ""
    ins: str = ""
    family_sound: str = ""
    first_sound: str = ""

    @classmethod
    def of(
        cls,
        family_name: str,
        given_name: str,
        birth_date: str,
        *,
        sex: str = "",
        used_family_name: str = "",
        used_given_name: str = "",
        cog: str = "",
        ins: str = "",
    ) -> Keys:
        """The keys of traits as they are typed."""
        return cls(
            family=search_key(family_name),
            first=search_key(given_name),
            birth_date=birth_date,
            sex=sex,
            used_family=search_key(used_family_name),
            used_first=search_key(used_given_name),
            cog=cog,
            ins=ins,
            family_sound=sound_of(family_name),
            first_sound=sound_of(given_name),
        )


class Level(StrEnum):
    """How much a likeness is worth."""

    SURE = "meme_ins"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "improbable"


LEVEL_LABELS: Final[dict[Level, str]] = {
    Level.SURE: "même INS",
    Level.PROBABLE: "doublon probable",
    Level.POSSIBLE: "doublon possible",
    Level.UNLIKELY: "improbable",
}
THRESHOLDS: Final[tuple[tuple[int, Level], ...]] = (
    (800, Level.SURE),
    (80, Level.PROBABLE),
    (62, Level.POSSIBLE),
)
POINTS: Final[dict[str, int]] = {
    "même INS": 1000,
    "INS différentes": -60,
    "même date de naissance": 40,
    "jour et mois inversés": 32,
    "un chiffre de la date diffère": 28,
    "même année de naissance": 8,
    "date incomplète, compatible": 25,
    "dates différentes": -15,
    "nom identique": 30,
    "nom proche : 1 lettre": 24,
    "nom proche : 2 lettres": 16,
    "nom qui s'entend pareil": 20,
    "nom de naissance de l'un, nom utilisé de l'autre": 24,
    "l'un des noms composés est le même": 18,
    "noms différents": -20,
    "prénom identique": 22,
    "prénom proche : 1 lettre": 16,
    "prénom qui s'entend pareil": 14,
    "premier prénom de l'un, prénom utilisé de l'autre": 16,
    "même début de prénom composé": 14,
    "prénoms différents": -25,
    "nom et prénom inversés": 45,
    "même sexe": 2,
    "sexes différents": -6,
    "même lieu de naissance": 6,
}
"""What each reason adds. A twin (same name, date, place; other given name) stays below *probable*."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near two identities are: points, level and the reasons, most telling first."""

    points: int
    level: Level
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The reasons that bring the two together, as one line."""
        return ", ".join(reason for reason in self.reasons if POINTS[reason] > 0)


def likeness(first: Keys, second: Keys) -> Likeness:
    """How near two identities are. Symmetric; what neither knows counts for nothing."""
    reasons = tuple(sorted(_reasons(first, second), key=lambda reason: -abs(POINTS[reason])))
    points = sum(POINTS[reason] for reason in reasons)
    level = next((level for least, level in THRESHOLDS if points >= least), Level.UNLIKELY)
    return Likeness(points, level, reasons)


def _reasons(a: Keys, b: Keys) -> Iterator[str]:
    if a.ins and b.ins:
        yield "même INS" if a.ins == b.ins else "INS différentes"
    if a.birth_date and b.birth_date:
        yield from _dates(a.birth_date, b.birth_date)
    if a.family and b.family and a.first and b.first and a.family == b.first and a.first == b.family:
        yield "nom et prénom inversés"
    else:
        yield from _families(a, b)
        yield from _firsts(a, b)
    if a.sex in {"F", "M"} and b.sex in {"F", "M"}:
        yield "même sexe" if a.sex == b.sex else "sexes différents"
    if a.cog and a.cog == b.cog and a.cog != "99999":
        yield "même lieu de naissance"


def _dates(a: str, b: str) -> Iterator[str]:
    if a == b and len(a) == 8:
        yield "même date de naissance"
    elif len(a) < 8 or len(b) < 8:
        shorter = min(len(a), len(b))
        yield "date incomplète, compatible" if a[:shorter] == b[:shorter] else "dates différentes"
    elif a[:4] == b[:4] and a[4:6] == b[6:] and a[6:] == b[4:6]:
        yield "jour et mois inversés"
    elif sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        yield "un chiffre de la date diffère"
    else:
        yield "même année de naissance" if a[:4] == b[:4] else "dates différentes"


def _families(a: Keys, b: Keys) -> Iterator[str]:
    if not a.family or not b.family:
        return
    if a.family == b.family:
        yield "nom identique"
    elif (letters := spelling_distance(a.family, b.family, 2)) <= 1:
        yield "nom proche : 1 lettre"
    elif a.family_sound == b.family_sound:
        yield "nom qui s'entend pareil"
    elif letters == 2 and min(len(a.family), len(b.family)) >= 5:
        yield "nom proche : 2 lettres"
    elif _crossed(a.family, b.used_family) or _crossed(b.family, a.used_family):
        yield "nom de naissance de l'un, nom utilisé de l'autre"
    elif {word for word in a.family.split() if len(word) > 2} & set(b.family.split()):
        yield "l'un des noms composés est le même"
    else:
        yield "noms différents"


def _firsts(a: Keys, b: Keys) -> Iterator[str]:
    if not a.first or not b.first:
        return
    if a.first == b.first:
        yield "prénom identique"
    elif spelling_distance(a.first, b.first, 1) <= 1 and min(len(a.first), len(b.first)) >= 4:
        yield "prénom proche : 1 lettre"
    elif a.first_sound == b.first_sound:
        yield "prénom qui s'entend pareil"
    elif _crossed(a.first, b.used_first) or _crossed(b.first, a.used_first):
        yield "premier prénom de l'un, prénom utilisé de l'autre"
    elif a.first.split()[0] == b.first.split()[0]:
        yield "même début de prénom composé"
    else:
        yield "prénoms différents"


def _crossed(one: str, other: str) -> bool:
    return bool(one) and one == other


def spelling_distance(a: str, b: str, most: int) -> int:
    """Letters to add, remove, change or swap with the next one from ``a`` to ``b``; ``most + 1`` for more than that."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, previous = previous, row
    return min(previous[-1], most + 1)
