"""What partners are told of identities: each change once, in order; a refusal stops the lane, a silence does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from django.utils import timezone

from eprouvette.exchange.announcing import sending, services, writing
from eprouvette.exchange.announcing.models import Announced, Correspondent
from eprouvette.exchange.announcing.rules import State, Telling, telling, wait_after
from eprouvette.exchange.announcing.services import NotParkedError
from eprouvette.lab.identity import insi, merging
from eprouvette.lab.identity import services as identity
from eprouvette.standards.hl7v2 import er7
from eprouvette.standards.hl7v2.adt import read_identity
from eprouvette.standards.hl7v2.mllp import Framer, frame
from support.identities import INS, ins_number, person, qualified

pytestmark = pytest.mark.django_db
ACTOR = "user:test"


class Partner:
    """A listener that answers what it is told to, AA by default, and keeps what it got."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.got: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        framer = Framer()
        while data := connection.recv(65536):
            for raw in framer.feed(data):
                self.got.append(raw)
                code = self.codes.pop(0) if self.codes else "AA"
                if code == "silence":
                    return
                number = er7.parse(raw.decode()).header.text(10) if code != "other" else "OTHER"
                answer = f"MSH|^~\\&|GAM|CHU-X|A|B|20261125||ACK|1|D|2.5\rMSA|{code[:2].upper()}|{number}\r"
                connection.sendall(frame(answer.encode()))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def partner() -> Iterator[Partner]:
    running = Partner()
    yield running
    running.close()


@pytest.fixture
def correspondent(partner: Partner) -> Correspondent:
    row = Correspondent(
        label="CHU", host="127.0.0.1", port=partner.port, tls=False, application="GAM", facility="CHU-X",
        our_facility="LABO", authority="LABO", finess="390000001",
    )  # fmt: skip
    return services.declare(row, actor=ACTOR)


def told() -> list[str]:
    return list(Announced.objects.order_by("pk").values_list("kind", flat=True))


def turn(correspondent: Correspondent) -> None:
    """What the beat and the worker do, as if every wait were over."""
    Announced.objects.update(next_attempt_at=None)
    sending.gather()
    sending.send(correspondent.pk)


@pytest.mark.requirement("REQ-INS-09")
def test_each_change_is_told_once_and_in_order_with_the_ins_only_when_qualified(
    correspondent: Correspondent, partner: Partner
) -> None:
    patient = qualified()
    other = person(birth_family_name="AUTRE")
    identity.downgrade(patient.pk, actor=ACTOR)
    merging.merge(patient.pk, other.pk, actor=ACTOR)
    turn(correspondent)
    turn(correspondent)
    assert told() == ["A28", "A31", "A31", "A28", "A47", "A40"]
    assert Announced.objects.filter(state=State.ACCEPTED).count() == 6
    read = [read_identity(er7.parse(raw.decode())) for raw in partner.got]
    assert [one.event for one in read] == told()
    # Bytes are made from the file as it is: downgraded by now, no INS leaves, and the one that did is taken back.
    assert [one.person.ins for one in read if one.event != "A47"] == [()] * 5
    assert read[4].merged_ins[0].value == INS.value
    assert read[5].merged[0].value == other.ipp


def test_a_refusal_stops_the_lane_until_a_person_says_so(correspondent: Correspondent, partner: Partner) -> None:
    partner.codes = ["AE"]
    person()
    person(birth_family_name="AUTRE")
    turn(correspondent)
    turn(correspondent)
    assert list(Announced.objects.order_by("pk").values_list("state", flat=True)) == ["parked", "waiting"]
    assert len(partner.got) == 1
    first = Announced.objects.order_by("pk")[0]
    services.release(first.pk, State.SKIPPED, actor=ACTOR)
    turn(correspondent)
    assert list(Announced.objects.order_by("pk").values_list("state", flat=True)) == ["skipped", "accepted"]
    with pytest.raises(NotParkedError):
        services.release(first.pk, State.WAITING, actor=ACTOR)


@pytest.mark.parametrize("code", ["AR", "silence", "other"])
def test_a_message_without_a_proper_answer_is_sent_again_the_same(
    correspondent: Correspondent, partner: Partner, code: str
) -> None:
    partner.codes = [code]
    person()
    turn(correspondent)
    row = Announced.objects.get()
    assert (row.state, row.attempts) == (State.WAITING, 1)
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > timezone.now()
    sending.send(correspondent.pk)
    assert len(partner.got) == 1
    turn(correspondent)
    row.refresh_from_db()
    assert (row.state, partner.got[0]) == (State.ACCEPTED, partner.got[1])


def test_a_partner_that_is_not_there_is_tried_again_later(correspondent: Correspondent, partner: Partner) -> None:
    partner.close()
    Correspondent.objects.update(port=1)
    person()
    turn(correspondent)
    assert Announced.objects.get().state == State.WAITING
    assert Announced.objects.get().attempts == 1


def test_what_came_before_a_partner_was_declared_is_not_told(partner: Partner) -> None:
    person()
    late = Correspondent(label="T", host="h", port=1, application="A", facility="F", our_facility="L", authority="L")
    services.declare(late, actor=ACTOR)
    assert writing.gather(late.pk) == 0


def test_what_concerns_this_laboratory_alone_is_not_told(correspondent: Correspondent) -> None:
    patient = person()
    identity.edit_contact(patient.pk, name="Voisine", phone="0102030405", actor=ACTOR)
    sending.gather()
    assert told() == ["A28"]


def test_an_ins_that_never_left_is_not_taken_back() -> None:
    before = {"status": "recuperee", "ins_value": INS.value, "ins_oid": INS.oid}
    after = {"status": "provisoire", "ins_value": "", "ins_oid": ""}
    assert telling("declassement", before, after, "provisoire") == Telling("A31")
    assert telling("declassement", {**before, "status": "qualifiee"}, after, "provisoire") == Telling("A47", INS.value)


def test_waits_grow_and_stay_under_five_minutes() -> None:
    waits = [wait_after(attempts).total_seconds() for attempts in range(1, 40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2, 300)


def test_a_withdrawal_by_its_source_is_told(correspondent: Correspondent) -> None:
    patient = qualified()
    insi.withdraw(patient.pk, actor=ACTOR, source="test")
    sending.gather()
    assert told()[-1] == "A47"


def test_an_ins_that_follows_another_is_told_with_both(correspondent: Correspondent, partner: Partner) -> None:
    patient = qualified()
    insi.replace_ins(patient.pk, ins_number(1), actor=ACTOR)
    turn(correspondent)
    read = read_identity(er7.parse(partner.got[-1].decode()))
    assert (read.event, read.merged_ins[0].value) == ("A47", INS.value)
    assert [one.value for one in read.person.ins] == [ins_number(1).value]
