"""The calculations of the laboratory: named, pure, each with its source, its units and its limits.

A formula takes its inputs in the order of ``inputs`` (their UCUM units) and gives a number in ``ucum``, or says why it
cannot: nothing is calculated beyond what its authors published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ADULT: Final = 18
FRIEDEWALD_LIMIT: Final = Decimal("3.40")
"""Triglycerides in g/L beyond which Friedewald's formula is not used."""
_MG_PER_DL: Final = Decimal("88.4")
"""µmol/L of creatinine in 1 mg/dL, the unit in which CKD-EPI was published."""


@dataclass(frozen=True, slots=True)
class Who:
    """What a formula may ask of the patient: age in whole years on the day of the sample, and sex."""

    age: int
    sex: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """Why there is no result, as the report says it."""

    reason: str


Compute = Callable[[Sequence[Decimal], Who], Decimal | Impossible]


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculation: units of its inputs, unit of its result, words of the report."""

    inputs: tuple[str, ...]
    ucum: str
    words: str
    compute: Compute


def calculate(name: str, numbers: Sequence[Decimal], who: Who) -> Decimal | Impossible:
    """The result of the formula ``name``, unrounded, or why there is none; raises `KeyError` for an unknown name."""
    formula = FORMULAS[name]
    if any(number <= 0 for number in numbers):
        return Impossible("une composante est nulle ou négative.")
    return formula.compute(numbers, who)


def _friedewald(numbers: Sequence[Decimal], _who: Who) -> Decimal | Impossible:
    """Friedewald WT et al., Clin Chem 1972;18:499-502, in g/L; not beyond 3.4 g/L of triglycerides."""
    total, hdl, triglycerides = numbers
    if triglycerides > FRIEDEWALD_LIMIT:
        return Impossible("triglycérides supérieurs à 3,40 g/L, la formule de Friedewald ne s'applique pas.")
    return _positive(total - hdl - triglycerides / 5)


def _non_hdl(numbers: Sequence[Decimal], _who: Who) -> Decimal | Impossible:
    total, hdl = numbers
    return _positive(total - hdl)


def _positive(number: Decimal) -> Decimal | Impossible:
    return number if number > 0 else Impossible("le résultat serait nul ou négatif.")


def _ckd_epi_2009(numbers: Sequence[Decimal], who: Who) -> Decimal | Impossible:
    """Levey AS et al., Ann Intern Med 2009;150:604-612, without the coefficient of origin (HAS, 2012)."""
    return _ckd_epi(numbers[0], who, _Ckd(141, -1.209, 0.993, 1.018, {"F": -0.329, "M": -0.411}))


def _ckd_epi_2021(numbers: Sequence[Decimal], who: Who) -> Decimal | Impossible:
    """Inker LA et al., N Engl J Med 2021;385:1737-1749, creatinine alone."""
    return _ckd_epi(numbers[0], who, _Ckd(142, -1.200, 0.9938, 1.012, {"F": -0.241, "M": -0.302}))


@dataclass(frozen=True, slots=True)
class _Ckd:
    """The coefficients of one CKD-EPI equation."""

    factor: float
    beyond: float
    year: float
    female: float
    below: Mapping[str, float]


def _ckd_epi(creatinine: Decimal, who: Who, ckd: _Ckd) -> Decimal | Impossible:
    if who.age < ADULT:
        return Impossible("l'équation CKD-EPI ne s'applique qu'à l'adulte.")
    if who.sex not in ckd.below:
        return Impossible("l'équation CKD-EPI demande le sexe du patient.")
    ratio = float(creatinine / _MG_PER_DL) / (0.7 if who.sex == "F" else 0.9)
    rate = ckd.factor * min(ratio, 1.0) ** ckd.below[who.sex] * max(ratio, 1.0) ** ckd.beyond * ckd.year**who.age
    return Decimal(repr(rate * (ckd.female if who.sex == "F" else 1.0)))


def _anion_gap(numbers: Sequence[Decimal], _who: Who) -> Decimal:
    """Emmett M, Narins RG, Medicine 1977;56:38-54, without potassium."""
    sodium, chloride, bicarbonate = numbers
    return sodium - chloride - bicarbonate


def _corrected_calcium(numbers: Sequence[Decimal], _who: Who) -> Decimal:
    """Payne RB et al., BMJ 1973;4:643-646: 0.025 mmol/L of calcium for each g/L of albumin below 40."""
    calcium, albumin = numbers
    return calcium + Decimal("0.025") * (40 - albumin)


def _saturation(numbers: Sequence[Decimal], _who: Who) -> Decimal:
    """Iron over the binding capacity, 25 µmol of iron for each g of transferrin (two sites, 80 kDa)."""
    iron, transferrin = numbers
    return 100 * iron / (25 * transferrin)


def _ratio(numbers: Sequence[Decimal], _who: Who) -> Decimal:
    above, below = numbers
    return above / below


FORMULAS: Final[Mapping[str, Formula]] = {
    "friedewald": Formula(
        ("g/L", "g/L", "g/L"),
        "g/L",
        "formule de Friedewald : cholestérol total - HDL - triglycérides / 5",
        _friedewald,
    ),
    "non_hdl": Formula(("g/L", "g/L"), "g/L", "cholestérol total - HDL", _non_hdl),
    "ckd_epi_2009": Formula(
        ("umol/L",), "mL/min", "équation CKD-EPI 2009 (créatinine, âge, sexe), sans coefficient d'origine",
        _ckd_epi_2009,
    ),
    "ckd_epi_2021": Formula(
        ("umol/L",), "mL/min", "équation CKD-EPI 2021 (créatinine, âge, sexe)", _ckd_epi_2021
    ),
    "anion_gap": Formula(
        ("mmol/L", "mmol/L", "mmol/L"), "mmol/L", "sodium - (chlorure + bicarbonates)", _anion_gap
    ),
    "corrected_calcium": Formula(
        ("mmol/L", "g/L"), "mmol/L", "calcium + 0,025 × (40 - albumine), formule de Payne", _corrected_calcium
    ),
    "saturation": Formula(("umol/L", "g/L"), "%", "fer / (25 × transferrine) × 100", _saturation),
    "albumin_creatinine": Formula(
        ("ug/mL", "mmol/L"), "mg/mmol{creat}", "albumine urinaire / créatinine urinaire", _ratio
    ),
}  # fmt: skip
