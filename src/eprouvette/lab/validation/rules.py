"""Decisions of validation: what may be validated at once, what keeps a dossier from leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eprouvette.lab.results.rules import ENDED, State

NORMAL: Final = frozenset({"", "N", "NEG", "ND"})
WIDE_CHANGE: Final = 0.5
"""A number that changed by more than half since the last time is looked at alone (delta check)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that somebody may check or validate, in plain values."""

    label: str
    state: State
    interpretation: str
    critical: bool
    number: float | None = None
    prior: float | None = None


def left_out_because(candidate: Candidate) -> str:
    """Why a result is not proposed for validation at once; empty when it is normal and consistent."""
    if candidate.critical:
        return "valeur critique"
    if candidate.interpretation not in NORMAL:
        return "hors des valeurs usuelles"
    if candidate.number is not None and candidate.prior:
        change = abs(candidate.number - candidate.prior) / abs(candidate.prior)
        if change > WIDE_CHANGE:
            return "écart de plus de 50 % avec l'antérieur"
    return ""


def problems_of(labels: Sequence[tuple[str, State]]) -> tuple[str, ...]:
    """What keeps a dossier's whole report from being released: one sentence a state, naming the exams.

    All results are validated or given up (REQ-DEF-04).
    """
    if not labels:
        return ("Le dossier ne contient aucun examen.",)
    words = {
        State.EXPECTED: "Résultat attendu",
        State.MEASURED: "À vérifier",
        State.CHECKED: "À valider",
    }
    problems = []
    for state, sentence in words.items():
        names = [label for label, found in labels if found is state]
        if names:
            problems.append(f"{sentence} : {', '.join(names)}.")
    if not problems and not any(state is State.VALIDATED for _, state in labels):
        problems.append("Aucun résultat n'est validé : il n'y a pas de compte rendu à libérer.")
    return tuple(problems)


def partial_problems(states: Sequence[State]) -> tuple[str, ...]:
    """What keeps a partial report from being released: nothing validated yet, or nothing more to come (REQ-CRB-10)."""
    if not any(state is State.VALIDATED for state in states):
        return ("Aucun résultat n'est validé : il n'y a rien à libérer.",)
    if all(state in ENDED for state in states):
        return ("Tous les résultats sont là : libérer le compte rendu complet.",)
    return ()
