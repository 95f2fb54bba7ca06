"""The simulated directory refuses what the real one would, and our client reads all that it answers, over TLS."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from eprouvette.sandbox.annuaire.people import DAYS, country
from eprouvette.sandbox.annuaire.service import BASE, DirectoryServer, Service
from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.command import MAILBOXES
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import write_pair
from eprouvette.standards.annuaire import query
from eprouvette.standards.annuaire.choice import choose
from eprouvette.standards.annuaire.client import DirectoryClient, Timeouts
from eprouvette.standards.annuaire.model import Page
from eprouvette.standards.annuaire.outcome import (
    Empty,
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
)
from eprouvette.standards.annuaire.pace import Pace
from eprouvette.standards.annuaire.query import Query

KEY = "cle-du-simulateur"


class Clock:
    """The time of the service, which a test can move: calls are a second apart unless the test stops it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 1.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Running:
    """A simulated directory, and what a client needs."""

    url: str
    context: ssl.SSLContext
    requests: Requests
    clock: Clock

    def client(self, *, key: str = KEY, url: str = "", context: ssl.SSLContext | None = None) -> DirectoryClient:
        return DirectoryClient(
            url or self.url,
            context or self.context,
            key=key,
            pace=Pace(time.monotonic, time.sleep, per_second=1000),
            clock=time.monotonic,
            timeouts=Timeouts(connect=2, read=0.5, whole=10),
        )

    def get(self, asked: str, key: str = KEY) -> httpx.Response:
        return httpx.get(
            f"{self.url}/{asked}", headers={"ESANTE-API-KEY": key}, verify=self.context, trust_env=False, timeout=10
        )


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("annuaire")
    authority = Authority()
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(*write_pair(folder, "server", authority.server()))
    requests, clock = Requests(folder / "annuaire.sqlite"), Clock()
    server = DirectoryServer(Service(requests, KEY, clock=clock, slow_seconds=1.0), served)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    yield Running(f"https://localhost:{server.server_address[1]}{BASE}", context, requests, clock)
    server.shutdown()
    server.server_close()
    thread.join(10)
    requests.close()


@pytest.fixture(autouse=True)
def first_day(directory: Running) -> Iterator[None]:
    yield
    directory.requests.turn_to(0)
    directory.clock.step = 1.0


@pytest.fixture(scope="module")
def client(directory: Running) -> Iterator[DirectoryClient]:
    made = directory.client()
    yield made
    made.close()


def found(outcome: Outcome) -> Page:
    assert isinstance(outcome, Found), outcome
    return outcome.page


def every_page(client: DirectoryClient, asked: Query) -> list[Page]:
    return [found(one) for one in client.pages(asked, most=1000)]


def test_the_prescribers_of_the_demonstration_are_found_with_their_mailboxes(client: DirectoryClient) -> None:
    page = found(client.search(query.professional("10000000023")))
    (levesque,) = page.professionals
    assert (levesque.family, levesque.given, levesque.title, levesque.specialties) == (
        "LEVESQUE",
        "Paul",
        "DR",
        ("SM26",),
    )
    assert [box.address for box in levesque.mailboxes] == [MAILBOXES["prescriber"]]
    assert [role.professional for role in page.roles] == [levesque.technical_id]
    (morel,) = found(client.search(query.holders("Practitioner", MAILBOXES["colleague"]))).professionals
    assert morel.rpps == "10000000031"
    (laboratory,) = found(client.search(query.structure("390999999"))).structures
    assert MAILBOXES["organization"] in {box.address for box in laboratory.mailboxes}
    assert (laboratory.sector, laboratory.is_called("1390999999")) == ("SA25", True)


def test_a_whole_kind_is_read_page_after_page_and_nobody_twice(client: DirectoryClient) -> None:
    pages = every_page(client, query.everything("Practitioner", size=70))
    people = [one for page in pages for one in page.professionals]
    assert (len(pages), len(people), len({one.rpps for one in people})) == (12, 800, 800)
    assert {page.total for page in pages} == {800}
    assert not [page for page in pages if page.remarks]
    assert len([one for one in people if not one.active]) == 30
    assert not [one for one in people if not one.active and (one.family or one.mailboxes)]


