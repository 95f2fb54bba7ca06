"""What workers repeat for identities: the copies of documents are purged."""

from __future__ import annotations

from django.utils import timezone

from eprouvette.foundation.jobs import beat
from eprouvette.lab.identity import copies

PURGE_EVERY_SECONDS = 3600.0


@beat(name="identity.purge_copies", seconds=PURGE_EVERY_SECONDS)
def purge_copies() -> int:
    """Remove the copies that may no longer be kept."""
    return copies.purge(timezone.now())
