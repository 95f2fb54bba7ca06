"""The form of a SNOMED CT identifier: digits that end with a partition and a check digit.

Source: SNOMED International, Release File Specifications, « SCTID » and « Check digit » (Verhoeff's dihedral check).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_FORM: Final = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)
_CONCEPTS: Final = frozenset({"00", "10"})
_TURNS: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""The permutation of one place; that of the next place is this one applied again."""


@cache
def is_well_formed(code: str) -> bool:
    """True when ``code`` can be a concept: its length, its partition and its check digit are right."""
    return _FORM.fullmatch(code) is not None and code[-3:-1] in _CONCEPTS and _checksum(code) == 0


def _checksum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _TURNS[value]
        total = _times(total, value)
    return total


def _times(a: int, b: int) -> int:
    """The product in the group of the symmetries of a pentagon."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5
