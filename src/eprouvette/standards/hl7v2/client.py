"""A small MLLP sender: one connection, one message in flight, its answer awaited.

Source: digest ``hl7v2.md`` 5.1 and 5.2.
"""

from __future__ import annotations

import socket
import ssl
from types import TracebackType

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.hl7v2.mllp import Framer, frame


class NoAnswerError(EprouvetteError):
    """Le destinataire n'a pas répondu au message."""

    permanent = False
    hint = "Renvoyer le même message, sous le même identifiant."


class MllpClient:
    """Sends messages to one listener; use it as a context manager."""

    def __init__(self, host: str, port: int, *, timeout: float = 30.0, tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection((host, port), timeout=timeout)
        self._socket: socket.socket = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        self._framer = Framer()

    def __enter__(self) -> MllpClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, message: bytes) -> bytes:
        """Send one message and return the answer; raises `NoAnswerError`."""
        try:
            self._socket.sendall(frame(message))
            while True:
                data = self._socket.recv(65536)
                if not data:
                    raise NoAnswerError
                answers = self._framer.feed(data)
                if answers:
                    return answers[0]
        except OSError as error:
            raise NoAnswerError from error
