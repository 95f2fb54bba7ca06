"""Keeps calls apart, so that an application stays under the limit of the directory whatever its threads do.

Source: digest ``exchanges.md`` 4: 17 calls a second for one application.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

PER_SECOND: Final = 17.0


class Pace:
    """Gives each caller its turn, ``per_second`` of them evenly spread; thread-safe, and shared by clients.

    ``clock`` counts seconds (``time.monotonic``); ``sleep`` waits.
    """

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], None], *, per_second: float = PER_SECOND
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._interval = 1 / per_second
        self._lock = threading.Lock()
        self._free_at = clock()

    def wait(self) -> None:
        """Return when it is the caller's turn."""
        with self._lock:
            now = self._clock()
            turn = max(self._free_at, now)
            self._free_at = turn + self._interval
        if turn > now:
            self._sleep(turn - now)
