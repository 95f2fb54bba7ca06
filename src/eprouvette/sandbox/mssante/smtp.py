"""SMTP submission over mutual TLS, with DSN offered, and an address for each way of going wrong.

Source: digest ``exchanges.md`` 3.2 and 3.7. Built on aiosmtpd.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import defaultdict
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from eprouvette.sandbox.mssante.receiver import LIMIT, FaultError, read
from eprouvette.sandbox.mssante.store import MailStore

CITIZEN_DOMAIN: Final = "patient.mssante.fr"
_DSN: Final = re.compile(r"(NOTIFY|ORCPT|RET|ENVID)=\S+", re.IGNORECASE)
SLOW_TIMES: Final = 2


class Submission(SMTP):
    """aiosmtpd's protocol, that also takes the parameters of DSN (RFC 3461)."""

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - the name that aiosmtpd calls
        """MAIL FROM, its DSN parameters set aside."""
        await super().smtp_MAIL(_without_dsn(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the name that aiosmtpd calls
        """RCPT TO, its DSN parameters set aside."""
        await super().smtp_RCPT(_without_dsn(arg))


def _without_dsn(arg: str | None) -> str | None:
    return None if arg is None else _DSN.sub("", arg).strip()


class Operator:
    """Decides what becomes of each mail: by the address first, then by reading it strictly."""

    def __init__(self, store: MailStore, known: frozenset[str]) -> None:
        self._store = store
        self._known = known
        self._slow: defaultdict[str, int] = defaultdict(int)

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Announce DSN (RFC 3461)."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only an application mailbox of the trust space may submit."""
        if not address.endswith(".mssante.fr"):
            return "550 5.7.1 expediteur hors de l'espace de confiance"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The scripts of the simulator, by the local part of the address."""
        local, _, domain = address.partition("@")
        if not domain.endswith(".mssante.fr"):
            return "550 5.7.1 destinataire hors de l'espace de confiance"
        if "inconnu" in local:
            return "550 5.1.1 boite inconnue"
        if "plein" in local:
            return "552 5.2.2 boite pleine"
        if "lent" in local and self._slow[address] < SLOW_TIMES:
            self._slow[address] += 1
            return "451 4.3.2 reessayer plus tard"
        if address not in self._known and domain != CITIZEN_DOMAIN and "ok" not in local and "lent" not in local:
            return "550 5.1.1 boite inconnue"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Read the mail; keep it once."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            found = read(content, envelope.mail_from or "", list(envelope.rcpt_tos))
        except FaultError as fault:
            return f"{fault.code} {fault.words}"
        recipient = envelope.rcpt_tos[0]
        self._store.add(recipient, found.message_id, found.subject, found.document_id, content)
        if "coupe" in recipient and not self._slow[recipient]:
            self._slow[recipient] += 1
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
        return "250 2.0.0 pris en charge"


class SmtpService:
    """The submission service; TLS with a client certificate is required before anything else."""

    def __init__(self, operator: Operator, context: ssl.SSLContext) -> None:
        self._operator = operator
        self._context = context
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Begin to serve on a port of this machine; returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()

    def _protocol(self) -> Submission:
        return Submission(
            self._operator,
            hostname="localhost",
            tls_context=self._context,
            require_starttls=True,
            data_size_limit=LIMIT + 1_000_000,
            enable_SMTPUTF8=False,
            ident="Operateur MSSante simule",
        )
