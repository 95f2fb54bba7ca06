"""The following pages of a search: an opaque link lives sixty seconds."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from eprouvette.sandbox.annuaire.search import Asked

LIFE: Final = 60.0
MOST: Final = 10_000


class GoneError(LookupError):
    """The link is not, or is no longer, one of ours."""


class Links:
    """What is left of each search, under its link; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float], life: float = LIFE) -> None:
        self._clock = clock
        self._life = life
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, Asked, int]] = {}

    def give(self, asked: Asked, shown: int, total: int) -> str:
        """The id of the page that follows, empty when nothing is left."""
        if shown >= len(asked.matches):
            return ""
        identifier = secrets.token_urlsafe(48)
        with self._lock:
            now = self._clock()
            self._left = {key: kept for key, kept in self._left.items() if kept[0] > now}
            while len(self._left) >= MOST:
                del self._left[next(iter(self._left))]
            self._left[identifier] = (now + self._life, replace(asked, matches=asked.matches[shown:]), total)
        return identifier

    def take(self, identifier: str) -> tuple[Asked, int]:
        """What is left of a search, and how many it found in all; raises `GoneError`."""
        with self._lock:
            end, asked, total = self._left.get(identifier, (0.0, None, 0))
            if asked is None or end <= self._clock():
                raise GoneError
        return asked, total
