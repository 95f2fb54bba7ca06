"""A TLS server that answers one line, to try certificates of the simulated authority against it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def tls_echo(context: ssl.SSLContext) -> Iterator[int]:
    """Serve ``OK`` to every accepted client on a port of this machine, which is yielded."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            raw.settimeout(5)
            try:
                with context.wrap_socket(raw, server_side=True) as client:
                    client.sendall(b"OK")
            except OSError:
                raw.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def greet(port: int, context: ssl.SSLContext, name: str = "localhost") -> bytes:
    """Connect, and read what the server says; raises `ssl.SSLError` or `OSError` when it refuses."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=name) as client,
    ):
        return client.recv(2)
