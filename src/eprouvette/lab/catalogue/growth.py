"""How micro-organisms, antibiotics and marks of resistance are named and found; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from eprouvette.lab.directory.rules import search_key

_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class OrganismName:
    """A micro-organism, as people and messages name it."""

    id: int
    code: str
    label: str
    snomed: str = ""
    antibiogram: str = ""


@dataclass(frozen=True, slots=True)
class AntibioticName:
    """An antibiotic, as people and messages name it; ``disk`` is the LOINC code of its diameter."""

    id: int
    code: str
    label: str
    family: str = ""
    mic: str = ""
    disk: str = ""
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class MarkerName:
    """A mark of resistance, as people and messages name it."""

    id: int
    code: str
    label: str
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class AntibiogramName:
    """Antibiotics tested together, by their codes."""

    code: str
    label: str
    antibiotics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Every name, found by local code, by LOINC or SNOMED CT code, or by words."""

    organisms: Mapping[str, OrganismName]
    antibiotics: Mapping[str, AntibioticName]
    markers: Mapping[str, MarkerName]

    def organism(self, *said: str) -> OrganismName | None:
        """The organism that one of these codes or words names."""
        return _first(self.organisms, said)

    def antibiotic(self, *said: str) -> AntibioticName | None:
        """The antibiotic that one of these codes or words names."""
        return _first(self.antibiotics, said)

    def marker(self, *said: str) -> MarkerName | None:
        """The mark that one of these codes or words names."""
        return _first(self.markers, said)


def _first(table: Mapping[str, _Name], said: Iterable[str]) -> _Name | None:
    keys = (key for text in said if text.strip() for key in (text.strip(), search_key(text)))
    return next((table[key] for key in keys if key in table), None)


def book(
    organisms: Iterable[OrganismName], antibiotics: Iterable[AntibioticName], markers: Iterable[MarkerName]
) -> Names:
    """The names by each of their codes and words; pure."""
    return Names(
        {key: one for one in organisms for key in (search_key(one.label), one.snomed, one.code) if key},
        {
            key: one
            for one in antibiotics
            for key in (search_key(one.label), one.loinc, one.disk, one.mic, one.code)
            if key
        },
        {key: one for one in markers for key in (search_key(one.label), one.loinc, one.code) if key},
    )
