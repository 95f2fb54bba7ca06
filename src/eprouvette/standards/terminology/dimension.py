"""What kind of quantity a UCUM unit measures, and what a LOINC property in French says that it should be.

Only the common properties of the *circuit de la biologie* are known; of the others nothing is said. Source: UCUM, case
sensitive codes; LOINC Users' Guide, property axis, in the words of the French displays.
"""

from __future__ import annotations

import re
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
def contradicts(unit: str, display: str) -> bool:
    """True when ``unit`` cannot measure what the LOINC ``display`` says: moles for a mass, a mass for a number."""
    found = _PROPERTY.search(display)
    expected = _EXPECTED.get(found[1]) if found else None
    measured = dimension(unit)
    return expected is not None and measured is not None and measured not in expected
