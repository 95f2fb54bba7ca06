"""A long verification is paced, keeps nothing, can begin again where it stood, and stops when going on is no use."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.standards.insi import verify
from eprouvette.standards.insi.envelope import Call
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.lexical import LexicalError
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Confirmed,
    Denied,
    NoAnswer,
    ServiceClosed,
    TransientFault,
    Unusable,
    VerifyOutcome,
)
from eprouvette.standards.insi.verify import SUPPOSED, Candidate, PacedVerifier, Verifier

INS = Ins("279035121518989", oids.INS_NIR_TEST)
TRAITS = Traits("PAT-TROIS", ("DOMINIQUE",), "F", "1979-03-28", "51215")
CALL = Call("m", "c", datetime(2026, 1, 1, tzinfo=UTC))
YES = Confirmed(SUPPOSED.name)
TROUBLE = TransientFault("siram_40", "panne")


class Clock:
    """Time that passes only when somebody sleeps or is told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Service:
    """Answers in turn, then yes; each answer takes ``seconds``."""

    def __init__(self, clock: Clock, *answers: VerifyOutcome, seconds: float = 0) -> None:
        self.clock, self.answers, self.seconds = clock, list(answers), seconds
        self.asked: list[tuple[float, str]] = []

    def ask(self, call: Call, candidate: Candidate) -> VerifyOutcome:
        assert call is CALL
        self.asked.append((self.clock.now, candidate.reference))
        self.clock.now += self.seconds
        return self.answers.pop(0) if self.answers else YES


def candidates(count: int, start: int = 0) -> Iterator[Candidate]:
    return (Candidate(str(number), INS, TRAITS) for number in range(start, count))


def verifier(service: Service, per_second: float = 4) -> Verifier:
    clock = service.clock
    return PacedVerifier(service.ask, lambda: CALL, per_second=per_second, clock=clock.read, sleep=clock.sleep)


@pytest.mark.requirement("REQ-INS-02")
def test_one_verdict_a_candidate_in_order_at_the_given_pace() -> None:
    service = Service(Clock())
    verdicts = list(verifier(service).verify(candidates(9)))
    assert [one.reference for one in verdicts] == [str(number) for number in range(9)]
    assert [at for at, _ in service.asked] == [1000 + number / 4 for number in range(9)]


def test_a_slow_service_is_not_slowed_further_and_time_lost_is_not_caught_up() -> None:
    service = Service(Clock(), seconds=1)
    list(verifier(service).verify(candidates(4)))
    assert service.clock.slept == []
    service.seconds = 0
    list(verifier(service).verify(candidates(3)))
    assert service.clock.slept == [0.25, 0.25]


def test_no_candidate_is_read_before_its_turn() -> None:
    service = Service(Clock())
    source = candidates(10)
    run = verifier(service).verify(source)
    assert [next(run).reference, next(run).reference] == ["0", "1"]
    assert next(source).reference == "2"


@pytest.mark.requirement("REQ-INS-02")
def test_a_denied_identity_does_not_stop_the_run() -> None:
    service = Service(Clock(), YES, Denied(SUPPOSED.name, "01", "KO"))
    assert [type(one.outcome) for one in verifier(service).verify(candidates(3))] == [Confirmed, Denied, Confirmed]


@pytest.mark.parametrize("last", [ConfigurationFault("desir_560", "x", "y"), ServiceClosed(60)])
def test_what_every_candidate_would_meet_ends_the_run_with_its_verdict(last: VerifyOutcome) -> None:
    service = Service(Clock(), YES, last)
    verdicts = list(verifier(service).verify(candidates(5)))
    assert [one.outcome for one in verdicts] == [YES, last]
    again = list(verifier(service).verify(candidates(5, start=int(verdicts[-1].reference))))
    assert [one.reference for one in again] == ["1", "2", "3", "4"]


def test_three_failures_in_a_row_end_the_run_and_two_do_not() -> None:
    service = Service(Clock(), TROUBLE, TROUBLE, YES, TROUBLE, NoAnswer("x"), Unusable("x"))
    assert len(list(verifier(service).verify(candidates(20)))) == 6


def test_a_long_list_costs_the_memory_of_one() -> None:
    service = Service(Clock())
    service.asked = _Nothing()
    run = verifier(service).verify(candidates(20_000))
    next(run)
    tracemalloc.start()
    for _ in run:
        service.clock.slept.clear()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


class _Nothing(list[tuple[float, str]]):
    def append(self, _: tuple[float, str]) -> None:
        return


def test_every_supposed_name_is_data() -> None:
    other = replace(SUPPOSED, request_root="AUTRE", request_namespace="urn:autre", given_ins="INS", traits="TRAITS")
    root = etree.fromstring(verify.body(Candidate("1", INS, TRAITS), other))
    assert root.tag == "{urn:autre}AUTRE"
    assert {etree.QName(one).localname for one in root.iter()} >= {"INS", "TRAITS", "NumIdentifiant", "OID"}
    answered = replace(SUPPOSED, answer_root="REPONSE", report="BILAN", code="Code", confirmed=frozenset({"OUI"}))
    answer = f'<REPONSE xmlns="{SUPPOSED.answer_namespace}"><BILAN><Code>OUI</Code></BILAN></REPONSE>'
    assert verify.read(etree.fromstring(answer), answered) == YES
    assert isinstance(verify.read(etree.fromstring(answer)), Unusable)


def test_an_unknown_code_of_verification_is_no_verdict() -> None:
    answer = f'<RESULTAT xmlns="{SUPPOSED.answer_namespace}"><CR><CodeCR>07</CodeCR></CR></RESULTAT>'
    assert isinstance(verify.read(etree.fromstring(answer)), Unusable)


def test_the_reference_of_a_candidate_is_never_sent() -> None:
    assert "IPP-000127" not in verify.body(Candidate("IPP-000127", INS, TRAITS))


def test_traits_that_cannot_be_written_are_refused_before_leaving() -> None:
    with pytest.raises(LexicalError):
        verify.body(Candidate("1", INS, replace(TRAITS, birth_name="Ø")))
