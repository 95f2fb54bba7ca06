"""What the simulated HTTPS services share: mutual TLS, one thread a connection, and who the client is."""

from __future__ import annotations

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


class TlsServer(ThreadingHTTPServer):
    """A server on a port of this machine; connections are kept."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self._context = context

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Shake hands in the thread of the connection, so that one bad client holds nobody up."""
        plain = cast(socket.socket, request)
        try:
            plain.settimeout(10)
            secured = self._context.wrap_socket(plain, server_side=True)
        except OSError:
            return
        try:
            super().finish_request(secured, cast("tuple[str, int]", client_address))
        except OSError:
            return
        finally:
            secured.close()


class SoapHandler(BaseHTTPRequestHandler):
    """HTTP/1.1 with kept connections; it writes no log, since a path says nothing of a call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    largest = 30_000_000

    def do_POST(self) -> None:
        """One call: its body is read first, when it has a size that can be."""
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isascii() and length.isdigit() else 0
        if not 0 < size <= self.largest:
            self.close_connection = True
            self.send_error(413)
            return
        self.post(self.rfile.read(size))

    def post(self, body: bytes) -> None:
        """Answer one call; each service has its own."""
        raise NotImplementedError

    def subject(self, name: str) -> str:
        """One part of the subject of the client's certificate (``commonName``, ``organizationalUnitName``)."""
        peer = cast(ssl.SSLSocket, self.connection).getpeercert() or {}
        parts = cast("tuple[tuple[tuple[str, str], ...], ...]", peer.get("subject", ()))
        return next((value for part in parts for key, value in part if key == name), "")

    def reply(self, status: int, body: bytes, content_type: str = "application/soap+xml; charset=utf-8") -> None:
        """One whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives
        """Say nothing."""


class RestHandler(SoapHandler):
    """The same for a service that is also read by GET."""

    def do_GET(self) -> None:
        """One question, whole in its address."""
        self.get()

    def get(self) -> None:
        """Answer one question; each service has its own."""
        raise NotImplementedError
