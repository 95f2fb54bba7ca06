"""A message is stored, applied or set aside, and answered; nothing is lost, nothing is taken twice."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from eprouvette.exchange.intake import queries, services
from eprouvette.exchange.intake.errors import NotParkedError
from eprouvette.exchange.intake.models import ReceivedMessage, State
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results.models import Observation
from eprouvette.sandbox.scenario.laboratory import Laboratory, prepare
from eprouvette.standards.hl7v2 import er7
from support.road import EXAMPLES, demonstration_dossier, receive_examples

pytestmark = pytest.mark.django_db
FIRST = (EXAMPLES / "01-hemogramme.hl7").read_bytes()


@pytest.fixture
def laboratory() -> Laboratory:
    return prepare()


@pytest.fixture
def dossier(laboratory: Laboratory) -> Dossier:
    return demonstration_dossier(laboratory)


def code(answer: bytes) -> str:
    acknowledgement = er7.parse(answer.decode()).first("MSA")
    assert acknowledgement is not None
    return acknowledgement.text(1)


def error(answer: bytes) -> tuple[str, str]:
    found = er7.parse(answer.decode()).first("ERR")
    assert found is not None
    return found.raw(2), found.text(3)


def test_the_examples_fill_the_dossier(dossier: Dossier) -> None:
    assert [code(answer) for answer in receive_examples()] == ["AA", "AA", "AA"]
    assert Observation.objects.filter(dossier=dossier).count() == dossier.requested.count()


def test_the_raw_bytes_are_kept_with_the_answer(dossier: Dossier) -> None:
    answer = services.receive(FIRST, peer="test")
    row = ReceivedMessage.objects.get()
    assert (bytes(row.raw), bytes(row.answer), row.state, row.dossier_id) == (FIRST, answer, State.APPLIED, dossier.pk)


def test_the_same_message_again_gets_the_same_answer_and_does_nothing(dossier: Dossier) -> None:
    first = services.receive(FIRST, peer="test")
    assert services.receive(FIRST, peer="test") == first
    assert ReceivedMessage.objects.count() == 1


def test_other_bytes_under_the_same_id_are_refused_and_kept(dossier: Dossier) -> None:
    services.receive(FIRST, peer="test")
    answer = services.receive(FIRST.replace(b"6.84", b"7.84"), peer="test")
    assert (code(answer), error(answer)) == ("AE", ("MSH^1^10", "205"))
    assert ReceivedMessage.objects.filter(state=State.REFUSED, duplicate_of__isnull=False).count() == 1
    assert not Observation.objects.filter(value__value="7.84").exists()


def test_a_value_that_is_no_number_is_refused_at_its_place_and_nothing_is_recorded(dossier: Dossier) -> None:
    answer = services.receive(FIRST.replace(b"|11.4|", b"|onze|"), peer="test")
    assert (code(answer), error(answer)) == ("AE", ("OBX^3^5", "102"))
    assert not Observation.objects.filter(dossier=dossier).exists()
    assert ReceivedMessage.objects.get().state == State.REFUSED


def test_a_message_without_dossier_is_parked_then_attached_by_a_person(laboratory: Laboratory) -> None:
    assert code(services.receive(FIRST, peer="test")) == "AA"
    row = ReceivedMessage.objects.get()
    assert (row.state, queries.parked_count()) == (State.PARKED, 1)
    dossier = demonstration_dossier(laboratory)
    services.attach(row.pk, dossier.pk, user=laboratory.technician)
    assert Observation.objects.filter(dossier=dossier).count() == 16
    assert queries.parked_count() == 0
    with pytest.raises(NotParkedError):
        services.attach(row.pk, dossier.pk, user=laboratory.technician)


@pytest.mark.parametrize(
    ("raw", "location"),
    [
        (b"", "MSH^1"),
        (b"\x00\x01\x02", "MSH^1"),
        (b"PID|||1", "MSH^1"),
        (FIRST[:40], "MSH^1"),
        (FIRST.replace(b"UNICODE UTF-8", b"EBCDIC"), "MSH^1^18"),
        (FIRST.replace(b"ORU^R01^ORU_R01", b"MDM^T02^MDM_T02"), "MSH^1^9"),
        (FIRST.replace(b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01"), "MSH^1^3"),
        (FIRST.replace(b"|2.5|", b"|7.0|"), "MSH^1^12"),
    ],
)
def test_what_cannot_be_read_is_answered_and_kept(laboratory: Laboratory, raw: bytes, location: str) -> None:
    answer = services.receive(raw, peer="test")
    assert code(answer) == "AE"
    assert error(answer)[0].startswith(location)
    assert bytes(ReceivedMessage.objects.get().raw) == raw


def test_when_the_database_refuses_the_sender_is_told_to_come_back(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "_receive", broken)
    assert code(services.receive(FIRST, peer="test")) == "AR"


def test_no_page_line_carries_a_name(dossier: Dossier) -> None:
    services.receive(FIRST, peer="test")
    lines, total = queries.recent()
    assert total == 1
    assert "PAT-TROIS" not in repr(lines)
