"""What a culture may be answered with, for the rules and for the forms: reads of the catalogue."""

from __future__ import annotations

from eprouvette.lab.catalogue.growth import AntibiogramName, AntibioticName, MarkerName, Names, OrganismName, book
from eprouvette.lab.catalogue.models import Antibiogram, Antibiotic, Exam, Marker, Organism
from eprouvette.lab.directory.rules import search_key

SHOWN = 20
"""How many organisms a search shows at most."""


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
