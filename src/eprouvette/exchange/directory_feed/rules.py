"""When the copy is read again, and what follows from an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from eprouvette.standards.annuaire.query import Resource

RESOURCES: Final[tuple[Resource, ...]] = ("Organization", "Practitioner", "PractitionerRole")
"""Structures first: a role that is read finds its structure there."""
EVERY: Final = timedelta(hours=24)
AGAIN_AFTER: Final = timedelta(minutes=10)
AGAIN_AFTER_REFUSAL: Final = timedelta(hours=6)
LATE_AFTER: Final = timedelta(hours=72)


def is_due(
    now: datetime, *, finished_at: datetime | None, attempted_at: datetime | None, failed: bool, permanent: bool
) -> bool:
    """True when the reading should begin or go on: every night, ten minutes after a moment of theirs, six hours after
    a refusal that only a person can lift.
    """
    if failed and attempted_at is not None:
        return now - attempted_at >= (AGAIN_AFTER_REFUSAL if permanent else AGAIN_AFTER)
    return finished_at is None or now - finished_at >= EVERY
