"""Cultures: what was seen, what grew, and what kills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.sandbox.corpus.kinds import Part, table
from eprouvette.sandbox.corpus.people import ISOLATE, LOCAL
from eprouvette.sandbox.corpus.results import Case
from eprouvette.standards.report.results import (
    Battery,
    CodedResult,
    Entry,
    Isolate,
    Limit,
    Method,
    Numeric,
    Observation,
    Organism,
    ReferenceRange,
    TestCode,
    Text,
    Value,
)

_LIQUID: Final = Method(
    "Antibiogramme en milieu liquide - micro méthode",
    Coded("BLM", oids.TECHNIQUE, "Antibiogramme en milieu liquide - micro méthode "),
)
_RESISTANT_MARK: Final = "Souche multirésistante : précautions complémentaires de type contact."


@dataclass(frozen=True, slots=True)
class Antibiotic:
    """An antibiotic: what the method measures, up to where a germ is sensitive, beyond what it resists (mg/L)."""

    loinc: str
    label: str
    least: Decimal
    most: Decimal
    s: Decimal
    r: Decimal


@dataclass(frozen=True, slots=True)
class Germ:
    """A germ: its codes, its look under the microscope, its panel of antibiotics, its feared resistance."""

    name: str
    snomed: str
    taxonomy: str
    gram: str
    panel: tuple[str, ...]
    mark: str
    resistant: float
    weight: int


@cache
def antibiotics() -> Mapping[str, Antibiotic]:
    """The antibiotics by short name."""
    bounds = ("least", "most", "s", "r")
    return {
        name: Antibiotic(raw["loinc"], raw["label"], *(Decimal(raw[bound]) for bound in bounds))
        for name, raw in table("microbiology.toml")["antibiotics"].items()
    }


@cache
def germs() -> tuple[Germ, ...]:
    """The germs, the commonest first."""
    return tuple(Germ(**(raw | {"panel": tuple(raw["panel"])})) for raw in table("microbiology.toml")["germ"])


def urine_culture(case: Case, part: Part) -> tuple[Entry, ...]:
    """Macroscopy, microscopy, culture; germs with their antibiogram six times out of ten."""
    key = case.sample(part.specimen, part).key
    infected = case.draw.chance(0.6)
    white = case.draw.number(Decimal(12), Decimal(900), 0) if infected else case.draw.number(Decimal(1), Decimal(9), 0)
    germ = _germ(case)
    seen = (
        _result(case, key, "30405-5", "Leucocytes", Numeric(white, "/uL", "/µL"), _beyond(white), _up_to(10)),
        _result(case, key, "", "Cellules épithéliales", CodedResult(case.draw.word("Rares*5 | Nombreuses"))),
        _result(
            case,
            key,
            "653-6",
            "Examen direct après coloration de Gram",
            Text(germ.gram if infected else "Pas de germe."),
        ),
    )
    look = CodedResult(case.draw.word("Trouble*5 | Limpide" if infected else "Limpide*9 | Trouble"))
    entries: list[Entry] = [
        _step("4", "Examen macroscopique", _result(case, key, "5767-9", "Aspect", look)),
        _step("107", "Microscopie", *seen),
    ]
    if not infected:
        nothing = _result(case, key, "630-4", "Culture", CodedResult("Absence de germe"), "NEG")
        return (*entries, _step("50", "Culture aérobie", nothing))
    count = Numeric(Decimal(10) ** case.draw.integer(4, 7), "/mL", "UFC/mL")
    return (*entries, _isolate(case, key, germ, (_result(case, key, "51480-2", "Numération bactérienne", count),)))


def blood_culture(case: Case, part: Part) -> tuple[Entry, ...]:
    """Two pairs of bottles; one germ three times out of four."""
    key = case.sample(part.specimen, part).key
    positive = case.draw.chance(0.75)
    bottles = tuple(_bottles(case, key, number, positive=positive) for number in (1, 2))
    if not positive:
        return bottles
    germ = _germ(case)
    gram = _result(case, key, "653-6", "Examen direct après coloration de Gram", Text(germ.gram))
    return (*bottles, _isolate(case, key, germ, (gram,)))


def _bottles(case: Case, key: str, number: int, *, positive: bool) -> Battery:
    if not positive:
        said = _result(case, key, "600-7", "Culture", CodedResult("Stérile après 5 jours"), "NEG")
        return Battery(f"Hémoculture n° {number}", (said,))
    hours = case.draw.number(Decimal(7), Decimal(31), 0)
    return Battery(
        f"Hémoculture n° {number}",
        (
            _result(case, key, "600-7", "Culture", CodedResult("Positive"), "POS"),
            _result(case, key, "", "Délai de positivité", Numeric(hours, "h")),
        ),
    )


def _germ(case: Case) -> Germ:
    named = {germ.name: germ for germ in germs()}
    return named[case.draw.word(" | ".join(f"{germ.name}*{germ.weight}" for germ in germs()))]


def _isolate(case: Case, key: str, germ: Germ, first: tuple[Observation, ...]) -> Isolate:
    resistant = case.draw.chance(germ.resistant)
    mark = _result(
        case, key, "", germ.mark, CodedResult("Présence" if resistant else "Absence"), "POS" if resistant else "NEG"
    )
    return Isolate(
        id=Identifier(ISOLATE, f"{case.number}-1"),
        organism=Organism(
            germ.name,
            Coded(germ.snomed, oids.SNOMED_CT, germ.name),
            Coded(germ.taxonomy, oids.NCBI_TAXONOMY, germ.name),
        ),
        time=case.measured_at,
        observations=(*first, mark),
        batteries=(_antibiogram(case, key, germ, resistant=resistant),),
        comments=(_RESISTANT_MARK,) if resistant else (),
    )


def _antibiogram(case: Case, key: str, germ: Germ, *, resistant: bool) -> Battery:
    tested = tuple(_concentration(case, key, antibiotics()[name], resistant=resistant) for name in germ.panel)
    return Battery("Antibiogramme", tested, Coded("18769-0", oids.LOINC, "Antibiogramme"))


def _concentration(case: Case, key: str, drug: Antibiotic, *, resistant: bool) -> Observation:
    """The minimal inhibitory concentration, on the scale of doublings, and what it means."""
    doublings = int((drug.most / drug.least).ln() / Decimal(2).ln()) + 1
    strong = case.draw.chance(0.55 if resistant else 0.12)
    step = case.draw.integer(doublings - 2, doublings) if strong else case.draw.integer(-1, 1)
    value: Value
    if step < 0:
        value, mic = Limit("<=", drug.least, "ug/mL", "mg/L"), drug.least
    elif step >= doublings:
        value, mic = Limit(">", drug.most, "ug/mL", "mg/L"), drug.most * 2
    else:
        mic = (drug.least * 2**step).normalize()
        mic = mic.quantize(Decimal(1)) if mic == mic.to_integral_value() else mic
        value = Numeric(mic, "ug/mL", "mg/L")
    meaning = "S" if mic <= drug.s else ("R" if mic > drug.r else "I")
    return _result(case, key, drug.loinc, drug.label, value, meaning, method=_LIQUID)


def _step(code: str, label: str, *observations: Observation) -> Battery:
    return Battery(label, observations, Coded(code, oids.OBSERVATION_METHOD, label))


def _up_to(bound: int) -> ReferenceRange:
    return ReferenceRange(high=Decimal(bound), unit="/uL")


def _beyond(number: Decimal) -> str:
    return "H" if number > 10 else "N"


def _result(
    case: Case,
    key: str,
    loinc: str,
    label: str,
    value: Value,
    interpretation: str | None = None,
    reference: ReferenceRange | None = None,
    *,
    method: Method | None = None,
) -> Observation:
    code = TestCode(label, loinc=Coded(loinc, oids.LOINC, label)) if loinc else TestCode(
        label, local=Coded(label.upper().replace(" ", "_")[:20], LOCAL, label)
    )  # fmt: skip
    moment = case.measured_at + timedelta(minutes=20)
    return Observation(code, value, moment, "completed", interpretation, method, reference, sample=key)
