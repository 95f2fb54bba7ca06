"""What is decided of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.exchange.intake.models import State
from eprouvette.standards.hl7v2.ack import AckCode, Problem

ACTOR: Final = "system:intake"


@dataclass(frozen=True, slots=True)
class Fate:
    """The state of a message, the answer's code, the problem, the dossier and the patient if any.

    ``note`` is kept beside a message that was taken, and is no problem for who sent it.
    """

    state: State
    code: AckCode
    problem: Problem | None = None
    dossier_id: int | None = None
    patient_id: int | None = None
    note: str = ""
