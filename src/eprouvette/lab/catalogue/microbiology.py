"""What a culture may be answered with, for the rules and for the forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from eprouvette.lab.catalogue.models import Antibiogram, Antibiotic, Exam, Marker, Organism
from eprouvette.lab.directory.rules import search_key

_Name = TypeVar("_Name")
SHOWN = 20
"""How many organisms a search shows at most."""


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


def names() -> Names:
    """Every name of the catalogue, in three queries; those that left the files too, since isolates speak of them."""
    return book(
        map(_organism, Organism.objects.order_by("active", "rank")),
        map(_antibiotic, Antibiotic.objects.order_by("active", "rank")),
        map(_marker, Marker.objects.order_by("active", "rank")),
    )


def _organism(row: Organism) -> OrganismName:
    return OrganismName(row.pk, row.code, row.label, row.snomed, row.antibiogram)


def _antibiotic(row: Antibiotic) -> AntibioticName:
    return AntibioticName(row.pk, row.code, row.label, row.family, row.mic_loinc, row.disk_loinc, row.loinc)


def _marker(row: Marker) -> MarkerName:
    return MarkerName(row.pk, row.code, row.label, row.loinc)


def organisms() -> tuple[OrganismName, ...]:
    """Active organisms, the commonest first."""
    return tuple(map(_organism, Organism.objects.filter(active=True)))


def antibiotics() -> tuple[AntibioticName, ...]:
    """Active antibiotics in the order of the antibiogram."""
    return tuple(map(_antibiotic, Antibiotic.objects.filter(active=True)))


def markers() -> tuple[MarkerName, ...]:
    """Active marks of resistance."""
    return tuple(map(_marker, Marker.objects.filter(active=True)))


def antibiograms() -> tuple[AntibiogramName, ...]:
    """The antibiograms that the form offers."""
    return tuple(AntibiogramName(row.code, row.label, tuple(row.antibiotics)) for row in Antibiogram.objects.all())


def search_organisms(text: str) -> tuple[OrganismName, ...]:
    """Active organisms whose name has words that begin as those of ``text`` (``e coli``), or of that code."""
    wanted = search_key(text).split()
    if not wanted:
        return ()
    found = [one for one in organisms() if one.code == text.strip().upper() or _begins(search_key(one.label), wanted)]
    return tuple(found[:SHOWN])


def _begins(label: str, wanted: list[str]) -> bool:
    words = iter(label.split())
    return all(any(word.startswith(start) for word in words) for start in wanted)


def cultures() -> tuple[frozenset[str], frozenset[str]]:
    """The local and LOINC codes of the exams that grow, and the words that these admit."""
    rows = list(Exam.objects.filter(grows=True))
    codes = frozenset(code for row in rows for code in (row.code, row.loinc) if code)
    return codes, frozenset(word["text"] for row in rows for word in row.words)
