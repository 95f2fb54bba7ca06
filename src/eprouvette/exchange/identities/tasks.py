"""What workers do here: received INS confirmed, batches of verification, and the beats that take them up."""

from __future__ import annotations

from django.utils import timezone

from eprouvette.exchange.identities import confirming, verifying
from eprouvette.foundation.jobs import beat, task

WAKE_EVERY_SECONDS = 60.0


@task(queue="identities", name="identities.verify")
def verify(run_id: int) -> None:
    """Verify the next identities of a run."""
    verifying.batch(run_id)


@task(queue="identities", name=confirming.TASK)
def confirm_received(patient_id: int) -> None:
    """Ask INSi about a patient received qualified under a trust contract."""
    confirming.confirm(patient_id)


@beat(name="identities.take_up_confirmations", seconds=WAKE_EVERY_SECONDS)
def take_up_confirmations() -> int:
    """Promise again the confirmations whose hour has come."""
    return confirming.take_up_due(timezone.now())


@beat(name="identities.wake", seconds=WAKE_EVERY_SECONDS)
def wake() -> bool:
    """Begin or take up the periodic verification."""
    return verifying.wake(timezone.now())
