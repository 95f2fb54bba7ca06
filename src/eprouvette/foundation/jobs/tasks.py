"""The beats of the foundation: the journal is sealed every second, stalled jobs are given back."""

from __future__ import annotations

from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.jobs import beat, worker

SEAL_EVERY_SECONDS = 1.0


@beat(name="audit.seal", seconds=SEAL_EVERY_SECONDS)
def seal() -> int:
    """Seal the journal's committed lines."""
    return audit.seal_new_lines()


__all__ = ["seal", "worker"]
