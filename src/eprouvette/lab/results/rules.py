"""The life of a result, as a table.

Source: digest ``hl7v2.md`` 3.4 (HL7 tables 0123 and 0085).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a result stands."""

    EXPECTED = "expected"
    MEASURED = "measured"
    CHECKED = "checked"
    VALIDATED = "validated"
    ABORTED = "aborted"


STATE_LABELS: Final[dict[State, str]] = {
    State.EXPECTED: "attendu",
    State.MEASURED: "mesuré",
    State.CHECKED: "vérifié",
    State.VALIDATED: "validé",
    State.ABORTED: "non réalisé",
}

STATE_MARKS: Final[dict[State, str]] = {
    State.EXPECTED: "—",
    State.MEASURED: "M",
    State.CHECKED: "T",
    State.VALIDATED: "B",
    State.ABORTED: "✕",
}
"""The mark of each state in the table of results."""

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.EXPECTED: frozenset({State.MEASURED, State.ABORTED}),  # OBX-11 I, then R or X
    # A new run replaces a value that nobody validated, and must be checked again.
    State.MEASURED: frozenset({State.MEASURED, State.CHECKED, State.ABORTED}),  # R
    State.CHECKED: frozenset({State.MEASURED, State.VALIDATED, State.ABORTED}),  # P
    # F: changed by a corrected report only (`CORRECTED`).
    State.VALIDATED: frozenset(),
    # A second specimen may give the value that the first could not, until the report leaves.
    State.ABORTED: frozenset({State.MEASURED}),  # X
}
"""From a state, those that may follow."""

CORRECTED: Final = State.MEASURED
"""Where a validated result goes when a biologist corrects a report that left: it is checked and validated again."""

ENDED: Final = frozenset({State.VALIDATED, State.ABORTED})
"""States that let the dossier be released."""


def may_become(before: State, after: State) -> bool:
    """True when the table allows the change."""
    return after in TRANSITIONS[before]
