"""The page of the simulated country: what it shows, and the orders that it takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.console import Console
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.insi.state import Calls
from eprouvette.sandbox.mssante.store import MailStore
from eprouvette.sandbox.population.people import population
from eprouvette.standards.insi.vitale import NoCardError
from eprouvette.standards.insi.vitale_file import FileReader


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    calls = Calls(tmp_path / "insi.sqlite")
    made = Console(
        Registry(tmp_path / "dmp.sqlite"),
        MailStore(tmp_path / "mails.sqlite"),
        calls,
        Requests(tmp_path / "annuaire.sqlite"),
        tmp_path / "card.json",
    )
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(10)


def send(console: Console, order: str) -> int:
    return httpx.post(f"http://127.0.0.1:{console.server_address[1]}/{order}", trust_env=False).status_code


def test_each_service_takes_its_own_ways_of_failing(console: Console) -> None:
    orders = ("dmp/busy/1", "insi/closed/2", "insi/wrong/1", "annuaire/busy/1")
    assert [send(console, order) for order in orders] == [200] * 4
    taken = (
        console.registry.takes("busy"),
        console.calls.takes("closed"),
        console.calls.takes("busy"),
        console.requests.takes("busy"),
        console.requests.takes("cut"),
    )
    assert taken == (True, True, False, True, False)


def test_the_directory_turns_to_its_second_day_and_to_no_other(console: Console) -> None:
    assert (console.requests.day, send(console, "annuaire/day/1"), console.requests.day) == (0, 200, 1)
    assert send(console, "annuaire/day/2") == 404


@pytest.mark.parametrize(
    "order",
    ["", "dmp/closed/1", "insi/autre/1", "insi/busy/x", "insi/busy/9999999", "pfi/busy/1", "vitale/99999", "vitale/-1"],
)
def test_another_order_is_not_taken(console: Console, order: str) -> None:
    assert send(console, order) == 404


def test_a_card_goes_into_the_reader_and_comes_out(console: Console, tmp_path: Path) -> None:
    people = population()
    rank = next(number for number, one in enumerate(people) if one.birth_name == "PAT-TROIS")
    assert send(console, f"vitale/{rank}") == 200
    assert FileReader(tmp_path / "card.json").read().holder == people[rank].ins
    assert send(console, "vitale/out") == 200
    with pytest.raises(NoCardError):
        FileReader(tmp_path / "card.json").read()
    newborn = next(number for number, one in enumerate(people) if one.kind == "newborn")
    assert send(console, f"vitale/{newborn}") == 404


def test_the_page_shows_what_insi_received_and_nothing_can_write_on_it(console: Console) -> None:
    console.calls.keep(b"<a/>", certificate="INSI-MANU", operation="rechercher", asked="<b>PAT</b>", code="00")
    url = f"http://127.0.0.1:{console.server_address[1]}/"
    page = httpx.get(url, trust_env=False).text
    assert "INSi (1)" in page
    assert "&lt;b&gt;PAT" in page
    assert httpx.get(f"{url}received.json", trust_env=False).json()["insi"][0]["certificate"] == "INSI-MANU"