def test_two_roles_with_different_mailboxes_give_a_different_first_choice(client: DirectoryClient) -> None:
    pro = next(one for one in country().pros if one.kind == "two roles")
    (person,) = found(client.search(query.professional(pro.rpps))).professionals
    page = found(client.search(query.roles_of(person.technical_id)))
    assert (len(page.roles), len(page.structures)) == (2, 2)
    firsts = {
        choose(person, page.roles, page.structures, ordering=place.idnst).proposals[0].mailbox.address
        for place in page.structures
    }
    assert firsts == {box.address for role in page.roles for box in role.mailboxes}
    assert len(firsts) == 2


def test_homonyms_are_both_shown_with_their_own_numbers(client: DirectoryClient) -> None:
    pro = next(one for one in country().pros if one.kind == "homonym")
    people = found(client.search(query.professionals_named(pro.family, pro.given))).professionals
    same = [one for one in people if (one.family, one.given) == (pro.family, pro.given)]
    assert len({one.rpps for one in same}) == len(same) >= 2


def test_a_mailbox_on_the_red_list_is_absent(client: DirectoryClient) -> None:
    pro = next(one for one in country().pros if one.kind == "red list")
    (person,) = found(client.search(query.professional(pro.rpps))).professionals
    assert (person.active, person.mailboxes, len(pro.boxes)) == (True, (), 1)
    assert client.search(query.holders("Practitioner", pro.boxes[0].address)) == Empty()


def test_between_two_days_only_what_changed_comes_and_mailboxes_are_gone(
    directory: Running, client: DirectoryClient
) -> None:
    since = datetime.fromisoformat(DAYS[1])
    assert client.search(query.changed("Practitioner", since)) == Empty()
    directory.requests.turn_to(1)
    people = [
        one for page in every_page(client, query.changed("Practitioner", since, size=15)) for one in page.professionals
    ]
    kinds = {one.rpps: one.kind for one in country().pros}
    seen = [(kinds[one.rpps], one.active, bool(one.mailboxes)) for one in people]
    assert (seen.count(("mailbox removed", True, False)), seen.count(("mailbox added", True, True))) == (15, 15)
    assert (seen.count(("leaving", False, False)), len(seen)) == (10, 40)
    assert {one.updated for one in people} == {since.astimezone(UTC)}
    roles = found(client.search(query.changed("PractitionerRole", since))).roles
    assert [one.active for one in roles] == [False] * 10


def test_a_structure_is_found_by_words_of_its_name_and_its_town(client: DirectoryClient) -> None:
    places = found(client.search(query.structures_named("hospitalier", "dole"))).structures
    assert places
    assert all("HOSPITALIER" in one.name and one.city == "DOLE" for one in places)


def test_nobody_of_that_number_is_an_empty_answer_with_a_total_of_zero(
    directory: Running, client: DirectoryClient
) -> None:
    assert client.search(query.professional("99999999999")) == Empty()
    assert directory.get("Practitioner?identifier=99999999999").json() == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 0,
    }


def test_a_link_lives_sixty_seconds(directory: Running, client: DirectoryClient) -> None:
    link = found(client.search(query.everything("Organization"))).next
    assert isinstance(client.follow(link), Found)
    assert isinstance(client.follow(link), Found), "a page can be read again while its link lives"
    directory.clock.now += 60
    assert client.follow(link) == LinkExpired(410)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Practitioner?mailbox-mss-type=PER", "Parameter mailbox-mss-type not found"),
        ("Practitioner?prenom=Paul", "Parameter prenom not found"),
        ("Organization?family=DUPONT", "Parameter family not found"),
        ("Practitioner?family:near=DUPONT", "Modifier :near is not supported for parameter family"),
        ("Practitioner?identifier:exact=1", "Modifier :exact is not supported for parameter identifier"),
        ("Practitioner?family=", "Invalid empty value for parameter family"),
        ("Practitioner?_count=0", "Invalid _count parameter value: 0"),
        ("Practitioner?_count=beaucoup", "Invalid _count parameter value: beaucoup"),
        ("Practitioner?_total=exact", "Invalid _total parameter value: exact"),
        ("Practitioner?_lastUpdated=gehier", "Invalid date/time format: gehier"),
        ("Practitioner?_lastUpdated=ge2026-01-05", "Date without time zone: ge2026-01-05"),
        ("Practitioner?_include=PractitionerRole:organization", "Invalid _include parameter value"),
    ],
)
def test_a_wrong_question_is_refused_with_the_reason(directory: Running, asked: str, words: str) -> None:
    answer = directory.get(asked)
    assert answer.status_code == 400
    body: dict[str, Any] = answer.json()
    assert words in body["issue"][0]["diagnostics"]


