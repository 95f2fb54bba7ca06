"""Chance that can be repeated: every draw of the corpus comes from one seed and one place."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws of one place of the corpus (a report, say), the same at each run with the same seed."""

    def __init__(self, *place: object) -> None:
        self._random = random.Random("/".join(str(part) for part in place))  # noqa: S311  never a secret

    def chance(self, share: float) -> bool:
        """True that often (0 to 1)."""
        return self._random.random() < share

    def pick(self, among: Sequence[T]) -> T:
        """One of them, all alike."""
        return among[self._random.randrange(len(among))]

    def integer(self, low: int, high: int) -> int:
        """From ``low`` to ``high``, both included."""
        return self._random.randint(low, high)

    def number(self, low: Decimal, high: Decimal, decimals: int) -> Decimal:
        """From ``low`` to ``high`` with that many decimals."""
        step = Decimal(1).scaleb(-decimals)
        steps = max(0, int((high - low) / step))
        return (low + self._random.randint(0, steps) * step).quantize(step)

    def word(self, weighted: str) -> str:
        """One word of ``mot*3 | autre mot``: three times out of four the first."""
        words, weights = [], []
        for part in weighted.split(" | "):
            word, _, weight = part.strip().partition("*")
            words.append(word)
            weights.append(int(weight or 1))
        return self._random.choices(words, weights)[0]
