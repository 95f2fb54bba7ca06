"""What is amended on an open dossier, as the page says it, and what keeps it from being kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from eprouvette.lab.catalogue import lists
from eprouvette.lab.orders.forms import CLOCK_SLACK
from eprouvette.standards.terminology.snomed import is_well_formed

LONGEST: Final = {"subject": 120, "subject_place": 200, "dose": 40}
MOST_VACCINATIONS: Final = 10
_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class SampleChange:
    """All that may be amended of a sample; ``sampler_id`` is None for the dossier's own sampler."""

    collected_at: datetime
    received_at: datetime | None = None
    site_code: str = ""
    sampler_id: int | None = None
    subject: str = ""
    subject_code: str = ""
    subject_place: str = ""


@dataclass(frozen=True, slots=True)
class Shot:
    """A vaccination, made or not; of one that was made, the day and the dose when they are known."""

    vaccine_code: str
    given: bool
    given_on: date | None = None
    dose: str = ""


@dataclass(frozen=True, slots=True)
class ScreeningChange:
    """Why a screening is made, what it looks for, the vaccinations that bear on it."""

    context_code: str
    sought_code: str
    shots: tuple[Shot, ...] = ()


def sample_problems(change: SampleChange, now: datetime, *, kept_site: str = "") -> dict[str, str]:
    """What keeps a sample from being amended so, by field; a site that it has already (``kept_site``) stays."""
    return dict(_sample(change, now, kept_site))


def _sample(change: SampleChange, now: datetime, kept_site: str) -> Iterator[tuple[str, str]]:
    moments = (("collected_at", "Prélevé le", change.collected_at), ("received_at", "Reçu le", change.received_at))
    for name, label, moment in moments:
        if moment is not None and moment.tzinfo is None:
            yield name, f"{label} : le décalage horaire manque."
            return
        if moment is not None and moment > now + CLOCK_SLACK:
            yield name, f"{label} : cette date est dans le futur."
    if change.received_at is not None and change.received_at < change.collected_at:
        yield "received_at", "Reçu le : la réception précède le prélèvement."
    if change.site_code not in {"", kept_site} and lists.by_code("sites", change.site_code) is None:
        yield "site_code", "Site : il n'est pas dans la liste."
    yield from _subject(change)


def _subject(change: SampleChange) -> Iterator[tuple[str, str]]:
    yield from _text("subject", "Origine", change.subject)
    yield from _text("subject_place", "Lieu d'origine", change.subject_place)
    if change.subject_code and not is_well_formed(change.subject_code):
        yield "subject_code", "Code de l'origine : ce n'est pas un code SNOMED CT (chiffre de contrôle)."
    if (change.subject_code or change.subject_place) and not change.subject.strip():
        yield "subject", "Origine : dire ce qui a été prélevé avant son code ou son lieu."


def _text(name: str, label: str, text: str) -> Iterator[tuple[str, str]]:
    if len(text) > LONGEST[name]:
        yield name, f"{label} : {LONGEST[name]} caractères au plus."
    elif _FORBIDDEN.search(text):
        yield name, f"{label} : un caractère ne s'imprime pas."


def screening_problems(change: ScreeningChange, born: date, today: date) -> dict[str, str]:
    """What keeps the context of a screening from being kept, by field (``shots.0.given_on`` for a vaccination)."""
    return dict(_screening(change, born, today))


def _screening(change: ScreeningChange, born: date, today: date) -> Iterator[tuple[str, str]]:
    if lists.by_code("contexts", change.context_code) is None:
        yield "context_code", "Contexte : choisir dans la liste."
    if lists.by_code("sought", change.sought_code) is None:
        yield "sought_code", "Recherché : choisir dans la liste."
    if len(change.shots) > MOST_VACCINATIONS:
        yield "shots", f"Vaccinations : {MOST_VACCINATIONS} au plus."
    for rank, shot in enumerate(change.shots):
        for name, sentence in _shot(shot, born, today):
            yield f"shots.{rank}.{name}", sentence


def _shot(shot: Shot, born: date, today: date) -> Iterator[tuple[str, str]]:
    if lists.by_code("vaccines", shot.vaccine_code) is None:
        yield "vaccine_code", "Vaccin : choisir dans la liste."
    if not shot.given and (shot.given_on or shot.dose.strip()):
        yield "given", "Vaccination : une vaccination non faite n'a ni date ni dose."
    if shot.given_on is not None and shot.given_on > today:
        yield "given_on", "Faite le : cette date est dans le futur."
    if shot.given_on is not None and shot.given_on < born:
        yield "given_on", "Faite le : cette date précède la naissance."
    yield from _text("dose", "Dose", shot.dose)
