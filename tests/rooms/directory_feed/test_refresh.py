"""The copy of the national directory: read from the simulated service, resumed, and obsolete addresses told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from eprouvette.exchange.directory_feed import client, queries, services, tasks
from eprouvette.exchange.directory_feed.models import Feed
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.directory import national, national_queries
from eprouvette.lab.directory.models import Mailbox, Practitioner, Professional, Role, Structure
from eprouvette.lab.directory.services import confirm_address, save_practitioner
from eprouvette.sandbox.annuaire.people import Pro, country
from eprouvette.sandbox.annuaire.service import BASE, DirectoryServer, Service
from eprouvette.sandbox.annuaire.state import Requests
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import write_pair
from eprouvette.standards.annuaire.client import DirectoryClient
from eprouvette.standards.annuaire.pace import Pace
from eprouvette.standards.tls import open_context
from support.lab import ACTOR, LEVESQUE

pytestmark = pytest.mark.django_db
KEY = "cle-du-simulateur"


@dataclass
class Running:
    """A simulated directory."""

    url: str
    authorities: Path
    requests: Requests
    server: DirectoryServer

    def client(self, key: str = KEY) -> DirectoryClient:
        pace = Pace(time.monotonic, time.sleep, per_second=1000)
        return DirectoryClient(self.url, open_context(self.authorities), key=key, pace=pace, clock=time.monotonic)


class Clock:
    """The time of the service: a second a call, so that its limit is not met."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


CLOCK = Clock()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("annuaire")
    authority = Authority()
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(*write_pair(folder, "server", authority.server()))
    requests = Requests(folder / "annuaire.sqlite")
    server = DirectoryServer(Service(requests, KEY, clock=CLOCK), served)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Running(f"https://localhost:{server.server_address[1]}{BASE}", folder / "ca.pem", requests, server)
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def directory(running: Running) -> Running:
    running.requests.turn_to(0)
    return running


def refresh(directory: Running, most: int = 100, key: str = KEY) -> bool:
    reader = directory.client(key)
    try:
        return services.refresh(reader, most=most)
    finally:
        reader.close()


def a_day_later() -> None:
    for feed in Feed.objects.exclude(finished_at=None):
        feed.finished_at = timezone.now() - timedelta(hours=25)
        feed.save()


def of_kind(kind: str) -> Pro:
    return next(one for one in country().pros if one.kind == kind)


def correspondent(pro: Pro, address: str) -> Practitioner:
    new = replace(LEVESQUE, rpps=pro.rpps, family_name=pro.family, given_name=pro.given, mss_address=address)
    return save_practitioner(new, actor=ACTOR)


def test_the_first_load_reads_everything_once(directory: Running) -> None:
    assert refresh(directory)
    today = country()
    assert Structure.objects.count() == 150
    assert Professional.objects.filter(active=True).count() == 770
    assert Role.objects.filter(active=True).count() == len([one for one in today.posts if one.active])
    shown = [box for one in today.pros if one.active for box in one.boxes if not box.red_list]
    assert Mailbox.objects.filter(holder__startswith="professional:", gone_at=None).count() == len(shown)
    assert set(Feed.objects.values_list("link", "failure")) == {("", "")}
    assert AuditLine.objects.get(action="directory.refreshed").details["Practitioner"] == 800
    assert not services.is_due()


def test_a_load_that_is_cut_short_goes_on_where_it_was(directory: Running) -> None:
    before = len(directory.requests.records())
    slices = 0
    while not refresh(directory, most=2):
        slices += 1
        assert slices < 20
    assert Professional.objects.count() == 770
    asked = [one["resource"] for one in directory.requests.records()[before:]]
    assert asked.count("Practitioner") == asked.count("PractitionerRole") == asked.count("Organization") == 1
    assert asked.count("_page") == 3 + 4


def test_a_link_that_died_meanwhile_begins_that_kind_again(directory: Running) -> None:
    assert not refresh(directory, most=3)
    assert Feed.objects.get(resource="Practitioner").link
    CLOCK.now += 120
    assert refresh(directory)
    assert Professional.objects.count() == 770


