"""The client: where its key goes, which pages it follows, and what each answer becomes."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from eprouvette.standards.annuaire import query
from eprouvette.standards.annuaire.client import DirectoryClient, KeyShapeError, Timeouts
from eprouvette.standards.annuaire.outcome import (
    Empty,
    Failure,
    ForeignLink,
    Found,
    LinkExpired,
    NotTrusted,
    Outcome,
    RateLimited,
    Refused,
    TimedOut,
    Transient,
    Unusable,
    from_status,
)
from eprouvette.standards.annuaire.pace import Pace

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "annuaire"
BASE = "https://annuaire.invalid/fhir/v2"
KEY = "cle-secrete-0123"
ASKED = query.professional("99000000100")
Answer = Callable[[httpx.Request], httpx.Response]


class Peer:
    """A directory inside the process: it keeps what it was asked."""

    def __init__(self, *answers: Answer | httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def client(peer: Peer, clock: Callable[[], float] = lambda: 0.0) -> DirectoryClient:
    return DirectoryClient(
        BASE,
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        key=KEY,
        pace=Pace(lambda: 0.0, lambda _: None),
        clock=clock,
        timeouts=Timeouts(whole=10),
        transport=httpx.MockTransport(peer),
    )


def page(following: str = "", entries: int = 1) -> httpx.Response:
    bundle: dict[str, Any] = json.loads((GOLDEN / "prescriber.json").read_bytes())
    bundle["link"] = [{"relation": "next", "url": following}] if following else []
    bundle["entry"] = bundle["entry"][:entries]
    return answer(200, json.dumps(bundle).encode())


def answer(status: int, content: bytes = b"{}", headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(content), headers=headers)


def test_a_question_carries_the_key_in_its_header_and_nowhere_else() -> None:
    peer = Peer(page())
    outcome = client(peer).search(ASKED)
    (request,) = peer.seen
    assert isinstance(outcome, Found)
    assert request.url.path == "/fhir/v2/Practitioner"
    assert dict(request.url.params) == dict(ASKED.parameters)
    assert request.headers["ESANTE-API-KEY"] == KEY
    assert KEY not in str(request.url)


def test_following_pages_are_read_by_the_link_as_it_was_given() -> None:
    link = f"{BASE}/_page?id=u0Am%2BX_é&_bundletype=searchset"
    peer = Peer(page(link), page())
    assert [type(one) for one in client(peer).pages(ASKED, most=5)] == [Found, Found]
    assert peer.seen[1].url == httpx.URL(link)
    assert peer.seen[1].headers["ESANTE-API-KEY"] == KEY


@pytest.mark.parametrize(
    "link",
    [
        "https://autre.invalid/fhir/v2/_page?id=1",
        "http://annuaire.invalid/fhir/v2/_page?id=1",
        "https://annuaire.invalid:8443/fhir/v2/_page?id=1",
        "https://annuaire.invalid@autre.invalid/fhir/v2/_page?id=1",
        "https://moi:passe@annuaire.invalid/fhir/v2/_page?id=1",
        "https://annuaire.invalid.autre.invalid/_page",
        "//autre.invalid/_page",
        "/fhir/v2/_page?id=1",
        "file:///etc/passwd",
        "https://[",
        "x" * 9000,
    ],
)
def test_a_link_to_another_server_is_not_followed(link: str) -> None:
    peer = Peer(page(link))
    outcomes = list(client(peer).pages(ASKED, most=5))
    assert [type(one) for one in outcomes] == [Found, ForeignLink]
    assert len(peer.seen) == 1


def test_pages_that_turn_in_a_circle_are_left() -> None:
    link = f"{BASE}/_page?id=1"
    outcomes = list(client(Peer(page(link), page(link), page(link))).pages(ASKED, most=50))
    assert [type(one) for one in outcomes] == [Found, Found, Unusable]


def test_no_more_pages_are_read_than_asked_and_the_last_says_that_more_follow() -> None:
    peer = Peer(*(page(f"{BASE}/_page?id={number}") for number in range(5)))
    outcomes = list(client(peer).pages(ASKED, most=3))
    assert len(peer.seen) == 3
    assert isinstance(outcomes[-1], Found)
    assert outcomes[-1].page.next


def test_a_page_of_which_nothing_was_read_does_not_hide_the_following_one() -> None:
    peer = Peer(page(f"{BASE}/_page?id=1", entries=0), page())
    assert [type(one) for one in client(peer).pages(ASKED, most=5)] == [Empty, Found]


def test_a_redirection_does_not_take_the_key_elsewhere() -> None:
    peer = Peer(answer(302, headers={"Location": "https://autre.invalid/"}))
    outcome = client(peer).search(ASKED)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.stops, len(peer.seen)) == (302, True, 1)


@pytest.mark.parametrize(
    ("status", "stops", "word"),
    [
        (400, False, "éditeur"),
        (401, True, "clé"),
        (403, True, "abonnement"),
        (404, True, "adresse"),
        (410, False, "numéro national"),
        (412, False, "Relire"),
        (418, False, "éditeur"),
    ],
)
def test_a_refusal_is_permanent_and_says_what_to_do(status: int, stops: bool, word: str) -> None:
    outcome = client(Peer(answer(status, (GOLDEN / "refused.json").read_bytes()))).search(ASKED)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.stops, outcome.permanent) == (status, stops, True)
    assert word in outcome.remedy
    assert outcome.text == "Parameter mailbox-mss-type not found"


@pytest.mark.parametrize("status", [404, 410])
def test_a_link_too_old_asks_to_begin_the_search_again(status: int) -> None:
    outcomes = list(client(Peer(page(f"{BASE}/_page?id=1"), answer(status))).pages(ASKED, most=5))
    assert outcomes[-1] == LinkExpired(status)
    assert not outcomes[-1].permanent


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [("7", 7), ("999999", 86_400), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None), ("9" * 5000, None)],
)
def test_a_limit_says_how_long_to_wait_when_the_server_does(wait: str, seconds: int | None) -> None:
    outcome = client(Peer(answer(429, headers={"Retry-After": wait}))).search(ASKED)
    assert outcome == RateLimited(seconds)
    assert (outcome.permanent, outcome.stops) == (False, True)


def test_a_technical_error_and_a_broken_connection_are_a_moment_of_theirs() -> None:
    peer = Peer(answer(503, b"<html>"), httpx.ConnectError("x"), httpx.ReadError("x"), httpx.ReadTimeout("x"))
    reader = client(peer)
    kinds = [reader.search(ASKED) for _ in range(4)]
    assert [type(one) for one in kinds] == [Transient, Transient, Transient, TimedOut]
    assert not any(one.permanent for one in kinds)


def test_a_certificate_that_is_not_trusted_is_said_so() -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError("x")
    assert client(Peer(error)).search(ASKED) == NotTrusted()


def test_an_answer_that_never_ends_or_comes_drop_by_drop_is_left() -> None:
    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Chunks(b"x" * 1_000_000, 1000))

    def drops(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Chunks(b"x", 1000))

    ticks = iter(range(10_000))
    reader = client(Peer(endless, drops), clock=lambda: float(next(ticks)))
    assert [type(reader.search(ASKED)) for _ in range(2)] == [Unusable, TimedOut]


class Chunks(httpx.SyncByteStream):
    def __init__(self, chunk: bytes, times: int) -> None:
        self.chunk, self.times = chunk, times

    def __iter__(self) -> Iterator[bytes]:
        yield from (self.chunk for _ in range(self.times))


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"[" * 100_000, b'{"resourceType":"CapabilityStatement"}'])
def test_an_answer_that_is_no_page_is_unusable(content: bytes) -> None:
    assert isinstance(client(Peer(answer(200, content))).search(ASKED), Unusable)


def test_the_key_is_in_no_outcome_even_when_the_server_repeats_it() -> None:
    for before in ("Invalid API key ", "x" * 190):
        words = json.dumps({"issue": [{"diagnostics": f"{before}{KEY}"}]}).encode()
        outcome = client(Peer(answer(401, words))).search(ASKED)
        assert isinstance(outcome, Refused)
        assert outcome.text == f"{before}…"
    assert KEY not in repr(client(Peer()))


@pytest.mark.parametrize("key", ["", "a b", "çà-et-là", "a\r\nX: 1", "x" * 501])
def test_a_key_of_a_wrong_shape_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(KeyShapeError) as caught:
        DirectoryClient(
            BASE,
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            key=key,
            pace=Pace(lambda: 0.0, lambda _: None),
            clock=lambda: 0.0,
        )
    assert not key or key not in f"{caught.value!r}{caught.value.hint}"


def test_every_failure_says_whether_to_try_again_and_what_to_do() -> None:
    made: list[Outcome] = [from_status(status, "", None, follows=False) for status in range(201, 600) if status >= 204]
    made += [LinkExpired(410), ForeignLink(), NotTrusted(), TimedOut(), Empty()]
    assert {type(one) for one in made} >= set(get_args(Failure)) - {Found}
    assert all(isinstance(one.permanent, bool) and one.remedy.endswith(".") for one in made)
