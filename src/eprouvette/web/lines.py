"""What lists show of several rooms at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eprouvette.exchange.dispatch.queries import DeliveryLine


@dataclass(frozen=True, slots=True)
class Sendings:
    """Where the deliveries of a report stand; what never leaves by a rule is not counted."""

    total: int
    done: int
    refused: int
    blocked: int


def sendings_of(lines: Iterable[DeliveryLine]) -> Sendings:
    """Count the deliveries of one report."""
    due = [line for line in lines if line.state != "withdrawn"]
    return Sendings(
        total=len(due),
        done=sum(line.state in {"accepted", "read"} for line in due),
        refused=sum(line.state in {"refused", "bounced"} for line in due),
        blocked=sum(line.needs_person for line in due),
    )
