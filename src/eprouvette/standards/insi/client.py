"""The INSi client: one TLS context and kept connections, one method a question, every answer a value.

The caller gives the address, the context (certificate INSI-MANU for a person's question, INSI-AUTO for a job's), the
ids and the time. What is raised is a fault of the caller (`LexicalError`) or of the installation (`TlsSetupError`).

Source: digest ``exchanges.md`` 1.1, 1.4 and 8.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx
from lxml import etree

from eprouvette.core.ins import Profile
from eprouvette.standards.insi import search, verify
from eprouvette.standards.insi.envelope import Call, Software, content_type, outcome_of, request
from eprouvette.standards.insi.identity import CardTraits, Traits
from eprouvette.standards.insi.lexical import LexicalError
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Failure,
    NoAnswer,
    NotReached,
    SearchOutcome,
    Unusable,
    VerifyOutcome,
    from_status,
)
from eprouvette.standards.insi.verify import SUPPOSED, Candidate, Supposed
from eprouvette.standards.soap import envelope
from eprouvette.standards.soap.envelope import Fault, SoapError

LONGEST_ANSWER: Final = 1_000_000
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_OURS: Final = ("CERTIFICATE", "UNKNOWN_CA", "HANDSHAKE_FAILURE", "ACCESS_DENIED", "PROTOCOL_VERSION")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two bytes of the answer, and for the whole answer."""

    connect: float = 5
    read: float = 15
    whole: float = 60


class InsiClient:
    """Talks to INSi as one laboratory with one certificate. Thread-safe; close it when the process ends.

    ``clock`` counts seconds (``time.monotonic``): it bounds an answer that comes drop by drop.
    """

    def __init__(
        self,
        url: str,
        context: ssl.SSLContext,
        *,
        emitter: str,
        software: Software,
        profile: Profile,
        clock: Callable[[], float],
        timeouts: Timeouts = Timeouts(),
        names: Supposed = SUPPOSED,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = httpx.URL(url)
        self._emitter = emitter
        self._software = software
        self._profile: Profile = profile
        self._clock = clock
        self._whole = timeouts.whole
        self._names = names
        times = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        self._http = httpx.Client(
            verify=context, timeout=times, trust_env=False, follow_redirects=False, transport=transport
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def search_by_traits(self, call: Call, asked: Traits) -> SearchOutcome:
        """WS_INS2; raises `LexicalError` when a trait cannot be written in the service's letters."""
        return self._search(call, search.BY_TRAITS, search.traits_body(asked))

    def search_by_card(self, call: Call, asked: CardTraits) -> SearchOutcome:
        """WS_INS1; raises `LexicalError`."""
        return self._search(call, search.BY_CARD, search.card_body(asked))

    def verify(self, call: Call, candidate: Candidate) -> VerifyOutcome:
        """The unit verification; traits that cannot be written are an outcome, so that a long run goes on."""
        try:
            body = verify.body(candidate, self._names)
        except LexicalError as error:
            return verify.refused(error)
        answer = self._ask(call, self._names.operation, body)
        return verify.read(answer, self._names) if isinstance(answer, etree._Element) else answer

    def _search(self, call: Call, operation: str, body: str) -> SearchOutcome:
        answer = self._ask(call, operation, body)
        return search.read(answer, self._profile) if isinstance(answer, etree._Element) else answer

    def _ask(self, call: Call, operation: str, body: str) -> etree._Element | Failure:
        data = request(call, operation, self._emitter, self._software, body)
        headers = {"Content-Type": content_type(operation), "Accept-Encoding": "identity"}
        try:
            with self._http.stream("POST", self._url, content=data, headers=headers) as response:
                content = self._bounded(response)
                return content if isinstance(content, Unusable | NoAnswer) else _read(response, content)
        except httpx.HTTPError as error:
            return _unanswered(error)

    def _bounded(self, response: httpx.Response) -> bytes | Unusable | NoAnswer:
        """The bytes of the answer, as sent; neither more nor longer than an answer can be."""
        end = self._clock() + self._whole
        content = bytearray()
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > LONGEST_ANSWER:
                return Unusable("La réponse d'INSi est démesurée.")
            if self._clock() > end:
                return NoAnswer("INSi n'a pas fini de répondre dans le délai.")
        return bytes(content)


def _read(response: httpx.Response, content: bytes) -> etree._Element | Failure:
    try:
        body = envelope.read(content)
    except SoapError:
        wait = response.headers.get("Retry-After", "")
        return from_status(response.status_code, int(wait) if wait.isascii() and wait.isdigit() else None)
    return outcome_of(body) if isinstance(body, Fault) else body


def _unanswered(error: httpx.HTTPError) -> Failure:
    """TLS refused by either side is configuration; before the connection nothing left; after it, no answer."""
    refusal = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    if isinstance(refusal, ssl.SSLCertVerificationError):
        remedy = "Vérifier l'adresse d'INSi et les autorités de confiance (ca.pem)."
        return ConfigurationFault("TLS", "Le certificat du serveur d'INSi n'est pas reconnu.", remedy)
    if refusal is not None and any(word in (refusal.reason or "") for word in _OURS):
        remedy = "Vérifier le certificat INSI-MANU ou INSI-AUTO : ses dates, sa chaîne, sa révocation."
        return ConfigurationFault("TLS", "INSi refuse le certificat du laboratoire.", remedy)
    if isinstance(error, _NOT_SENT):
        return NotReached("INSi n'est pas joignable.")
    if isinstance(error, httpx.TimeoutException):
        return NoAnswer("INSi n'a pas répondu dans le délai.")
    return NoAnswer("La connexion à INSi s'est rompue avant la fin de la réponse.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
