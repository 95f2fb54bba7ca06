"""Which question to propose next: a person decides to ask it, or not.

The first question has one given name and no birth place (REQ-INS-04); then each other given name, then the whole
list, then the birth place. Several persons found: more given names, then the place. Source: RNIV 1, EXI SI 26; digest
``exchanges.md`` 1.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from eprouvette.standards.insi.identity import UNKNOWN_PLACE, Traits
from eprouvette.standards.insi.outcome import NotFound, SearchOutcome, Several

LIMIT: Final = 6
"""Questions proposed for one person; beyond, spelling is looked at with the person's document in hand."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question to propose: its traits, and what it tries, in French."""

    asked: Traits
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked and its outcome."""

    asked: Traits
    outcome: SearchOutcome


def next_step(local: Traits, done: Sequence[Asked], limit: int = LIMIT) -> Step | None:
    """The next question about the person whose local traits are ``local`` (all given names, place if known).

    None when the last outcome leaves nothing to try: found, refused, a fault (the same question is then asked again
    by the person), every form tried, or ``limit`` reached.
    """
    if len(done) >= limit:
        return None
    if done and not isinstance(done[-1].outcome, NotFound | Several):
        return None
    tried = {one.asked for one in done}
    return next((step for step in _forms(local, done) if step.asked not in tried), None)


def _forms(local: Traits, done: Sequence[Asked]) -> Iterator[Step]:
    """Every form of the question, in the order to try them after what was answered."""
    bare = replace(local, birth_place="")
    whole = Step(bare, "Tous les prénoms")
    if done and isinstance(done[-1].outcome, Several):
        yield whole
        if _has_place(local):
            narrowed = replace(done[-1].asked, birth_place=local.birth_place)
            yield Step(narrowed, "Mêmes prénoms, avec le lieu de naissance")
    for rank, given in enumerate(local.given_names, start=1):
        yield Step(replace(bare, given_names=(given,)), "Premier prénom" if rank == 1 else f"Prénom n° {rank} seul")
    yield whole
    if _has_place(local):
        first = replace(local, given_names=local.given_names[:1])
        yield Step(first, "Premier prénom, avec le lieu de naissance")
        yield Step(local, "Tous les prénoms, avec le lieu de naissance")


def _has_place(local: Traits) -> bool:
    return local.birth_place not in {"", UNKNOWN_PLACE}
