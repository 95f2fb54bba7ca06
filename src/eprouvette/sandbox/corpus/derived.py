"""Results that follow from others, so that a report of the corpus holds together.

Each function takes the numbers drawn so far by local code, the age in years and the sex; a missing input
raises `KeyError`, and the result is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

Numbers = Mapping[str, Decimal]
Formula = Callable[[Numbers, int, str], float]


def _ckd_epi(numbers: Numbers, age: int, sex: str) -> float:
    """CKD-EPI 2009, creatinine in µmol/L, without the coefficient of origin."""
    female = sex == "F"
    kappa, alpha = (61.9, -0.329) if female else (79.6, -0.411)
    ratio = float(numbers["CREA"]) / kappa
    rate = 141 * math.pow(min(ratio, 1), alpha) * math.pow(max(ratio, 1), -1.209) * math.pow(0.993, age)
    return rate * (1.018 if female else 1)


def _arterial_ph(numbers: Numbers, _age: int, _sex: str) -> float:
    """Henderson-Hasselbalch, pCO2 in mmHg."""
    return 6.1 + math.log10(float(numbers["GHCO3"]) / (0.0307 * float(numbers["GPCO2"])))


def _neutrophils(numbers: Numbers, _age: int, _sex: str) -> float:
    others = sum(numbers[code] for code in ("PNE", "PNB", "LYM", "MONO"))
    return float(numbers["GB"]) - float(others)


FORMULAS: Final[Mapping[str, Formula]] = {
    "HT": lambda n, _age, _sex: float(n["GR"] * n["VGM"] / 10),
    "HB": lambda n, _age, _sex: float(n["GR"] * n["VGM"] * n["CCMH"] / 1000),
    "TCMH": lambda n, _age, _sex: float(n["VGM"] * n["CCMH"] / 100),
    "PNN": _neutrophils,
    "LDL": lambda n, _age, _sex: float(n["CHOL"] - n["HDL"] - n["TG"] / 5),
    "DFG": _ckd_epi,
    "A1CI": lambda n, _age, _sex: (float(n["HBA1C"]) - 2.152) / 0.09148,
    "TP": lambda n, _age, _sex: min(100.0, 100 * float(n["INR"]) ** -1.3),
    "GPH": _arterial_ph,
    "STOT": lambda n, _age, _sex: float(n["SVOL"] * n["SCONC"]),
    "PSAR": lambda n, _age, _sex: float(100 * n["PSAL"] / n["PSA"]),
}
SAID: Final[Mapping[str, str]] = {
    "LDL": "formule de Friedewald : cholestérol total - HDL - triglycérides / 5",
    "DFG": "équation CKD-EPI 2009",
    "A1CI": "équation de référence IFCC - NGSP",
    "STOT": "volume × concentration",
    "PSAR": "PSA libre / PSA total × 100",
}
"""How the report says that a result is calculated; the others come out of the analyser."""
AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    "HT": ("GR", "VGM"),
    "HB": ("GR", "VGM", "CCMH"),
    "TCMH": ("GR", "VGM", "CCMH"),
    "PNN": ("GB", "PNE", "PNB", "LYM", "MONO"),
    "LDL": ("CHOL", "HDL", "TG"),
    "GPH": ("GPCO2", "GHCO3"),
    "TP": ("INR",),
}
"""What must be drawn before, when the report shows it later."""
HELD: Final[Mapping[str, tuple[str, str]]] = {
    "GR": ("3.10", "5.60"),
    "VGM": ("72.0", "102.0"),
    "CCMH": ("32.0", "35.8"),
    "PNE": ("0.02", "0.60"),
    "PNB": ("0.01", "0.12"),
    "LYM": ("0.60", "2.20"),
    "MONO": ("0.20", "0.70"),
    "GB": ("3.90", "13.50"),
    "CHOL": ("1.40", "2.80"),
    "HDL": ("0.33", "0.72"),
    "TG": ("0.45", "2.30"),
}
"""Bounds that keep a blood count or a lipid profile possible."""


def value(code: str, numbers: Numbers, age: int, sex: str, decimals: int) -> Decimal:
    """The result of ``code``, never below its last decimal."""
    step = Decimal(1).scaleb(-decimals)
    return max(step, Decimal(repr(FORMULAS[code](numbers, age, sex))).quantize(step))
