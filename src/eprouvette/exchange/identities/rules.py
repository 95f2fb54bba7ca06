"""Decisions on a received INS that INSi is asked to confirm; pure.

Source: RNIV 1 v2.0, EXI SI 33 and PP 20; digest ``exchanges.md`` 1.4 and 1.8.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final

from eprouvette.core.ins import Ins
from eprouvette.lab.identity.comparison import Comparison
from eprouvette.lab.identity.insi import InsiIdentity
from eprouvette.standards.insi.outcome import (
    UNKNOWN_ATTEMPTS,
    SearchOutcome,
    ServiceClosed,
    TransientFault,
    Unusable,
)

FIRST_WAIT: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=6)


class Next(Enum):
    """What follows a question that got no answer."""

    LATER = "later"
    STOP = "stop"
    PERSON = "person"


def after_trouble(outcome: SearchOutcome, attempts: int) -> tuple[Next, timedelta]:
    """What follows the ``attempts``-th question without answer, and how long to wait before the next.

    ``STOP``: every question would meet it, INSi is to be set first. ``PERSON``: this patient's question is refused.
    """
    if outcome.permanent:
        return (Next.STOP if outcome.stops else Next.PERSON), timedelta()
    bound = outcome.attempts if isinstance(outcome, TransientFault) else 0
    if isinstance(outcome, Unusable):
        bound = UNKNOWN_ATTEMPTS
    if bound and attempts >= bound:
        return Next.PERSON, timedelta()
    if isinstance(outcome, ServiceClosed | TransientFault) and outcome.retry_after:
        return Next.LATER, min(timedelta(seconds=outcome.retry_after), LONGEST_WAIT)
    return Next.LATER, min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)


def why_not_taken(received: Ins, answer: InsiIdentity, comparison: Comparison) -> str:
    """Why INSi's answer is not the identity that was received, as a sentence without a trait; empty when it is."""
    if answer.ins != received:
        if any(past.ins == received for past in answer.history):
            return "L'INS reçue n'est plus en vigueur : INSi en donne une autre qui l'a remplacée. À comparer."
        return "INSi donne une autre INS que celle reçue : l'identité reste validée, à comparer."
    if comparison.doubts:
        return " ".join(("Les traits d'INSi diffèrent.", *comparison.doubts))[:300]
    return ""
