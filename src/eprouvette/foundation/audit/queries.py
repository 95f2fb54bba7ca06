"""Reading the journal: is the chain whole, and what was done to one thing."""

from __future__ import annotations

from dataclasses import dataclass

from eprouvette.foundation.audit.chain import START, seal
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.foundation.audit.services import as_line


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: rank, line id and a sentence."""

    position: int
    line_id: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many lines hold, what does not, and how many recent lines are not sealed yet."""

    sealed: int
    breaks: tuple[Break, ...]
    unsealed: int


def verify() -> Verification:
    """Walk the whole chain; a changed, deleted, inserted or moved line is a break."""
    breaks: list[Break] = []
    expected, previous, sealed = 0, START, 0
    for row in AuditLine.objects.filter(position__isnull=False).order_by("position").iterator(chunk_size=2000):
        expected, sealed, position = expected + 1, sealed + 1, row.position or 0
        if position != expected:
            breaks.append(Break(expected, row.pk, f"Il manque une ligne ou plusieurs avant le rang {position}."))
            expected = position
        elif seal(as_line(row), position, previous) != row.seal:
            breaks.append(Break(position, row.pk, f"La ligne de rang {position} a été changée, ou celle d'avant."))
        previous = row.seal
    unsealed = AuditLine.objects.filter(position__isnull=True).count()
    return Verification(sealed, tuple(breaks), unsealed)
