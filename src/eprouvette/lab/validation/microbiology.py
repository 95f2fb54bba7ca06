"""From what a culture grew to the isolates of the report: a pure mapping.

Source: CI-SIS CR-BIO 2024.01, isolate and antibiogram (digest ``cr-bio.md`` 6.4); its published example counts the
bacteria of a urine culture on the isolate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.lab.results.microbiology import CATEGORIES
from eprouvette.standards.report.results import (
    Battery,
    CodedResult,
    Isolate,
    Method,
    Numeric,
    Observation,
    Organism,
    Performer,
    TestCode,
    Value,
)

ANTIBIOGRAM: Final = Coded("18769-0", oids.LOINC, "Antibiogramme")
IDENTIFIED: Final = Coded("6463-4", oids.LOINC, "Bactérie [Identification] Échantillon ; Résultat nominal ; Culture")
"""LOINC of an identification: a result of its own only for an isolate of which nothing else is said."""
_COUNTS: Final = {"UR": Coded("51480-2", oids.LOINC, "Bactérie [Nombre/Volume] Urine ; Numérique ; Comptage automate")}
"""LOINC of the count, by specimen; others have the laboratory's code alone."""


@dataclass(frozen=True, slots=True)
class GrownTest:
    """A tested antibiotic, with the catalogue's codes of its day."""

    code: str
    label: str
    mic: Value | None
    diameter: Decimal | None
    category: str
    method: Method | None
    mic_loinc: Coded | None = None
    disk_loinc: Coded | None = None
    loinc: Coded | None = None


@dataclass(frozen=True, slots=True)
class GrownMark:
    """A mark of resistance looked for."""

    code: str
    label: str
    loinc: Coded | None
    present: bool


@dataclass(frozen=True, slots=True)
class GrownIsolate:
    """An isolate with all that the report says of it; ``system`` is the OID of the laboratory's own codes."""

    id: Identifier
    organism: Organism
    time: datetime
    specimen: str
    sample: str
    system: str
    quantity: Value | None = None
    marks: tuple[GrownMark, ...] = ()
    tests: tuple[GrownTest, ...] = ()
    comment: str = ""


def isolate_of(grown: GrownIsolate, performer: Performer | None = None) -> Isolate:
    """The isolate as the report says it: count and marks, then its antibiogram."""
    found = tuple(_found(grown, performer))
    tested = tuple(one for test in grown.tests for one in _tested(test, grown, performer))
    if not found and not tested:
        found = (_identified(grown, performer),)
    return Isolate(
        id=grown.id,
        organism=grown.organism,
        time=grown.time,
        observations=found,
        batteries=(Battery("Antibiogramme", tested, ANTIBIOGRAM),) if tested else (),
        comments=(grown.comment,) if grown.comment else (),
    )


def _identified(grown: GrownIsolate, performer: Performer | None) -> Observation:
    value = CodedResult(grown.organism.text, grown.organism.coded)
    return _result(grown, "ISOLAT-ID", "Identification", IDENTIFIED, value, performer=performer)


def _found(grown: GrownIsolate, performer: Performer | None) -> Iterator[Observation]:
    if grown.quantity is not None:
        label, loinc = "Numération bactérienne", _COUNTS.get(grown.specimen)
        yield _result(grown, "ISOLAT-NUM", label, loinc, grown.quantity, performer=performer)
    for mark in grown.marks:
        word, code = ("Présence", "POS") if mark.present else ("Absence", "NEG")
        local = f"MARQUE-{mark.code}"
        yield _result(grown, local, mark.label, mark.loinc, CodedResult(word), code, performer=performer)


def _tested(test: GrownTest, grown: GrownIsolate, performer: Performer | None) -> Iterator[Observation]:
    """One result for the MIC, one for the diameter; the category alone when there is neither."""
    category, how = test.category or None, test.method
    if test.mic is not None:
        local, label = f"CMI-{test.code}", f"{test.label}, CMI"
        yield _result(grown, local, label, test.mic_loinc, test.mic, category, how, performer=performer)
    if test.diameter is not None:
        size, label = Numeric(test.diameter, "mm"), f"{test.label}, diamètre"
        yield _result(grown, f"DIAM-{test.code}", label, test.disk_loinc, size, category, how, performer=performer)
    if test.mic is None and test.diameter is None:
        word = CodedResult(CATEGORIES[test.category].capitalize())
        yield _result(grown, f"ATB-{test.code}", test.label, test.loinc, word, category, how, performer=performer)


def _result(
    grown: GrownIsolate,
    local: str,
    label: str,
    loinc: Coded | None,
    value: Value,
    interpretation: str | None = None,
    method: Method | None = None,
    *,
    performer: Performer | None = None,
) -> Observation:
    return Observation(
        code=TestCode(label, loinc=loinc, local=Coded(local, grown.system, label)),
        value=value,
        time=grown.time,
        interpretation=interpretation,
        method=method,
        sample=grown.sample,
        performer=performer,
    )
