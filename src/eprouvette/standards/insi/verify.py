"""Verification of identities already held: one question an identity, paced, resumable.

What the national text says of it is not open. Names, namespaces and codes that we suppose stand in one table,
`Supposed`, so that the real schema changes data and not code; every verdict carries the table's name. The bulk pair
(WS_INS4, WS_INS5) is not known at all: bulk is paced unit questions behind the same interface.

Source: digest ``exchanges.md`` 1.5 (marks B, C and U).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from lxml import etree

from eprouvette.core.ins import Ins
from eprouvette.standards.insi import lexical
from eprouvette.standards.insi.envelope import Call, element
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.lexical import LexicalError
from eprouvette.standards.insi.outcome import (
    Confirmed,
    Denied,
    NoAnswer,
    NotReached,
    RequestRefused,
    TransientFault,
    Unusable,
    VerifyOutcome,
)

TROUBLES: Final = 3
"""As many failures of the service in a row end a run: the caller begins again later from where it stands."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """The names of the unit verification. ``name`` goes with every verdict and every proof.

    Leaves (``NumIdentifiant``, ``Cle``, ``OID``, the traits) have the names that the search schemas give them.
    """

    name: str
    operation: str
    request_namespace: str
    request_root: str
    individual: str
    given_ins: str
    number: str
    traits: str
    answer_namespace: str
    answer_root: str
    report: str
    code: str
    words: str
    confirmed: frozenset[str]
    denied: frozenset[str]


SUPPOSED: Final = Supposed(
    name="schéma supposé n° 1",
    operation="verifierInsAvecTraitsIdentite",
    request_namespace="http://www.cnamts.fr/INSiLot2/REQUnitaire",
    request_root="REQUETE",
    individual="IndividuVerifie",
    given_ins="INSFourni",
    number="IdIndividu",
    traits="TraitsIdentiteIndividu",
    answer_namespace="http://www.cnamts.fr/INSiLot2/REPUnitaire",
    answer_root="RESULTAT",
    report="CR",
    code="CodeCR",
    words="LibelleCR",
    confirmed=frozenset({"00"}),
    denied=frozenset({"01"}),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identity to verify; ``reference`` is the caller's own, returned with the verdict and never sent."""

    reference: str
    ins: Ins
    traits: Traits


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one candidate."""

    reference: str
    outcome: VerifyOutcome


class Verifier(Protocol):
    """Whatever verifies a list of identities, one verdict at a time and in order."""

    def verify(self, candidates: Iterable[Candidate]) -> Iterator[Verdict]:
        """One verdict a candidate; the run may end early, and what has no verdict was not asked."""
        ...


class PacedVerifier:
    """Verifies by unit questions, at most ``per_second`` of them.

    It reads one candidate at a time and keeps none, so that a list of any length costs the memory of one. It ends
    early when the service is closed, when a fault would meet every candidate, or after three failures in a row.
    """

    def __init__(
        self,
        ask: Callable[[Call, Candidate], VerifyOutcome],
        new_call: Callable[[], Call],
        *,
        per_second: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._ask = ask
        self._new_call = new_call
        self._interval = 1 / per_second
        self._clock = clock
        self._sleep = sleep

    def verify(self, candidates: Iterable[Candidate]) -> Iterator[Verdict]:
        """One verdict a candidate, in order; the caller keeps its place by the references."""
        due = self._clock()
        troubles = 0
        for candidate in candidates:
            if (early := due - self._clock()) > 0:
                self._sleep(early)
            due = max(due, self._clock()) + self._interval
            outcome = self._ask(self._new_call(), candidate)
            yield Verdict(candidate.reference, outcome)
            in_trouble = isinstance(outcome, TransientFault | NotReached | NoAnswer | Unusable)
            troubles = troubles + 1 if in_trouble else 0
            if outcome.stops or troubles == TROUBLES:
                return


def body(candidate: Candidate, names: Supposed = SUPPOSED) -> str:
    """The body of the question; raises `LexicalError` for a trait that the service would reject."""
    sent = lexical.traits(candidate.traits)
    ins = candidate.ins
    number = element("v:NumIdentifiant", ins.value[:13]) + element("v:Cle", ins.value[13:])
    given_ins = _around(names.number, number) + element("v:OID", ins.oid)
    traits = (
        f"{element('v:NomNaissance', sent.birth_name)}{element('v:Prenom', sent.given_names[0])}"
        f"{element('v:ListePrenom', ' '.join(sent.given_names))}{element('v:Sexe', sent.sex)}"
        f"{element('v:DateNaissance', sent.birth_date)}{element('v:LieuNaissance', sent.birth_place)}"
    )
    individual = _around(names.individual, _around(names.given_ins, given_ins) + _around(names.traits, traits))
    root = names.request_root
    return f'<v:{root} xmlns:v="{names.request_namespace}">{individual}</v:{root}>'


def _around(name: str, content: str) -> str:
    return f"<v:{name}>{content}</v:{name}>"


def read(answer: etree._Element, names: Supposed = SUPPOSED) -> VerifyOutcome:
    """The verdict of an answer; raises nothing."""
    if answer.tag != f"{{{names.answer_namespace}}}{names.answer_root}":
        return Unusable("La réponse d'INSi n'est pas celle d'une vérification.")
    code = _said(answer, names, names.code)[:20]
    if code in names.confirmed:
        return Confirmed(names.name)
    if code in names.denied:
        return Denied(names.name, code, _said(answer, names, names.words)[:200])
    return Unusable("INSi a répondu par un code qui n'est pas prévu.", code)


def _said(answer: etree._Element, names: Supposed, leaf: str) -> str:
    space = names.answer_namespace
    return " ".join((answer.findtext(f"{{{space}}}{names.report}/{{{space}}}{leaf}") or "").split())


def refused(error: LexicalError) -> RequestRefused:
    """The outcome of a candidate that cannot even be asked: its traits are not those of a qualified identity."""
    return RequestRefused("lexique", error.message)
