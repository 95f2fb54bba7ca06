"""Results that follow from others, so that a report of the corpus holds together.

Each function takes the numbers drawn so far by local code, the age in years and the sex; a missing input
raises `KeyError`, and the result is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from eprouvette.lab.catalogue import formulas

Numbers = Mapping[str, Decimal]
Formula = Callable[[Numbers, int, str], float]


def _laboratory(name: str, *codes: str) -> Formula:
    """The laboratory's own formula of that name; what it refuses is left out."""

    def formula(numbers: Numbers, age: int, sex: str) -> float:
        found = formulas.calculate(name, [numbers[code] for code in codes], formulas.Who(age, sex))
        if isinstance(found, formulas.Impossible):
            raise KeyError(found.reason)
        return float(found)

    return formula


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
    "LDL": _laboratory("friedewald", "CHOL", "HDL", "TG"),
    "DFG": _laboratory("ckd_epi_2009", "CREA"),
    "A1CI": lambda n, _age, _sex: (float(n["HBA1C"]) - 2.152) / 0.09148,
    "TP": lambda n, _age, _sex: min(100.0, 100 * float(n["INR"]) ** -1.3),
    "GPH": _arterial_ph,
    "STOT": lambda n, _age, _sex: float(n["SVOL"] * n["SCONC"]),
    "PSAR": lambda n, _age, _sex: float(100 * n["PSAL"] / n["PSA"]),
}
SAID: Final[Mapping[str, str]] = {
    "LDL": formulas.FORMULAS["friedewald"].words,
    "DFG": formulas.FORMULAS["ckd_epi_2009"].words,
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
