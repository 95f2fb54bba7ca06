"""Numbers, units and ranges as French laboratories print them."""

from __future__ import annotations

from decimal import Decimal

from eprouvette.lab.catalogue.rules import Critical, Range
from eprouvette.standards.report.words import FIXED, PAGE


def at_precision(number: Decimal | None, decimals: int) -> Decimal | None:
    """``number`` without the zeros of its column, but with at least ``decimals`` decimals.

    >>> at_precision(Decimal("0.70000"), 2)
    Decimal('0.70')
    """
    if number is None:
        return None
    plain = number.normalize()
    exponent = plain.as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return plain.quantize(Decimal(1).scaleb(-max(decimals, needed)))


def range_text(usual: Range | None) -> str:
    """``0,70 – 1,10``, ``≤ 5,0``, ``≥ 70``, or the words of the range; empty without range."""
    if usual is None:
        return ""
    if usual.text and usual.low is None:
        return usual.text
    bounds = PAGE.bounds(usual.low, usual.high)
    return f"{bounds} ({usual.text})" if usual.text else bounds


def critical_text(critical: Critical) -> str:
    """``< 2,5 ou > 6,5``: the values for which somebody is called."""
    sides = []
    if critical.low is not None:
        sides.append(f"<{FIXED}{PAGE.number(critical.low)}")
    if critical.high is not None:
        sides.append(f">{FIXED}{PAGE.number(critical.high)}")
    return " ou ".join(sides)
