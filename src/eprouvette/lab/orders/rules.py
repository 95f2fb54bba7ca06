"""Decisions on dossiers: the life cycle, what may be written on a request."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from eprouvette.standards.report.model import EncounterType


class State(StrEnum):
    """Where a dossier stands."""

    REGISTERED = "registered"
    STARTED = "started"
    VALIDATED = "validated"
    RELEASED = "released"


STATE_LABELS: Final[dict[State, str]] = {
    State.REGISTERED: "enregistré",
    State.STARTED: "en cours",
    State.VALIDATED: "validé",
    State.RELEASED: "libéré",
}

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    # A dossier whose every exam is abandoned at once goes straight to validated.
    State.REGISTERED: frozenset({State.STARTED, State.VALIDATED}),
    State.STARTED: frozenset({State.VALIDATED}),
    # REQ-DEF-04: only a dossier wholly validated (or abandoned) is released; a partial report leaves it open. A value
    # that comes for an exam given up reopens it.
    State.VALIDATED: frozenset({State.STARTED, State.RELEASED}),
    # A correction opens it again (`validation.corrections`); nothing else does.
    State.RELEASED: frozenset({State.VALIDATED}),
}
"""From a state, those that may follow (``design.md`` 1)."""

ENCOUNTER_LABELS: Final[dict[EncounterType, str]] = {
    "AMB": "ambulatoire",
    "EMER": "urgences",
    "IMP": "hospitalisation",
    "HH": "domicile",
    "FLD": "voie publique",
    "VR": "virtuelle",
    "EXTERNE": "consultation externe",
    "SEANCE": "séance",
}
"""JDV J142."""


def may_become(before: State, after: State) -> bool:
    """True when the table allows the change."""
    return after in TRANSITIONS[before]


def state_from(requested: int, begun: int, ended: int) -> State:
    """Where a dossier stands by its results: exams requested, with a value or a reason, validated or aborted."""
    if requested and ended == requested:
        return State.VALIDATED
    return State.STARTED if begun else State.REGISTERED
