"""The operator's mailboxes by IMAP4rev1 over TLS: what is needed to read and to follow a mailbox.

Source: RFC 3501 (LOGIN, CAPABILITY, LIST, SELECT, EXAMINE, STATUS, SEARCH, FETCH, UID, NOOP, LOGOUT).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterable
from typing import Final

from eprouvette.sandbox.mssante.store import MailStore, Stored

_QUOTED: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')
UID_VALIDITY: Final = 1
LONGEST_LINE: Final = 65536


class ImapService:
    """Serves one INBOX to each known address."""

    def __init__(self, store: MailStore, passwords: dict[str, str], context: ssl.SSLContext) -> None:
        self._store = store
        self._passwords = passwords
        self._context = context
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Begin to serve; returns the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=self._context, limit=LONGEST_LINE)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self._store, self._passwords)
        writer.write(b"* OK [CAPABILITY IMAP4rev1] Operateur MSSante simule\r\n")
        try:
            while not session.over and (line := await asyncio.wait_for(reader.readline(), 1800)):
                writer.write(session.answer(line.rstrip(b"\r\n")))
                await writer.drain()
        except (ConnectionError, TimeoutError, ValueError, ssl.SSLError):
            pass
        finally:
            writer.close()


class _Session:
    """One client's conversation."""

    def __init__(self, store: MailStore, passwords: dict[str, str]) -> None:
        self._store = store
        self._passwords = passwords
        self._address = ""
        self._selected = False
        self.over = False

    def answer(self, line: bytes) -> bytes:
        """The lines that answer one command."""
        tag, _, rest = line.partition(b" ")
        command, _, arguments = rest.partition(b" ")
        name = command.upper()
        if name == b"UID":
            command, _, arguments = arguments.partition(b" ")
            name = b"UID " + command.upper()
        lines, status = self._do(name, arguments)
        return b"".join(b"* " + one + b"\r\n" for one in lines) + tag + b" " + status + b"\r\n"

    def _do(self, name: bytes, arguments: bytes) -> tuple[list[bytes], bytes]:
        match name:
            case b"CAPABILITY":
                return [b"CAPABILITY IMAP4rev1"], b"OK fait"
            case b"NOOP" | b"CHECK":
                return [], b"OK fait"
            case b"LOGOUT":
                self.over = True
                return [b"BYE a bientot"], b"OK fait"
            case b"LOGIN":
                return self._login(arguments)
        return self._in_account(name, arguments) if self._address else ([], b"NO se connecter d'abord")

    def _in_account(self, name: bytes, arguments: bytes) -> tuple[list[bytes], bytes]:
        match name:
            case b"LIST" | b"LSUB":
                return [name + b' () "/" INBOX'], b"OK fait"
            case b"STATUS":
                count = str(len(self._store.mailbox(self._address))).encode()
                return [b"STATUS INBOX (MESSAGES " + count + b" UIDVALIDITY 1)"], b"OK fait"
            case b"SELECT" | b"EXAMINE":
                self._selected = True
                count = str(len(self._store.mailbox(self._address))).encode()
                return [
                    b"FLAGS ()",
                    count + b" EXISTS",
                    b"0 RECENT",
                    b"OK [UIDVALIDITY 1] stable",
                ], b"OK [READ-ONLY] fait"
        return self._in_mailbox(name, arguments) if self._selected else ([], b"BAD choisir une boite d'abord")

    def _in_mailbox(self, name: bytes, arguments: bytes) -> tuple[list[bytes], bytes]:
        mails = self._store.mailbox(self._address)
        match name:
            case b"SEARCH":
                return [b"SEARCH " + _numbers(range(1, len(mails) + 1))], b"OK fait"
            case b"UID SEARCH":
                return [b"SEARCH " + _numbers(mail.uid for mail in mails)], b"OK fait"
            case b"FETCH" | b"UID FETCH":
                return _fetch(mails, arguments, by_uid=name.startswith(b"UID")), b"OK fait"
            case b"CLOSE":
                self._selected = False
                return [], b"OK fait"
        return [], b"BAD commande non prise"

    def _login(self, arguments: bytes) -> tuple[list[bytes], bytes]:
        words = [(quoted or bare).decode("utf-8", "replace") for quoted, bare in _QUOTED.findall(arguments)]
        if len(words) == 2 and self._passwords.get(words[0]) == words[1]:
            self._address = words[0]
            return [], b"OK fait"
        return [], b"NO identifiant ou mot de passe faux"


def _numbers(values: Iterable[int]) -> bytes:
    return " ".join(str(value) for value in values).encode()


def _fetch(mails: list[Stored], arguments: bytes, *, by_uid: bool) -> list[bytes]:
    wanted, _, items = arguments.partition(b" ")
    last = mails[-1].uid if by_uid and mails else len(mails)
    ranges = [_range(part, last) for part in wanted.split(b",")]
    lines = []
    for rank, mail in enumerate(mails, start=1):
        if any(low <= (mail.uid if by_uid else rank) <= high for low, high in ranges):
            lines.append(_fetched(rank, mail, items.upper()))
    return lines


def _range(part: bytes, last: int) -> tuple[int, int]:
    low, colon, high = part.partition(b":")
    start = last if low == b"*" else int(low)
    return (start, last if high == b"*" else int(high)) if colon else (start, start)


def _fetched(rank: int, mail: Stored, items: bytes) -> bytes:
    parts = [b"UID " + str(mail.uid).encode(), b"FLAGS ()"]
    if b"RFC822.SIZE" in items:
        parts.append(b"RFC822.SIZE " + str(len(mail.content)).encode())
    for name in (b"BODY[]", b"RFC822"):
        asked = items.replace(b"BODY.PEEK[]", b"BODY[]").replace(b"RFC822.SIZE", b"")
        if name in asked:
            parts.append(name + b" {" + str(len(mail.content)).encode() + b"}\r\n" + mail.content)
    return str(rank).encode() + b" FETCH (" + b" ".join(parts) + b")"
