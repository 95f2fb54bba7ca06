"""The directory's client: one TLS context and kept connections, one page a call, every answer a value.

The caller gives the address, the context, the key and the pace. The key goes in one header, to one server, and is in
no error, outcome or representation. What is raised is a fault of the caller (`QueryError`, `KeyShapeError`).

Source: digest ``exchanges.md`` 4 and 8.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx

from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.annuaire import reader
from eprouvette.standards.annuaire.bounded import LONGEST, BoundedJsonError, read_object
from eprouvette.standards.annuaire.outcome import (
    Empty,
    Failure,
    ForeignLink,
    Found,
    NotTrusted,
    Outcome,
    TimedOut,
    Transient,
    Unusable,
    from_status,
)
from eprouvette.standards.annuaire.pace import Pace
from eprouvette.standards.annuaire.query import Query

KEY_HEADER: Final = "ESANTE-API-KEY"
LONGEST_WAIT: Final = 86_400
LONGEST_LINK: Final = 8_000
_ERRORS_LONGEST: Final = 200_000


class KeyShapeError(InvalidValueError):
    """La clé de l'annuaire n'a pas la forme d'une clé."""

    hint = "Copier la clé depuis le portail des API, sans espace ni retour à la ligne."


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two bytes of the answer, and for the whole answer."""

    connect: float = 5
    read: float = 35
    whole: float = 60


class DirectoryClient:
    """Reads the directory as one application. Thread-safe; close it when the process ends.

    ``clock`` counts seconds (``time.monotonic``): it bounds an answer that comes drop by drop.
    """

    def __init__(
        self,
        base_url: str,
        context: ssl.SSLContext,
        *,
        key: str,
        pace: Pace,
        clock: Callable[[], float],
        timeouts: Timeouts = Timeouts(),
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not (key.isascii() and key.isprintable() and 0 < len(key) <= 500) or " " in key:
            raise KeyShapeError
        self._base = httpx.URL(base_url.rstrip("/"))
        self._key = key
        self._pace = pace
        self._clock = clock
        self._whole = timeouts.whole
        times = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        self._http = httpx.Client(
            verify=context, timeout=times, trust_env=False, follow_redirects=False, transport=transport
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def search(self, query: Query) -> Outcome:
        """The first page of a search."""
        address = self._base.copy_with(path=f"{self._base.path.rstrip('/')}/{query.resource}")
        return self._ask(address.copy_merge_params(query.parameters), follows=False)

    def follow(self, link: str) -> Outcome:
        """The page of a ``next`` link, as the server gave it: it is followed on the same server only."""
        if len(link) > LONGEST_LINK:
            return ForeignLink()
        try:
            address = httpx.URL(link)
        except (httpx.InvalidURL, ValueError):
            return ForeignLink()
        if address.userinfo or _origin(address) != _origin(self._base):
            return ForeignLink()
        return self._ask(address, follows=True)

    def pages(self, query: Query, *, most: int) -> Iterator[Outcome]:
        """Every page of a search, ``most`` of them; the first outcome that is not a page is the last."""
        outcome = self.search(query)
        seen: set[str] = set()
        for _ in range(most - 1):
            yield outcome
            link = _next(outcome)
            if not link:
                return
            outcome = Unusable("Les pages de l'annuaire tournent en rond.") if link in seen else self.follow(link)
            seen.add(link)
        yield outcome

    def _ask(self, address: httpx.URL, *, follows: bool) -> Outcome:
        self._pace.wait()
        headers = {KEY_HEADER: self._key, "Accept": "application/fhir+json", "Accept-Encoding": "identity"}
        try:
            with self._http.stream("GET", address, headers=headers) as response:
                content = self._bounded(response)
                return self._read(response, content, follows=follows) if isinstance(content, bytes) else content
        except httpx.HTTPError as error:
            return _unanswered(error)

    def _bounded(self, response: httpx.Response) -> bytes | TimedOut | Unusable:
        """The bytes of the answer, as sent; neither more nor longer than an answer can be."""
        end = self._clock() + self._whole
        most = LONGEST if response.status_code == 200 else _ERRORS_LONGEST
        content = bytearray()
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > most:
                return Unusable("La réponse de l'annuaire est démesurée.")
            if self._clock() > end:
                return TimedOut()
        return bytes(content)

    def _read(self, response: httpx.Response, content: bytes, *, follows: bool) -> Outcome:
        if response.status_code != 200:
            wait = response.headers.get("Retry-After", "")
            seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 10 else None
            return from_status(response.status_code, self._words(content), seconds, follows=follows)
        try:
            page = reader.read(content)
        except BoundedJsonError as error:
            return Unusable(error.message)
        return Empty(page.remarks, page.next) if page.is_empty else Found(page)

    def _words(self, content: bytes) -> str:
        """What the server says of its refusal, when it says it as an OperationOutcome; without our key."""
        try:
            # Before the words are cut, so that no half of the key is left.
            outcome = read_object(content.replace(self._key.encode(), "…".encode()))
        except BoundedJsonError:
            return ""
        return reader.diagnostics(outcome).replace(self._key, "…")


def _next(outcome: Outcome) -> str:
    match outcome:
        case Found(page):
            return page.next
        case Empty(next=link):
            return link
    return ""


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    port = address.port or {"https": 443, "http": 80}.get(address.scheme)
    return address.scheme, address.host, port


def _unanswered(error: httpx.HTTPError) -> Failure:
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
        return NotTrusted()
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
        return Transient("L'annuaire n'est pas joignable.")
    if isinstance(error, httpx.TimeoutException):
        return TimedOut()
    return Transient("La connexion à l'annuaire s'est rompue avant la fin de la réponse.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
