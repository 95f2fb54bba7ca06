"""Which message tells a change of identity, what an answer makes of it, when to try again: pure decisions.

Source: digest ``hl7v2.md`` 2.1, 2.5 and 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from eprouvette.lab.identity.merging import CLOSED, MERGED
from eprouvette.lab.identity.rules import Status
from eprouvette.standards.hl7v2.adt_out import OutgoingEvent

CREATED: Final = "creation"
_UNTOLD: Final = frozenset(
    {"document_type", "evidence", "last_visit_at", "insi_exemption", "contact_name", "contact_phone", "ins_since"}
)
"""What of a file concerns this laboratory alone."""


class State(StrEnum):
    """Where a message to a partner stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARKED = "parked"
    SKIPPED = "skipped"


STATE_LABELS: Final[dict[State, str]] = {
    State.WAITING: "en file",
    State.ACCEPTED: "accepté",
    State.PARKED: "refusé : la file attend une personne",
    State.SKIPPED: "passé par une personne",
}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.WAITING, State.ACCEPTED, State.PARKED}),
    State.PARKED: frozenset({State.WAITING, State.SKIPPED}),
    State.ACCEPTED: frozenset(),
    State.SKIPPED: frozenset(),
}
LONGEST_WAIT: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Telling:
    """The message that tells a change: ``former`` is the matricule that goes, ``lost`` the file that a merge closed."""

    event: OutgoingEvent
    former: str = ""
    lost: int | None = None


def telling(kind: str, before: Mapping[str, object], after: Mapping[str, object], status_now: str) -> Telling | None:
    """The message that tells a change of a file; None for what concerns this laboratory alone.

    An INS that never left is not taken back: it did when the identity was qualified.
    """
    if kind == CREATED:
        return Telling("A28")
    if kind == MERGED:
        lost = after.get("lost")
        return Telling("A40", lost=lost) if isinstance(lost, int) else None
    if kind == CLOSED or not set(after) - _UNTOLD:
        return None
    former = str(before.get("ins_value", ""))
    if former and str(before.get("status", status_now)) == Status.QUALIFIED:
        return Telling("A47", former=former)
    return Telling("A31")


def answered(code: str) -> State:
    """What an answer makes of a message: taken, parked for a person, or to be sent again."""
    return {"AA": State.ACCEPTED, "CA": State.ACCEPTED, "AE": State.PARKED, "CE": State.PARKED}.get(code, State.WAITING)


def wait_after(attempts: int) -> timedelta:
    """How long to wait before the next attempt."""
    return min(timedelta(seconds=2**attempts), LONGEST_WAIT) if attempts < 12 else LONGEST_WAIT
