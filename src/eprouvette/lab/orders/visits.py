"""The life of a stay, as a table: what each movement of PAM-FR makes of it; pure.

A stay is what its standing movements say, read in the order in which they happened: a movement that arrives late, is
cancelled or is corrected gives the same stay as if it had always been so.

Source: IHE ITI-31 with the French extension 2.11.1; digest ``hl7v2.md`` 2.1 and 2.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """Where a stay stands."""

    ANNULLED = "annulled"
    EXPECTED = "expected"
    PRESENT = "present"
    AWAY = "away"
    LEFT = "left"


STANDING_LABELS: Final[dict[Standing, str]] = {
    Standing.ANNULLED: "annulé",
    Standing.EXPECTED: "attendu",
    Standing.PRESENT: "présent",
    Standing.AWAY: "sorti pour un temps",
    Standing.LEFT: "sorti",
}

_NO, _EXP, _IN, _AWAY, _OUT = Standing
TRANSITIONS: Final[dict[str, dict[Standing, Standing]]] = {
    "A05": {_NO: _EXP, _EXP: _EXP},
    "A01": {_NO: _IN, _EXP: _IN, _IN: _IN},
    "A04": {_NO: _IN, _EXP: _IN, _IN: _IN},
    # A feed that begins in the middle of a stay tells it by the movement of the day.
    "A02": {_NO: _IN, _IN: _IN, _AWAY: _AWAY},
    "A06": {_NO: _IN, _EXP: _IN, _IN: _IN, _AWAY: _AWAY},
    "A07": {_NO: _IN, _EXP: _IN, _IN: _IN, _AWAY: _AWAY},
    "A21": {_NO: _AWAY, _IN: _AWAY, _AWAY: _AWAY},
    "A22": {_NO: _IN, _AWAY: _IN, _IN: _IN},
    "A03": {_NO: _OUT, _EXP: _OUT, _IN: _OUT, _AWAY: _OUT, _OUT: _OUT},
    "A54": {_NO: _IN, _EXP: _EXP, _IN: _IN, _AWAY: _AWAY, _OUT: _OUT},
}
"""For each movement, from a standing to the next one; a movement that does not name the standing leaves it."""

_ADMITS: Final = frozenset({"A01", "A04"})
_CLASS_OF: Final = {"A06": "I", "A07": "O"}
"""The class that the event itself says, when PV1-2 does not."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One standing movement of a stay; ``patient_class`` and ``unit`` are empty when it says nothing of them."""

    event: str
    at: datetime
    patient_class: str = ""
    unit: str = ""
    unit_label: str = ""


@dataclass(frozen=True, slots=True)
class StayNow:
    """What the movements of a stay make of it."""

    standing: Standing = Standing.ANNULLED
    patient_class: str = ""
    unit: str = ""
    unit_label: str = ""
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None


def told(movements: Iterable[Movement]) -> StayNow:
    """The stay that these movements tell, whatever the order in which they came."""
    stay = StayNow()
    for movement in sorted(movements, key=lambda one: (one.at, one.event)):
        stay = _after(stay, movement)
    return stay


def _after(stay: StayNow, movement: Movement) -> StayNow:
    standing = TRANSITIONS[movement.event].get(stay.standing)
    if standing is None:
        return stay
    leaves = standing is Standing.LEFT
    return replace(
        stay,
        standing=standing,
        patient_class=movement.patient_class or _CLASS_OF.get(movement.event, stay.patient_class),
        unit=movement.unit or stay.unit,
        unit_label=movement.unit_label if movement.unit else stay.unit_label,
        admitted_at=movement.at if movement.event in _ADMITS and stay.admitted_at is None else stay.admitted_at,
        discharged_at=movement.at if leaves and stay.discharged_at is None else stay.discharged_at,
    )
