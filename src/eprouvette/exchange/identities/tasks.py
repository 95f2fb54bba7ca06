"""What workers do here: batches of verification, and the beat that begins or takes up a run."""

from __future__ import annotations

from django.utils import timezone

from eprouvette.exchange.identities import verifying
from eprouvette.foundation.jobs import beat, task

WAKE_EVERY_SECONDS = 60.0


@task(queue="identities", name="identities.verify")
def verify(run_id: int) -> None:
    """Verify the next identities of a run."""
    verifying.batch(run_id)


@beat(name="identities.wake", seconds=WAKE_EVERY_SECONDS)
def wake() -> bool:
    """Begin or take up the periodic verification."""
    return verifying.wake(timezone.now())