def test_the_second_night_reads_what_changed_alone(directory: Running) -> None:
    refresh(directory)
    removed, added, leaving = of_kind("mailbox removed"), of_kind("mailbox added"), of_kind("leaving")
    used = correspondent(removed, removed.boxes[0].address)
    other = correspondent(of_kind("ordinary"), of_kind("ordinary").boxes[0].address)
    unknown = correspondent(of_kind("no mailbox"), "donnee.par.lui@ailleurs.mssante.fr")
    a_day_later()
    directory.requests.turn_to(1)
    assert refresh(directory)
    for row in (used, other, unknown):
        row.refresh_from_db()
    assert (used.mss_gone_at is not None, other.mss_gone_at, unknown.mss_gone_at) == (True, None, None)
    assert AuditLine.objects.get(action="practitioner.address_gone").target == f"practitioner:{used.pk}"
    assert Mailbox.objects.get(holder=f"professional:{added.rpps}").gone_at is None
    left = Professional.objects.get(number=leaving.rpps)
    assert (left.active, left.family_name) == (False, leaving.family)
    assert not Mailbox.objects.filter(holder=f"professional:{leaving.rpps}", gone_at=None).exists()


def test_an_address_that_comes_back_is_flagged_no_more(directory: Running) -> None:
    refresh(directory)
    pro = of_kind("mailbox removed")
    row = correspondent(pro, pro.boxes[0].address.upper())
    Mailbox.objects.filter(holder=f"professional:{pro.rpps}").update(gone_at=timezone.now())
    assert national.mark_gone_addresses(timezone.now()) == 1
    assert national.mark_gone_addresses(timezone.now()) == 0, "an address is told once"
    Mailbox.objects.update(gone_at=None)
    assert national.mark_gone_addresses(timezone.now()) == 0
    row.refresh_from_db()
    assert row.mss_gone_at is None


def test_a_refusal_is_kept_with_its_remedy_and_what_was_read_stays(directory: Running) -> None:
    assert not refresh(directory, most=2)
    assert not refresh(directory, key="une-autre-cle")
    feed = Feed.objects.exclude(failure="").get()
    assert (feed.failure, feed.stops, "clé" in feed.remedy) == ("Refused", True, True)
    assert Structure.objects.count() == 150
    assert not services.is_due(), "a refusal waits for a person"
    assert queries.state().remedy == feed.remedy


@pytest.mark.parametrize("mode", ["busy", "cut", "wrong"])
def test_a_moment_of_theirs_is_tried_again_ten_minutes_later(directory: Running, mode: str) -> None:
    directory.requests.misbehave(mode, 1)
    assert not refresh(directory)
    assert not services.is_due()
    Feed.objects.update(attempted_at=timezone.now() - timedelta(minutes=11))
    assert services.is_due()
    assert refresh(directory)


def test_the_job_runs_with_the_settings_of_the_site(directory: Running, settings: Settings) -> None:
    settings.EPROUVETTE_ANNUAIRE_URL = ""
    assert not tasks.look()
    settings.EPROUVETTE_ANNUAIRE_URL, settings.EPROUVETTE_ANNUAIRE_KEY = directory.url, KEY
    settings.EPROUVETTE_TRUST = directory.authorities.parent
    assert client.is_set()
    assert tasks.look()
    assert not tasks.look(), "it is promised already"
    Feed.objects.create(resource="Organization", finished_at=timezone.now())
    Feed.objects.create(resource="PractitionerRole", finished_at=timezone.now())
    tasks.refresh()
    assert Professional.objects.count() == 770


def test_a_person_is_found_in_the_copy_by_name_number_and_town(directory: Running) -> None:
    refresh(directory)
    (line,), total = national_queries.search("10000000023")
    assert (line.name, line.specialty, line.mailboxes, total) == (
        "Dr Paul LEVESQUE",
        "Médecin - Qualifié en Médecine Générale (SM)",
        1,
        1,
    )
    town = line.cities
    assert national_queries.search("levesque pa", town)[1] == 1
    assert national_queries.search("Lévesque", "Nulle part")[1] == 0
    assert national_queries.search("  ")[1] == national_queries.search("%")[1] == 0


def test_the_address_that_a_person_confirms_is_used_and_signed(directory: Running) -> None:
    refresh(directory)
    pro = of_kind("two roles")
    sheet = national_queries.sheet(pro.rpps)
    assert sheet is not None
    assert sheet.choice.proposals == ()
    place = sheet.places[0].national_id
    ranked = national_queries.sheet(pro.rpps, place)
    assert ranked is not None
    best = ranked.choice.proposals[0]
    row = confirm_address(pro.rpps, place, best.mailbox.address, actor=ACTOR)
    assert (row.mss_address, row.mss_confirmed_by, row.structure_id) == (best.mailbox.address, ACTOR, place)
    assert AuditLine.objects.get(action="practitioner.address_confirmed").details == {"level": "role"}
