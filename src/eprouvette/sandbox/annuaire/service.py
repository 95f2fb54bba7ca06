"""The HTTPS service: a key in a header, search by GET or POST ``_search``, pages, a limit of calls, and ways to fail.

Source: digest ``exchanges.md`` 4. Without the texts of the real gateway, the words of its refusals are ours, except
``Parameter X not found``.
"""

from __future__ import annotations

import hmac
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

from eprouvette.sandbox.annuaire import search
from eprouvette.sandbox.annuaire.pages import GoneError, Links
from eprouvette.sandbox.annuaire.resources import Resource, resources
from eprouvette.sandbox.annuaire.search import Asked, SearchError
from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.https import RestHandler, TlsServer

BASE: Final = "/fhir/v2"
SLOW_SECONDS: Final = 30.0
PER_SECOND: Final = 17
KINDS: Final = frozenset({"Practitioner", "PractitionerRole", "Organization"})
NOT_JSON: Final = b'{"resourceType":"Bundle","entry":' + b"[" * 200_000
"""An answer that is deeper than any reader should follow."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; ``cut`` of them, only the first half leaves."""

    status: int
    body: bytes
    retry_after: str = ""
    cut: bool = False


class Limit:
    """No more than so many calls in any second; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float], per_second: int = PER_SECOND) -> None:
        self._clock = clock
        self._most = per_second
        self._lock = threading.Lock()
        self._last: deque[float] = deque()

    def allows(self) -> bool:
        """True when one more call may pass; a refused call does not count."""
        with self._lock:
            now = self._clock()
            while self._last and now - self._last[0] >= 1:
                self._last.popleft()
            if len(self._last) >= self._most:
                return False
            self._last.append(now)
            return True


class Service:
    """What the service answers, from a request to bytes."""

    def __init__(
        self,
        requests: Requests,
        key: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self.requests = requests
        self._key = key.encode()
        self._slow = slow_seconds
        self._links = Links(clock)
        self._limit = Limit(clock)

    def answer(self, host: str, target: str, key: str, form: str = "") -> Reply | None:
        """The answer to a request, whose ``form`` was posted; None to close without one."""
        parts = urlsplit(target)
        asked = "&".join(part for part in (parts.query, form) if part)
        resource = parts.path.removeprefix(f"{BASE}/").removesuffix("/_search") if form else parts.path[len(BASE) + 1 :]
        reply = self._passed(key) or self._found(f"https://{host}{BASE}", parts.path, resource, asked)
        shown = "" if resource == "_page" else asked[:300]
        self.requests.keep(resource[:60], shown, reply.status if reply else "silence")
        return reply

    def _passed(self, key: str) -> Reply | None:
        """A refusal at the gate, or None."""
        if not hmac.compare_digest(key.encode("latin-1", "replace"), self._key):
            return _refusal(401, "security", "Unauthorized: API key missing or invalid")
        if self.requests.takes("refuse"):
            return _refusal(403, "forbidden", "Forbidden: no active subscription")
        if self.requests.takes("busy") or not self._limit.allows():
            return Reply(429, _outcome("throttled", "Rate limit exceeded"), "1")
        return None

    def _found(self, base: str, path: str, resource: str, asked: str) -> Reply | None:
        if not path.startswith(f"{BASE}/") or resource not in KINDS | {"_page"}:
            return _refusal(404, "not-found", f"Unknown resource type '{resource[:60]}'")
        parameters = parse_qsl(asked, keep_blank_values=True)
        try:
            if resource == "_page":
                found, total = self._links.take(dict(parameters).get("id", ""))
            else:
                found = search.ask(resource, parameters, resources(self.requests.day)[resource])
                total = len(found.matches)
        except GoneError:
            return _refusal(410, "expired", "The page is no longer available")
        except SearchError as error:
            return _refusal(400, "invalid", str(error))
        return self._in_its_way(base, found, total)

    def _in_its_way(self, base: str, found: Asked, total: int) -> Reply | None:
        if self.requests.takes("slow"):
            time.sleep(self._slow)
            return None
        if self.requests.takes("wrong"):
            return Reply(200, NOT_JSON)
        if self.requests.takes("foreign"):
            base = "https://annuaire.invalid/fhir/v2"
        return Reply(200, json.dumps(self._bundle(base, found, total)).encode(), cut=self.requests.takes("cut"))

    def _bundle(self, base: str, found: Asked, total: int) -> dict[str, Any]:
        shown = found.matches[: found.count]
        entries = [_entry(base, one, "match", found.elements) for one in shown]
        entries += [_entry(base, one, "include", frozenset()) for one in self._included(found, shown)]
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
        if found.total:
            bundle["total"] = total
        if following := self._links.give(found, len(shown), total):
            bundle["link"] = [{"relation": "next", "url": f"{base}/_page?id={following}"}]
        return bundle | ({"entry": entries} if entries else {})

    def _included(self, found: Asked, shown: tuple[Resource, ...]) -> list[Resource]:
        every = resources(self.requests.day)
        included: list[Resource] = []
        for one in found.includes:
            kind, _, key = one.partition(":")
            if kind != found.kind:
                ids = {f"{found.kind}/{match['id']}" for match in shown}
                included += [other for other in every[kind] if other.get(key, {}).get("reference") in ids]
                continue
            target = {"organization": "Organization", "practitioner": "Practitioner", "partof": "Organization"}[key]
            field = "partOf" if key == "partof" else key
            ids = {match[field]["reference"] for match in shown if field in match}
            included += [other for other in every[target] if f"{target}/{other['id']}" in ids]
        return included


def _entry(base: str, resource: Resource, mode: str, elements: frozenset[str]) -> dict[str, Any]:
    if elements:
        kept = {key: value for key, value in resource.items() if key in elements | {"resourceType", "id"}}
        resource = kept | {"meta": resource["meta"] | {"tag": [{"code": "SUBSETTED"}]}}
    address = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def _refusal(status: int, code: str, words: str) -> Reply:
    return Reply(status, _outcome(code, words))


def _outcome(code: str, words: str) -> bytes:
    issue = {"severity": "error", "code": code, "diagnostics": words}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


class _Handler(RestHandler):
    largest = 100_000

    def get(self) -> None:
        """A search or a following page."""
        self._answer("")

    def post(self, body: bytes) -> None:
        """A search whose parameters are in a form."""
        if not urlsplit(self.path).path.endswith("/_search"):
            self.reply(404, _outcome("not-found", "Only _search is served by POST"), "application/fhir+json")
            return
        self._answer(body.decode("utf-8", "replace"))

    def _answer(self, form: str) -> None:
        key, host = self.headers.get("ESANTE-API-KEY", ""), self.headers.get("Host", "")
        reply = cast("DirectoryServer", self.server).service.answer(host, self.path, key, form)
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/fhir+json;charset=utf-8")
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        self.end_headers()
        self.close_connection = reply.cut
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)


class DirectoryServer(TlsServer):
    """The service on a port of this machine."""

    def __init__(self, service: Service, context: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(_Handler, context, port)
        self.service = service
