"""Serum proteins: fractions that add up to the total, their curve, and a monoclonal peak at times."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.sandbox.corpus.kinds import Part, Test
from eprouvette.sandbox.corpus.pictures import Peak, curve
from eprouvette.sandbox.corpus.results import Case, observation
from eprouvette.standards.report.results import Battery, Entry, Image, Observation

_DRAWS: Final = {
    "ALBE": "36.0..46.0",
    "A1GL": "2.0..3.9",
    "A2GL": "5.0..9.0",
    "BGL": "5.8..9.6",
    "GGL": "5.0..14.5",
    "PIC": "1.5..24.0",
}
_PLACES: Final = {"ALBE": (0.16, 0.045), "A1GL": (0.31, 0.03), "A2GL": (0.45, 0.045), "BGL": (0.61, 0.045)}
_GAMMA: Final = (0.83, 0.1)
_PEAK: Final = (0.79, 0.014)


def electrophoresis(case: Case, part: Part) -> tuple[Entry, ...]:
    """The fractions with their curve, then the immunoglobulins."""
    monoclonal = case.draw.chance(0.45)
    codes = ["ALBE", "A1GL", "A2GL", "BGL", "GGL", *(["PIC"] if monoclonal else [])]
    fractions = _made(case, part, {code: _DRAWS[code] for code in codes})
    total = sum((case.numbers.get(code, Decimal(0)) for code in codes), Decimal(0))
    case.numbers["PROT"] = total.quantize(Decimal(1))
    fractions = (*_made(case, part, {"PROT": ""}), *fractions)
    say = (
        "Pic monoclonal en zone des gammaglobulines : à typer par immunofixation s'il n'est pas connu."
        if monoclonal
        else "Profil sans anomalie notable."
    )
    return (
        Battery(
            "Électrophorèse des protéines sériques",
            fractions,
            Coded("24351-9", oids.LOINC, "Électrophorèse des protéines [Panel] Sérum/Plasma"),
            comments=(say,),
            images=(Image("Tracé d'électrophorèse", "image/png", curve(_peaks(case, monoclonal=monoclonal))),),
        ),
        Battery("Immunoglobulines", _made(case, part, dict.fromkeys(("IGG", "IGA", "IGM"), ""))),
    )


def _made(case: Case, part: Part, draws: dict[str, str]) -> tuple[Observation, ...]:
    found = (observation(case, part, Test(exam=code, draw=draw)) for code, draw in draws.items())
    return tuple(one for one in found if one is not None)


def _peaks(case: Case, *, monoclonal: bool) -> tuple[Peak, ...]:
    weights = {code: float(case.numbers.get(code, Decimal(5))) for code in _DRAWS}
    peaks = [Peak(at, width, weights[code]) for code, (at, width) in _PLACES.items()]
    peaks.append(Peak(*_GAMMA, weights["GGL"]))
    if monoclonal:
        peaks.append(Peak(*_PEAK, weights["PIC"]))
    return tuple(peaks)
