"""When a calculated exam gets its result: a pure decision from the results that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from eprouvette.lab.catalogue.formulas import Impossible, Who, calculate

SOURCE: Final = "calcul"
"""The origin of a result that the laboratory calculated: recalculated as long as nobody else gave a value."""
METHOD: Final = "Calcul mathématique"
TECHNIQUE: Final = "ZC"
"""JDV TechniqueBiologie."""


@dataclass(frozen=True, slots=True)
class Part:
    """A result that another is made of: ``number`` is None when it is no exact number or was given up."""

    label: str
    measured_at: datetime
    done: bool
    number: Decimal | None


@dataclass(frozen=True, slots=True)
class Calculated:
    """The result of a calculation, or the ``reason`` why there is none."""

    measured_at: datetime
    value: Decimal | None
    reason: str = ""


def result_of(formula: str, parts: Sequence[Part | None], who: Who, decimals: int) -> Calculated | None:
    """The result of ``formula``, rounded to ``decimals``; None while a part is missing.

    It is dated of its last part.
    """
    if not parts or any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    last = max(part.measured_at for part in known)
    numbers = [part.number for part in known if part.number is not None]
    if len(numbers) < len(known):
        return Calculated(last, None, _reason(known))
    found = calculate(formula, numbers, who)
    if isinstance(found, Impossible):
        return Calculated(last, None, f"Calcul impossible : {found.reason}")
    return Calculated(last, found.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _reason(parts: Sequence[Part]) -> str:
    lost = [part.label for part in parts if not part.done]
    if lost:
        return f"Calcul impossible, composante non réalisée : {', '.join(lost)}."
    vague = [part.label for part in parts if part.number is None]
    return f"Calcul impossible, composante qui n'est pas un nombre exact : {', '.join(vague)}."
