"""The MLLP listener: an asyncio loop that hands frames to a bounded pool of threads.

Django transactions do not run in async code, so that each message is taken by a thread; one message a
connection is in flight, which keeps its order. Nothing that arrives stops the loop: a connection that sends
nonsense is answered, kept as evidence and closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from eprouvette.exchange.intake import services
from eprouvette.standards.hl7v2.mllp import LARGEST, Framer, FrameTooLongError, frame

READ = 65536
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may do: bytes of one frame, seconds without a byte, connections at once, threads."""

    largest: int = LARGEST
    idle: float = 3600.0
    connections: int = 100
    threads: int = 4


class Listener:
    """Listens on one address; `start`, then `close`."""

    def __init__(self, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._limits = limits or Limits()
        self._tls = tls
        self._databases: list[BaseDatabaseWrapper] = []
        self._pool = ThreadPoolExecutor(
            self._limits.threads, thread_name_prefix="intake", initializer=self._remember_connection
        )
        self._open = 0
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; returns the port (the one given, or a free one for 0)."""
        self._server = await asyncio.start_server(self._connection, host, port, ssl=self._tls)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop listening, let what is being taken be answered, then close."""
        if self._server is not None:
            self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        await asyncio.to_thread(self._end_threads)

    def _end_threads(self) -> None:
        self._pool.shutdown(wait=True)
        for database in self._databases:
            database.close()

    def _remember_connection(self) -> None:
        """Each thread has a connection of its own, that only `close` can end once the thread is gone."""
        database = connections["default"]
        database.inc_thread_sharing()
        self._databases.append(database)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
        self._open += 1
        peer = str((writer.get_extra_info("peername") or ("?",))[0])
        try:
            if self._open <= self._limits.connections:
                await self._serve(reader, writer, peer)
            else:
                logger.warning("too many connections, %s refused", peer)
        except (TimeoutError, ConnectionError, ssl.SSLError):
            logger.info("connection of %s ended", peer)
        finally:
            self._open -= 1
            if task is not None:
                self._busy.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        framer = Framer(self._limits.largest)
        while True:
            data = await asyncio.wait_for(reader.read(READ), self._limits.idle)
            if not data:
                break
            try:
                messages = framer.feed(data)
            except FrameTooLongError as error:
                reply = await self._in_thread(_broken, framer.pending, peer, error.message)
                await _answer(writer, reply)
                return
            for message in messages:
                # A message that is being taken is answered even when the listener is asked to stop.
                reply = await asyncio.shield(self._in_thread(_take, message, peer))
                await _answer(writer, reply)
        if framer.pending:
            sentence = "La connexion a été coupée au milieu d'un message."
            await self._in_thread(_broken, framer.pending, peer, sentence)
        if framer.stray:
            logger.warning("%s byte(s) outside of frames from %s", framer.stray, peer)

    def _in_thread(self, act: Callable[..., bytes], *arguments: object) -> asyncio.Future[bytes]:
        return asyncio.get_running_loop().run_in_executor(self._pool, act, *arguments)


async def _answer(writer: asyncio.StreamWriter, reply: bytes) -> None:
    writer.write(frame(reply))
    await writer.drain()


def _take(message: bytes, peer: str) -> bytes:
    close_old_connections()
    try:
        return services.receive(message, peer=peer)
    except Exception:  # an answer is always given: the sender must know that nothing was taken
        logger.exception("message not taken")
        return services.answer_unavailable(message)


def _broken(raw: bytes, peer: str, sentence: str) -> bytes:
    close_old_connections()
    return services.keep_broken(raw, peer=peer, sentence=sentence)
