"""The listener on real sockets: bad input is answered, the next message is taken, nothing is lost."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from eprouvette.exchange.intake.listener import Limits, Listener
from eprouvette.exchange.intake.models import ReceivedMessage, State
from eprouvette.standards.hl7v2.client import MllpClient
from eprouvette.standards.hl7v2.mllp import Framer, frame
from support.road import EXAMPLES

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = (EXAMPLES / "01-hemogramme.hl7").read_bytes()


class Running:
    """A listener in a thread of its own."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listener = Listener(limits, tls)
        self.port = asyncio.run_coroutine_threadsafe(self._listener.start("127.0.0.1", 0), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._listener.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def listener() -> Iterator[Running]:
    running = Running(Limits(largest=50_000, threads=2))
    yield running
    running.close()


def kept(state: State, count: int = 1) -> list[ReceivedMessage]:
    """Wait until that many messages are kept in that state."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        rows = list(ReceivedMessage.objects.filter(state=state))
        if len(rows) >= count:
            return rows
        time.sleep(0.02)
    raise AssertionError(f"{count} message(s) {state} expected")


def test_a_message_without_dossier_is_answered_aa_and_kept(listener: Running) -> None:
    with MllpClient("127.0.0.1", listener.port) as client:
        assert b"MSA|AA|DEMO-0001" in client.send(FIRST)
    assert bytes(kept(State.PARKED)[0].raw) == FIRST


def test_a_bad_message_is_answered_and_the_next_is_taken_on_the_same_connection(listener: Running) -> None:
    with MllpClient("127.0.0.1", listener.port) as client:
        assert b"MSA|AE" in client.send(b"garbage")
        assert b"MSA|AA" in client.send(FIRST)


def test_bytes_outside_of_frames_do_not_stop_the_listener(listener: Running) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n" + frame(FIRST))
        assert b"MSA|AA" in _answer(plain)


def test_a_truncated_message_is_kept_when_the_connection_breaks(listener: Running) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as plain:
        plain.sendall(frame(FIRST)[:300])
    row = kept(State.REFUSED)[0]
    assert bytes(row.raw) == FIRST[:299]
    assert "coupée" in row.sentence


def test_an_over_long_message_is_refused_kept_and_its_neighbour_served(listener: Running) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as plain:
        plain.sendall(b"\x0b" + FIRST + b"x" * 80_000)
        assert b"MSA|AE" in _answer(plain)
    assert "50000" in kept(State.REFUSED)[0].sentence
    with MllpClient("127.0.0.1", listener.port) as client:
        assert b"MSA|AA" in client.send(FIRST)


def test_many_connections_at_once_are_each_answered_in_order(listener: Running) -> None:
    answers: list[bytes] = []

    def send(rank: int) -> None:
        with MllpClient("127.0.0.1", listener.port) as client:
            answers.extend(client.send(FIRST.replace(b"DEMO-0001", f"M{rank}-{n}".encode())) for n in range(3))

    threads = [threading.Thread(target=send, args=(rank,)) for rank in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 15
    assert all(b"MSA|AA" in answer for answer in answers)
    assert len(kept(State.PARKED, 15)) == 15


def test_the_same_message_on_two_connections_at_once_is_kept_once(listener: Running) -> None:
    answers: list[bytes] = []

    def send() -> None:
        with MllpClient("127.0.0.1", listener.port) as client:
            answers.append(client.send(FIRST))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(answers)) == 1
    assert ReceivedMessage.objects.count() == 1


def test_it_listens_over_tls_and_asks_for_a_client_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    running = Running(Limits(threads=1), server)
    try:
        client = ssl.create_default_context()
        authority.configure_trust(client)
        with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
            _try_without_certificate(running.port, client)
        authority.issue_cert("middleware").configure_cert(client)
        with MllpClient("localhost", running.port, tls=client) as secured:
            assert b"MSA|AA" in secured.send(FIRST)
    finally:
        running.close()


def _try_without_certificate(port: int, context: ssl.SSLContext) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(frame(FIRST))
        if not secured.recv(10):
            raise ConnectionError("closed")


def _answer(plain: socket.socket) -> bytes:
    framer = Framer()
    while True:
        data = plain.recv(65536)
        if not data:
            raise ConnectionError("closed without an answer")
        if found := framer.feed(data):
            return found[0]
