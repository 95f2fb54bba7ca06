"""What kind of quantity a UCUM unit measures, and what a LOINC property in French says that it should be.

Only the common properties of the *circuit de la biologie* are known; of the others nothing is said. Source: UCUM, case
sensitive codes; LOINC Users' Guide, property axis, in the words of the French displays.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

_BASES: Final = (
    (re.compile(r"(10\*\d+|)"), "number"),
    (re.compile(r"[pnumk]?g"), "mass"),
    (re.compile(r"[pnum]?(mol|eq)"), "moles"),
    (re.compile(r"[mkun]?(U|kat)"), "catalytic"),
    (re.compile(r"[mkun]?(\[IU\]|\[arb'U\]|\[iU\])"), "arbitrary"),
    (re.compile(r"[mkun]?\[CFU\]"), "number"),
    (re.compile(r"[dcmunf]?L"), "volume"),
    (re.compile(r"(min|h|d|m?s)"), "time"),
    (re.compile(r"%|1"), "fraction"),
    (re.compile(r"(k|h)?Pa|mm\[Hg\]"), "pressure"),
)
_PREFIXED: Final = re.compile(r"(?P<prefix>[fpnumcdk]?)(?P<base>g|mol|eq|L|U|kat|\[IU\]|Pa)")
_POWERS: Final = {"": 0, "k": 3, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}
_ANNOTATION: Final = re.compile(r"\{[^}]*\}")
_PROPERTY: Final = re.compile(r"\[([^\]]+)\]")
_EXPECTED: Final = {
    "Masse/Volume": {"mass/volume"},
    "Moles/Volume": {"moles/volume"},
    "Nombre/Volume": {"number/volume"},
    "Catalytique/Volume": {"catalytic/volume", "arbitrary/volume"},
    "Unités arbitraires/Volume": {"arbitrary/volume", "catalytic/volume"},
    "Volume/Temps": {"volume/time"},
    "Masse/Temps": {"mass/time"},
    "Moles/Temps": {"moles/time"},
    "Temps": {"time"},
    "Pression partielle": {"pressure"},
    "Volume d'entité": {"volume"},
    "Masse d'entité": {"mass"},
}


@cache
def dimension(unit: str) -> str | None:
    """``mass/volume`` for ``mg/dL``; None for a unit that is not told apart here."""
    parts = [_base(part) for part in _ANNOTATION.sub("", unit).split("/")]
    if len(parts) > 2 or any(part is None for part in parts):
        return None
    return "/".join(part for part in parts if part)


def _base(part: str) -> str | None:
    return next((kind for pattern, kind in _BASES if pattern.fullmatch(part)), None)


@cache
def ratio(first: str, second: str) -> Decimal | None:
    """How many ``second`` one ``first`` makes: 100 for ``g/L`` in ``mg/dL``; None when they do not convert by prefixes.

    Mass and amount of substance do not: that takes the mass of a mole.
    """
    left, right = (_ANNOTATION.sub("", unit).split("/") for unit in (first, second))
    if len(left) != len(right):
        return None
    found = Decimal(1)
    for rank, (one, other) in enumerate(zip(left, right, strict=True)):
        a, b = _PREFIXED.fullmatch(one), _PREFIXED.fullmatch(other)
        if a is None or b is None or a["base"] != b["base"]:
            return None
        power = _POWERS[a["prefix"]] - _POWERS[b["prefix"]]
        found = found.scaleb(-power if rank else power)
    return found


@cache
def contradicts(unit: str, display: str) -> bool:
    """True when ``unit`` cannot measure what the LOINC ``display`` says: moles for a mass, a mass for a number."""
    found = _PROPERTY.search(display)
    expected = _EXPECTED.get(found[1]) if found else None
    measured = dimension(unit)
    return expected is not None and measured is not None and measured not in expected
