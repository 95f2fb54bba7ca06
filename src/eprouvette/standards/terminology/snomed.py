"""SNOMED CT identifiers: the check digit that catches a mistyped code.

Source: SNOMED International, Release File Specification, component identifiers (SCTID) and check-digit (Verhoeff).
"""

from __future__ import annotations

from typing import Final

_CONCEPTS: Final = frozenset({"00", "10"})
"""Partition identifiers of a concept: of the international edition, or of an extension."""
_DIHEDRAL: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_STEP: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_concept(code: str) -> bool:
    """True for 6 to 18 digits that identify a concept and whose last digit is their check digit."""
    if not (code.isascii() and code.isdigit() and 6 <= len(code) <= 18) or code.startswith("0"):
        return False
    return code[-3:-1] in _CONCEPTS and _check(code) == 0


def _check(code: str) -> int:
    """Verhoeff's sum, 0 when the last digit is right: each digit is permuted as often as its rank says."""
    total = 0
    for rank, digit in enumerate(reversed(code)):
        number = int(digit)
        for _ in range(rank % 8):
            number = _STEP[number]
        total = _DIHEDRAL[total][number]
    return total
