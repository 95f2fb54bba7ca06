"""The HTTPS service: mutual TLS with INSI-MANU or INSI-AUTO, one path, and the ways it can fail.

Source: digest ``exchanges.md`` 1.1 and 1.9.
"""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from eprouvette.sandbox.https import SoapHandler, TlsServer
from eprouvette.sandbox.insi import answers, questions
from eprouvette.sandbox.insi.answers import Base
from eprouvette.sandbox.insi.faults import InsiFaultError, envelope, malformed, technical, wrong_certificate
from eprouvette.sandbox.insi.reader import Question, message_id, parse, read
from eprouvette.sandbox.insi.state import Calls

PATH: Final = "/lps"
CERTIFICATES: Final = frozenset({"INSI-MANU", "INSI-AUTO"})
SLOW_SECONDS: Final = 60.0
CLOSED_FOR: Final = "1800"
BOMB: Final = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + rank, b"&%c;" % (97 + rank) * 10) for rank in range(8))
    + b']><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>&i;</soap:Body></soap:Envelope>'
)
"""An answer that would be a thousand million letters for a reader that expands entities."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; ``cut`` of them, only the first half leaves."""

    status: int
    body: bytes
    content_type: str = "application/soap+xml; charset=utf-8"
    retry_after: str = ""
    cut: bool = False


class Service:
    """What the service answers, from bytes to bytes."""

    def __init__(self, base: Base, calls: Calls, slow_seconds: float = SLOW_SECONDS) -> None:
        self.calls = calls
        self._base = base
        self._slow = slow_seconds

    def answer(self, content_type: str, body: bytes, certificate: str) -> Reply | None:
        """The answer to a call made with a certificate of that CN; None to close without one."""
        if self.calls.takes("closed"):
            self.calls.keep(body, certificate=certificate, code="fermé")
            return Reply(503, b"<html>Service ferm\xc3\xa9</html>", "text/html; charset=utf-8", CLOSED_FOR)
        if self.calls.takes("refuse"):
            self.calls.keep(body, certificate=certificate, code="refus")
            return Reply(403, b"<html>Acc\xc3\xa8s refus\xc3\xa9</html>", "text/html; charset=utf-8")
        said = {"certificate": certificate}
        identifier = ""
        try:
            root = parse(body)
            identifier = message_id(root)
            if certificate not in CERTIFICATES:
                raise wrong_certificate()
            question = read(root, content_type, datetime.now(UTC))
            said |= {"operation": question.operation, "message_id": identifier, "emitter": question.emitter}
            code, text = self._about(question, said)
        except InsiFaultError as fault:
            self.calls.keep(body, **said, code=fault.detail)
            return Reply(500, envelope(fault.body(identifier)))
        self.calls.keep(body, **said, code=code)
        return self._in_its_way(envelope(text), slow=said["asked"].startswith("LENTEUR "))

    def _about(self, question: Question, said: dict[str, str]) -> tuple[str, str]:
        if question.operation == "rechercherInsAvecTraitsIdentite":
            traits = questions.by_traits(question.content)
            said["asked"] = f"{traits.name} {' '.join(traits.given)} {traits.birth} {traits.place}".strip()
            self._trouble(traits.name)
            return answers.result(self._base.by_traits(traits))
        if question.operation == "rechercherInsAvecCarteVitale":
            card = questions.by_card(question.content)
            said["asked"] = f"{card.name} {card.birth} (carte {card.own or card.holder})"
            self._trouble(card.name)
            return answers.result(self._base.by_card(card))
        if question.operation == "verifierInsAvecTraitsIdentite":
            unit = questions.unit(question.content)
            said["asked"] = f"{unit.traits.name} {' '.join(unit.traits.given)} {unit.traits.birth} ({unit.ins})"
            self._trouble(unit.traits.name)
            return answers.verdict(confirmed=self._base.verified(unit))
        raise malformed("Cette opération n'est pas du service.", "simu_050")

    def _trouble(self, name: str) -> None:
        if name == "PANNE" or self.calls.takes("busy"):
            raise technical()

    def _in_its_way(self, right: bytes, *, slow: bool) -> Reply | None:
        if slow or self.calls.takes("slow"):
            time.sleep(self._slow)
            return None
        if self.calls.takes("wrong"):
            return Reply(200, BOMB)
        return Reply(200, right, cut=self.calls.takes("cut"))


class _Handler(SoapHandler):
    largest = 1_000_000

    def post(self, body: bytes) -> None:
        """One SOAP call."""
        server = cast("InsiServer", self.server)
        if self.path != PATH:
            self.close_connection = True
            self.send_error(404)
            return
        reply = server.service.answer(self.headers.get("Content-Type", ""), body, self.subject("commonName"))
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        self.end_headers()
        self.close_connection = reply.cut
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)


class InsiServer(TlsServer):
    """The service on a port of this machine."""

    def __init__(self, service: Service, context: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(_Handler, context, port)
        self.service = service
