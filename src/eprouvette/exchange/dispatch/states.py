"""The life of a delivery (one document, one channel, one recipient), as a table.

Source: design, section 1: ``waiting(reason) → queued → sent → accepted | refused | bounced → read``,
and ``withdrawn``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from eprouvette.core.errors import EprouvetteError


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BOUNCED = "bounced"
    READ = "read"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a delivery waits. What each needs is in `WAITS`."""

    NONE = ""
    JUDGE = "judge"
    JUDGE_FAILED = "judge_failed"
    INS = "ins"
    IDENTITY_CHANGED = "identity_changed"
    ADDRESS = "address"
    SERVICE = "service"
    CHANNEL_STOPPED = "channel_stopped"
    EARLIER_VERSION = "earlier_version"
    EXHAUSTED = "exhausted"
    PROFILE = "profile"


STATE_LABELS: Final[dict[State, str]] = {
    State.WAITING: "en attente",
    State.QUEUED: "en file",
    State.SENT: "parti, réponse attendue",
    State.ACCEPTED: "accepté",
    State.REFUSED: "refusé",
    State.BOUNCED: "revenu",
    State.READ: "lu",
    State.WITHDRAWN: "retiré",
}

WAITS: Final[dict[Reason, tuple[str, bool]]] = {
    Reason.JUDGE: ("Contrôle par les règles officielles en cours.", False),
    Reason.JUDGE_FAILED: ("Refusé par les règles officielles : voir les contrôles du compte rendu.", True),
    Reason.INS: ("L'identité n'est pas qualifiée : l'INS ne peut pas sortir du laboratoire.", True),
    Reason.IDENTITY_CHANGED: ("L'identité du patient a changé depuis la libération du compte rendu.", True),
    Reason.ADDRESS: ("Aucune adresse MSSanté connue pour ce destinataire.", True),
    Reason.SERVICE: ("Le service n'a pas pris le document ; un nouvel essai est programmé.", False),
    Reason.CHANNEL_STOPPED: ("Le canal est arrêté par une erreur de configuration.", True),
    Reason.EARLIER_VERSION: ("La version précédente de ce compte rendu n'est pas encore arrivée.", False),
    Reason.PROFILE: (
        "La forme que ce correspondant demande n'est pas conforme : lui redonner le profil par défaut, puis renvoyer.",
        True,
    ),
    Reason.EXHAUSTED: ("Le service n'a pas répondu pendant 72 heures.", True),
}
"""For each reason: the sentence shown, and whether a person must act."""

RETRIABLE: Final = frozenset({Reason.SERVICE, Reason.EXHAUSTED, Reason.PROFILE})
"""Reasons that a person may ask to look at again."""

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.WAITING, State.QUEUED, State.WITHDRAWN}),
    State.QUEUED: frozenset({State.SENT, State.WAITING, State.WITHDRAWN}),
    State.SENT: frozenset({State.ACCEPTED, State.REFUSED, State.WAITING}),
    State.ACCEPTED: frozenset({State.READ, State.BOUNCED}),
    State.REFUSED: frozenset(),
    State.BOUNCED: frozenset(),
    State.READ: frozenset(),
    State.WITHDRAWN: frozenset(),
}

FINAL: Final = frozenset({State.ACCEPTED, State.REFUSED, State.BOUNCED, State.READ, State.WITHDRAWN})
"""States in which nothing more will be sent, so that the next version may leave."""


class TransitionError(EprouvetteError):
    """Cet envoi ne peut pas passer à cet état."""

    hint = "Recharger la page : l'envoi a changé entre-temps."


def move(current: State, target: State) -> State:
    """``target`` when the table allows the step; raises `TransitionError` otherwise."""
    if target not in TRANSITIONS[current]:
        raise TransitionError(f"Un envoi « {STATE_LABELS[current]} » ne peut pas devenir « {STATE_LABELS[target]} ».")
    return target
