"""The bytes of INSi's questions, kept, and the reading of kept answers: see ``insi/README.md``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.standards.insi import search, verify
from eprouvette.standards.insi.envelope import Call, Software, outcome_of, request
from eprouvette.standards.insi.identity import CardTraits, InsiIdentity, InsRecord, Traits
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Confirmed,
    Denied,
    Found,
    NotFound,
    SearchOutcome,
    Several,
    TransientFault,
    VerifyOutcome,
    WrongEnvironment,
)
from eprouvette.standards.insi.verify import SUPPOSED, Candidate
from eprouvette.standards.soap import envelope
from eprouvette.standards.soap.envelope import Fault

FOLDER = Path(__file__).parent / "insi"
AT = datetime(2026, 3, 12, 9, 42, 7, 125_678, tzinfo=UTC)
SOFTWARE = Software("Eprouvette", "1.0", "ESSAI", "0c6f3a0e-52d4-4f6b-8b9e-3f3f4a1f7e55")
ASSERTION = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'


def call(assertion: str = "") -> Call:
    return Call("f3c8f0a4-8b1d-4f0a-9a6e-1d2c3b4a5968", "7d1c5a52-6f0e-4a43-9d5c-0b6a3f1f2c10", AT, assertion)


def message(operation: str, body: str, assertion: str = "") -> bytes:
    return request(call(assertion), operation, "390999999", SOFTWARE, body)


def read_search(name: str) -> SearchOutcome:
    body = envelope.read((FOLDER / name).read_bytes())
    return outcome_of(body) if isinstance(body, Fault) else search.read(body, "simulator")


def read_verdict(name: str) -> VerifyOutcome:
    body = envelope.read((FOLDER / name).read_bytes())
    assert not isinstance(body, Fault)
    return verify.read(body)


def identity(outcome: SearchOutcome) -> InsiIdentity:
    assert isinstance(outcome, Found)
    return outcome.identity


@pytest.mark.requirement("REQ-INS-01")
def test_the_question_by_traits_has_the_kept_bytes() -> None:
    asked = Traits("d'Hauteville", ("Lætitia", "Marie-Lou"), "F", "1979-03-28", "2A004")
    sent = message(search.BY_TRAITS, search.traits_body(asked))
    assert sent == (FOLDER / "request_traits.xml").read_bytes()


@pytest.mark.requirement("REQ-INS-03")
def test_the_question_by_card_has_the_kept_bytes() -> None:
    asked = CardTraits("160012B02077713", "297022A02077878", "Adrtrois", "1997-02-26", "1")
    sent = message(search.BY_CARD, search.card_body(asked), ASSERTION)
    assert sent == (FOLDER / "request_card.xml").read_bytes()


@pytest.mark.requirement("REQ-INS-02")
def test_the_question_of_verification_has_the_kept_bytes_under_supposed_names() -> None:
    traits = Traits("PAT-TROIS", ("DOMINIQUE", "MARIE-LOUISE"), "F", "1979-03-28", "51215")
    asked = Candidate("1", Ins("279035121518989", oids.INS_NIR_TEST), traits)
    sent = message(SUPPOSED.operation, verify.body(asked))
    assert sent == (FOLDER / "request_verification.xml").read_bytes()


def test_a_history_is_kept_as_received_whatever_its_order() -> None:
    found = identity(read_search("answer_history.xml"))
    assert (found.ins.value, found.key_is_valid) == ("109076322083489", True)
    assert (found.first_given_name, found.given_names) == ("PIERRE-ALAIN", ("PIERRE-ALAIN", "MURIEL", "FLORIANT"))
    assert found.history == (
        InsRecord("2090763220834", "39", oids.INS_NIR_TEST, "2019-03-01", "2019-02-28"),
        InsRecord("2090663220123", "55", oids.INS_NIR_TEST),
    )


def test_a_wrong_key_is_accepted_and_said_and_a_lunar_date_stays_text() -> None:
    outcome = read_search("answer_wrong_key.xml")
    found = identity(outcome)
    assert (found.matricule, found.key, found.key_is_valid) == ("1810363220456", "60", False)
    assert (found.birth_date, found.birth_place) == ("1981-00-00", "")
    assert found.history == (InsRecord(found.matricule, found.key, found.oid),)
    assert "clé" in outcome.remedy


def test_a_nia_is_known_by_its_oid() -> None:
    found = identity(read_search("answer_nia.xml"))
    assert (found.ins.is_nia, found.first_given_name) == (True, "MATRICULE")


@pytest.mark.requirement("REQ-INS-01")
def test_nobody_and_several_are_typed() -> None:
    assert read_search("answer_none.xml") == NotFound()
    assert read_search("answer_several.xml") == Several()


def test_faults_are_read_with_the_code_of_their_detail() -> None:
    software, technical = read_search("fault_software.xml"), read_search("fault_technical.xml")
    assert isinstance(software, ConfigurationFault)
    assert (software.code, software.permanent) == ("siram_100 / desir_550", True)
    assert isinstance(technical, TransientFault)
    assert (technical.code, technical.attempts) == ("siram_40 / insi_102", 0)


@pytest.mark.requirement("REQ-INS-02")
def test_a_verdict_says_which_table_of_names_read_it() -> None:
    assert read_verdict("answer_confirmed.xml") == Confirmed("schéma supposé n° 1")
    assert read_verdict("answer_denied.xml") == Denied("schéma supposé n° 1", "01", "KO")


def test_the_answer_of_another_environment_is_refused() -> None:
    body = envelope.read((FOLDER / "answer_history.xml").read_bytes())
    assert not isinstance(body, Fault)
    assert search.read(body, "production") == WrongEnvironment(oids.INS_NIR_TEST)
    assert isinstance(search.read(body, "test"), Found)
