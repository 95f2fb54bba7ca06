"""A simulated INSi over TLS for the tests of rooms and pages, and its people as files of the laboratory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import LazySettings as Settings
from django.utils import timezone

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.exchange.identities import asking
from eprouvette.lab.identity import services
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.traits import Traits
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import server_context, write_trust
from eprouvette.sandbox.insi.answers import Base
from eprouvette.sandbox.insi.service import PATH, InsiServer, Service
from eprouvette.sandbox.insi.state import Calls
from eprouvette.sandbox.population.people import Person, population
from eprouvette.standards.insi.envelope import Call
from eprouvette.standards.insi.identity import InsiIdentity
from eprouvette.standards.insi.identity import Traits as AskedTraits
from eprouvette.standards.insi.outcome import SearchOutcome
from support.feeds import NIR
from support.lab import ACTOR

PEOPLE = population()
DOMINIQUE_FOUND = InsiIdentity(
    matricule=NIR[:13],
    key=NIR[13:],
    oid=oids.INS_NIR_TEST,
    birth_name="PAT-TROIS",
    given_names=("DOMINIQUE", "MARIE-LOUISE"),
    first_given_name="DOMINIQUE",
    sex="F",
    birth_date="1979-03-28",
    birth_place="51215",
)
"""Mme Dominique Pat-Trois as INSi gives her."""


@dataclass
class Scripted:
    """A searcher that gives its outcomes in order, the last one for ever."""

    outcomes: list[SearchOutcome]
    asked: list[AskedTraits] = field(default_factory=list)

    def search_by_traits(self, call: Call, asked: AskedTraits) -> SearchOutcome:
        assert call
        self.asked.append(asked)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


@dataclass(frozen=True)
class SimulatedInsi:
    """Where the service answers, what it was asked, the certificates of the laboratory."""

    url: str
    trust: Path
    calls: Calls


@contextmanager
def simulated_insi(folder: Path) -> Iterator[SimulatedInsi]:
    """Serve the population until the block ends."""
    authority = Authority()
    trust = write_trust(authority, folder / "trust")
    (folder / "igc").mkdir()
    calls = Calls(folder / "insi.sqlite")
    server = InsiServer(Service(Base(PEOPLE), calls), server_context(authority, folder / "igc"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield SimulatedInsi(f"https://localhost:{server.server_address[1]}{PATH}", trust.folder, calls)
    server.shutdown()
    server.server_close()
    thread.join(10)
    calls.close()


def use_it(service: SimulatedInsi, settings: Settings) -> None:
    """Set the product to ask that service, quickly."""
    settings.EPROUVETTE_INSI_URL = service.url
    settings.EPROUVETTE_INSI_APPROVAL = "ESSAI"
    settings.EPROUVETTE_INSI_PER_SECOND = 50
    settings.EPROUVETTE_TRUST = service.trust
    asking.client.cache_clear()


def forget_clients() -> None:
    """Close the connections of this process to a service that ends."""
    asking.client("insi_manu").close()
    asking.client("insi_auto").close()
    asking.client.cache_clear()


def someone(kind: str) -> Person:
    """The first person of that kind."""
    return next(one for one in PEOPLE if one.kind == kind)


def file_of(one: Person, **changes: str) -> Patient:
    """The provisional file of a person, as the desk would type it."""
    values = {
        "birth_family_name": one.family,
        "birth_given_names": " ".join(one.given),
        "first_given_name": one.given[0],
        "sex": one.sex,
        "birth_date": one.birth_date.replace("-", ""),
    }
    return services.create_patient(Traits(**values | changes), actor=ACTOR)


def held(one: Person, years: float = 4) -> Patient:
    """A qualified file whose INS is that old."""
    patient = file_of(one)
    ins = Ins(one.ins, one.oid)
    Patient.objects.filter(pk=patient.pk).update(
        birth_family_name=one.birth_name,
        birth_given_names=" ".join(one.given_names),
        birth_place_cog=one.place,
        ins_value=ins.value,
        ins_oid=ins.oid,
        status="qualifiee",
        ins_since=timezone.now() - timedelta(days=365.25 * years),
    )
    patient.refresh_from_db()
    return patient
