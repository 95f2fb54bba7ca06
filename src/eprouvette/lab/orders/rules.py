"""Decisions on dossiers: the life cycle, what may be written on a request."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from eprouvette.standards.report.model import Confidentiality, EncounterType


class State(StrEnum):
    """Where a dossier stands."""

    REGISTERED = "registered"
    STARTED = "started"
    VALIDATED = "validated"
    RELEASED = "released"
    CANCELLED = "cancelled"


STATE_LABELS: Final[dict[State, str]] = {
    State.REGISTERED: "enregistré",
    State.STARTED: "en cours",
    State.VALIDATED: "validé",
    State.RELEASED: "libéré",
    State.CANCELLED: "annulé",
}

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    # A dossier whose every exam is abandoned at once goes straight to validated.
    State.REGISTERED: frozenset({State.STARTED, State.VALIDATED}),
    # A partial report that left may have to be cancelled as a whole one may.
    State.STARTED: frozenset({State.VALIDATED, State.CANCELLED}),
    # REQ-DEF-04: only a dossier wholly validated (or abandoned) is released; a partial report leaves it open. A value
    # that comes for an exam given up reopens it.
    State.VALIDATED: frozenset({State.STARTED, State.RELEASED, State.CANCELLED}),
    # A correction opens it again (`validation.corrections`); nothing else does.
    State.RELEASED: frozenset({State.VALIDATED, State.CANCELLED}),
    # The report must not be used: a new request starts again from a right tube.
    State.CANCELLED: frozenset(),
}
"""From a state, those that may follow (``design.md`` 1)."""

CLOSED: Final = frozenset({State.RELEASED, State.CANCELLED})
"""States in which a dossier takes no result and nothing joined."""

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


CONFIDENTIALITY_LABELS: Final[dict[Confidentiality, str]] = {
    "N": "normale",
    "R": "restreinte",
    "V": "très restreinte",
}
"""JDV Confidentiality."""


def may_become(before: State, after: State) -> bool:
    """True when the table allows the change."""
    return after in TRANSITIONS[before]


def state_from(requested: int, begun: int, ended: int) -> State:
    """Where a dossier stands by its results: exams requested, with a value or a reason, validated or aborted."""
    if requested and ended == requested:
        return State.VALIDATED
    return State.STARTED if begun else State.REGISTERED