@pytest.mark.parametrize("asked", ["HealthcareService", "Practitioner/p1", "", "metadata", "../v1/Practitioner"])
def test_another_resource_is_not_served(directory: Running, asked: str) -> None:
    assert directory.get(asked).status_code == 404


def test_what_a_client_asks_is_refused_with_the_words_of_the_service(client: DirectoryClient) -> None:
    outcome = client.search(Query("Practitioner", (("mailbox-mss-type", "PER"), ("_count", "50"))))
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.text) == (400, "Parameter mailbox-mss-type not found")


def test_without_the_right_key_nothing_is_answered(directory: Running) -> None:
    assert directory.get("Practitioner", key="").status_code == 401
    other = directory.client(key="une-autre-cle")
    outcome = other.search(query.professional("10000000023"))
    other.close()
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.stops) == (401, True)
    assert "une-autre-cle" not in json.dumps(directory.requests.records())
    assert KEY not in json.dumps(directory.requests.records())


def test_a_search_can_be_posted_and_nothing_else_can(directory: Running) -> None:
    def post(path: str) -> httpx.Response:
        headers = {"ESANTE-API-KEY": KEY}
        url = f"{directory.url}/{path}"
        form = {"identifier": "10000000023"}
        return httpx.post(url, data=form, headers=headers, verify=directory.context, trust_env=False)

    assert post("Practitioner/_search").json()["total"] == 1
    assert post("Practitioner").status_code == 404


def test_a_subset_of_elements_is_tagged(directory: Running) -> None:
    (entry,) = directory.get("Practitioner?identifier=10000000023&_elements=telecom").json()["entry"]
    assert set(entry["resource"]) == {"resourceType", "id", "meta", "telecom"}
    assert entry["resource"]["meta"]["tag"] == [{"code": "SUBSETTED"}]


def test_an_escaped_comma_is_not_an_or(directory: Running) -> None:
    assert directory.get("Practitioner?identifier=10000000023,10000000031").json()["total"] == 2
    assert directory.get(r"Practitioner?identifier=10000000023\,10000000031").json()["total"] == 0


def test_beyond_seventeen_calls_a_second_the_caller_is_told_to_wait(
    directory: Running, client: DirectoryClient
) -> None:
    directory.clock.now += 10
    directory.clock.step = 0.001
    outcomes = [client.search(query.structure("390999999")) for _ in range(18)]
    assert [type(one) for one in outcomes[:17]] == [Found] * 17
    assert outcomes[17] == RateLimited(1)
    directory.clock.now += 1
    assert isinstance(client.search(query.structure("390999999")), Found)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("busy", RateLimited), ("refuse", Refused), ("slow", TimedOut), ("cut", Transient), ("wrong", Unusable)],
)
def test_each_way_of_failing_is_typed_and_the_next_call_works(
    directory: Running, client: DirectoryClient, mode: str, kind: type[Outcome]
) -> None:
    directory.requests.misbehave(mode, 1)
    assert isinstance(client.search(query.structure("390999999")), kind)
    assert isinstance(client.search(query.structure("390999999")), Found)


def test_a_link_to_another_host_is_refused(directory: Running, client: DirectoryClient) -> None:
    directory.requests.misbehave("foreign", 1)
    outcomes = list(client.pages(query.everything("Organization"), most=5))
    assert [type(one) for one in outcomes] == [Found, ForeignLink]


def test_a_server_that_we_do_not_trust_gets_no_key(directory: Running, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(Authority().ca_pem)
    stranger = directory.client(context=ssl.create_default_context(cafile=tmp_path / "other.pem"))
    before = len(directory.requests.records())
    assert stranger.search(query.structure("390999999")) == NotTrusted()
    stranger.close()
    assert len(directory.requests.records()) == before


def test_a_directory_that_is_not_there_is_a_moment_of_theirs(directory: Running) -> None:
    absent = directory.client(url=f"https://localhost:1{BASE}")
    assert absent.search(query.structure("390999999")) == Transient("L'annuaire n'est pas joignable.")
    absent.close()
