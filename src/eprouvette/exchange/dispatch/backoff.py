"""When to try again: 1, 5, 15 and 60 minutes, then hourly, for 72 hours in all.

Source: digest ``exchanges.md`` 8, row "retry".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST_DELAYS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
THEN: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(hours=72)


def next_attempt(attempts: int, first_at: datetime, now: datetime) -> datetime | None:
    """The moment of the next attempt after ``attempts`` failed ones, None when 72 hours are over.

    ``first_at`` is the moment of the first attempt; both moments are aware.
    """
    delay = FIRST_DELAYS[attempts - 1] if attempts <= len(FIRST_DELAYS) else THEN
    moment = now + delay
    return None if moment - first_at > GIVE_UP_AFTER else moment
