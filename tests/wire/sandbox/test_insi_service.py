"""The simulated INSi refuses what the real one would, and our client makes a typed value of all that can happen."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from lxml import etree

from eprouvette.core.ins import Ins
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import TrustFolder, laboratory, server_context, write_pair, write_trust
from eprouvette.sandbox.insi.answers import Base
from eprouvette.sandbox.insi.service import PATH, InsiServer, Service
from eprouvette.sandbox.insi.state import Calls
from eprouvette.sandbox.population.cards import card, insert
from eprouvette.sandbox.population.people import Person, household, population
from eprouvette.standards.insi import search
from eprouvette.standards.insi.client import InsiClient, Timeouts
from eprouvette.standards.insi.envelope import Call, Software, content_type, request
from eprouvette.standards.insi.identity import CardTraits, Traits
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Confirmed,
    Denied,
    Found,
    NoAnswer,
    NotFound,
    NotReached,
    RequestRefused,
    SearchOutcome,
    ServiceClosed,
    Several,
    TransientFault,
    Unusable,
)
from eprouvette.standards.insi.plan import Asked, next_step
from eprouvette.standards.insi.verify import Candidate, PacedVerifier
from eprouvette.standards.insi.vitale_file import FileReader
from eprouvette.standards.soap.envelope import SECURITY
from eprouvette.standards.tls import client_context

PEOPLE = population()
SOFTWARE = Software("Eprouvette", "1.0", "ESSAI", str(uuid.UUID(int=5)))
ZOE = Traits("ADRUN", ("ZOE",), "F", "1975-12-31")
USUAL = Timeouts()
SHORT = Timeouts(connect=2, read=0.5, whole=5)


@dataclass
class Running:
    """A simulated INSi, and the trust folder of the laboratory."""

    authority: Authority
    trust: TrustFolder
    calls: Calls
    url: str

    def context(self, use: str = "insi_manu") -> ssl.SSLContext:
        certificate, key = self.trust.pair(use)
        return client_context(cert=certificate, key=key, authorities=self.trust.ca)

    def client(self, use: str = "insi_manu", software: Software = SOFTWARE, timeouts: Timeouts = USUAL) -> InsiClient:
        return InsiClient(
            self.url,
            self.context(use),
            emitter="390999999",
            software=software,
            profile="simulator",
            clock=time.monotonic,
            timeouts=timeouts,
        )


@pytest.fixture(scope="module")
def insi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("insi")
    authority = Authority()
    trust = write_trust(authority, folder / "trust")
    (folder / "igc").mkdir()
    calls = Calls(folder / "insi.sqlite")
    server = InsiServer(Service(Base(PEOPLE), calls, slow_seconds=1.5), server_context(authority, folder / "igc"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Running(authority, trust, calls, f"https://localhost:{server.server_address[1]}{PATH}")
    server.shutdown()
    server.server_close()
    thread.join(10)
    calls.close()


@pytest.fixture(scope="module")
def client(insi: Running) -> Iterator[InsiClient]:
    made = insi.client()
    yield made
    made.close()


def call(at: datetime | None = None) -> Call:
    return Call(str(uuid.uuid4()), str(uuid.uuid4()), at or datetime.now(UTC))


def traits_of(person: Person, *, place: bool = False) -> Traits:
    given = person.given[:1]
    return Traits(person.family, given, person.sex, person.birth_date, person.place if place else "")


def candidate_of(person: Person) -> Candidate:
    traits = Traits(person.birth_name, person.given_names, person.sex, person.birth_date, person.place)
    return Candidate(person.number, Ins(person.ins, person.oid), traits)


def someone(kind: str) -> Person:
    return next(one for one in PEOPLE if one.kind == kind)


@pytest.mark.requirement("REQ-INS-01")
@pytest.mark.parametrize(
    "kind", ["found", "corsica", "overseas", "abroad", "nia", "history", "changed sex", "lunar date"]
)
def test_a_person_is_found_by_name_first_given_name_sex_and_date(insi: Running, client: InsiClient, kind: str) -> None:
    person = someone(kind)
    outcome = client.search_by_traits(call(), traits_of(person))
    assert isinstance(outcome, Found)
    found = outcome.identity
    assert (found.ins.value, found.oid, found.key_is_valid) == (person.ins, person.oid, True)
    assert (found.birth_name, found.given_names) == (person.birth_name, tuple(" ".join(person.given_names).split()))
    assert (found.birth_date, found.birth_place, found.sex) == (person.birth_date, person.place, person.sex)
    assert [one.matricule for one in found.history] == [one.number for one in person.history]
    assert insi.calls.records()[-1]["certificate"] == "INSI-MANU"


def test_the_wrong_key_of_an_answer_is_accepted_and_shown(client: InsiClient) -> None:
    outcome = client.search_by_traits(call(), traits_of(someone("wrong key")))
    assert isinstance(outcome, Found)
    assert (outcome.identity.key, outcome.identity.key_is_valid) == ("60", False)
    assert outcome.identity.history[0].matricule == outcome.identity.matricule


@pytest.mark.requirement("REQ-INS-01")
def test_the_plan_finds_on_the_second_given_name(client: InsiClient) -> None:
    local, done = Traits("Tchitchi", ("Ola", "Catarina", "Bella"), "F", "1936-06-21", "63220"), list[Asked]()
    while step := next_step(local, done):
        done.append(Asked(step.asked, client.search_by_traits(call(), step.asked)))
    assert [type(one.outcome) for one in done] == [NotFound, Found]


@pytest.mark.requirement("REQ-INS-01")
def test_the_plan_tells_two_homonyms_apart(client: InsiClient) -> None:
    person = next(one for one in PEOPLE if one.birth_name == "DE VINCI" and one.place == "39198")
    local = Traits("De Vinci", person.given, "M", person.birth_date, person.place)
    done: list[Asked] = []
    while step := next_step(local, done):
        done.append(Asked(step.asked, client.search_by_traits(call(), step.asked)))
    assert [type(one.outcome) for one in done] == [Several, Found]


@pytest.mark.parametrize("kind", ["newborn", "changed name"])
def test_who_has_no_number_and_a_name_of_before_are_not_found(client: InsiClient, kind: str) -> None:
    person = someone(kind)
    asked = replace(traits_of(person), birth_name=person.former_name or person.family)
    assert client.search_by_traits(call(), asked) == NotFound()


def test_a_hyphen_is_not_a_space_for_the_service(client: InsiClient) -> None:
    pat = someone("found")
    assert pat.birth_name == "ADRUN"
    asked = Traits("PAT TROIS", ("DOMINIQUE",), "F", "1979-03-28")
    assert client.search_by_traits(call(), asked) == NotFound()
    assert isinstance(client.search_by_traits(call(), replace(asked, birth_name="PAT-TROIS")), Found)


@pytest.mark.requirement("REQ-INS-03")
@pytest.mark.parametrize("kind", ["child", "holder", "twin"])
def test_everybody_on_a_card_is_found_by_it(client: InsiClient, tmp_path: Path, kind: str) -> None:
    person = someone(kind)
    insert(tmp_path / "card.json", card(person, PEOPLE))
    read = FileReader(tmp_path / "card.json").read()
    found = [client.search_by_card(call(), read.question(one)) for one in read.beneficiaries]
    assert [one.identity.ins.value for one in found if isinstance(one, Found)] == [
        one.ins for one in household(person, PEOPLE)
    ]


def test_a_card_of_nobody_finds_nobody(client: InsiClient) -> None:
    assert client.search_by_card(call(), CardTraits("197123912345678", rank="1", birth_date="1997-12-01")) == NotFound()


@pytest.mark.requirement("REQ-INS-02")
def test_a_right_identity_is_confirmed_and_any_wrong_trait_is_denied(insi: Running) -> None:
    client = insi.client("insi_auto")
    good = candidate_of(someone("history"))
    wrong = [
        replace(good, traits=replace(good.traits, birth_name="AUTRE")),
        replace(good, traits=replace(good.traits, given_names=("AUTRE",))),
        replace(good, traits=replace(good.traits, birth_date="1901-01-01")),
        replace(good, traits=replace(good.traits, birth_place="39198")),
        replace(good, ins=replace(good.ins, oid="1.2.250.1.213.1.4.9")),
        replace(good, ins=candidate_of(someone("found")).ins),
    ]
    assert client.verify(call(), good) == Confirmed("schéma supposé n° 1")
    assert {type(client.verify(call(), one)) for one in wrong} == {Denied}
    assert isinstance(client.verify(call(), replace(good, traits=replace(good.traits, birth_name="Ø"))), RequestRefused)
    assert insi.calls.records()[-1]["certificate"] == "INSI-AUTO"
    client.close()


@pytest.mark.requirement("REQ-INS-02")
def test_a_run_of_verifications_survives_a_fault_and_ends_when_the_service_closes(insi: Running) -> None:
    client = insi.client("insi_auto")
    run = PacedVerifier(client.verify, call, per_second=1000, clock=time.monotonic, sleep=time.sleep)
    several = [candidate_of(one) for one in PEOPLE[20:30] if one.number]
    insi.calls.misbehave("busy", 1)
    assert [type(one.outcome) for one in run.verify(several)][:2] == [TransientFault, Confirmed]
    insi.calls.misbehave("closed", 1)
    assert [one.outcome for one in run.verify(several)] == [ServiceClosed(1800)]
    client.close()


MODES: dict[str, tuple[type[SearchOutcome], bool]] = {
    "busy": (TransientFault, False),
    "closed": (ServiceClosed, True),
    "cut": (NoAnswer, False),
    "refuse": (ConfigurationFault, True),
    "slow": (NoAnswer, False),
    "wrong": (Unusable, False),
}


@pytest.mark.parametrize("mode", MODES)
def test_each_way_of_failing_is_typed_and_the_next_question_is_answered(insi: Running, mode: str) -> None:
    client = insi.client(timeouts=SHORT)
    insi.calls.misbehave(mode, 1)
    outcome = client.search_by_traits(call(), ZOE)
    assert (type(outcome), outcome.stops) == MODES[mode]
    assert outcome.remedy
    assert isinstance(client.search_by_traits(call(), ZOE), Found)
    client.close()


def test_the_names_of_trouble_bring_it(insi: Running) -> None:
    client = insi.client(timeouts=SHORT)
    assert isinstance(client.search_by_traits(call(), replace(ZOE, birth_name="PANNE")), TransientFault)
    assert client.search_by_traits(call(), replace(ZOE, birth_name="LENTEUR")) == NoAnswer(
        "INSi n'a pas répondu dans le délai."
    )
    client.close()


def test_an_answer_drop_by_drop_or_without_end_is_given_up(insi: Running, tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n"
    for drop, pause, expected in ((b" ", 0.05, NoAnswer), (b" " * 100_000, 0.0, Unusable)):
        with speaking(server_context(insi.authority, tmp_path), head, drop, pause) as port:
            client = insi.client(timeouts=Timeouts(connect=2, read=1, whole=0.4))
            client._url = httpx.URL(f"https://localhost:{port}/lps")
            started = time.monotonic()
            assert type(client.search_by_traits(call(), ZOE)) is expected
            assert time.monotonic() - started < 5
            client.close()


class speaking:  # noqa: N801 - used as a function
    """A TLS server that says ``head``, then ``drop`` again and again."""

    def __init__(self, context: ssl.SSLContext, head: bytes, drop: bytes, pause: float) -> None:
        self._context, self._head, self._drop, self._pause = context, head, drop, pause
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        port: int = self._listener.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(5)

    def _speak(self) -> None:
        raw, _ = self._listener.accept()
        try:
            with self._context.wrap_socket(raw, server_side=True) as peer:
                peer.recv(65_536)
                peer.sendall(self._head)
                while True:
                    peer.sendall(self._drop)
                    time.sleep(self._pause)
        except OSError:
            raw.close()


def test_a_closed_port_is_not_reached(insi: Running) -> None:
    client = insi.client(timeouts=SHORT)
    client._url = httpx.URL("https://localhost:1/lps")
    assert isinstance(client.search_by_traits(call(), ZOE), NotReached)
    client.close()


def test_a_certificate_of_another_service_or_software_stops_a_run(insi: Running) -> None:
    for use, software, code in (
        ("dmp_auth", SOFTWARE, "desir_560"),
        ("insi_manu", replace(SOFTWARE, authorisation="KO"), "siram_100 / desir_550"),
    ):
        client = insi.client(use, software)
        outcome = client.search_by_traits(call(), ZOE)
        assert isinstance(outcome, ConfigurationFault)
        assert outcome.code == code
        client.close()


def test_an_expired_or_foreign_certificate_is_a_fault_of_configuration(insi: Running, tmp_path: Path) -> None:
    start = datetime.now(UTC) - timedelta(days=40)
    expired = insi.authority.client(laboratory("INSI-MANU"), start=start, life=timedelta(days=30))
    foreign = Authority().client(laboratory("INSI-MANU"))
    for number, issued in enumerate((expired, foreign)):
        certificate, key = write_pair(tmp_path, f"wrong{number}", issued)
        context = client_context(cert=certificate, key=key, authorities=insi.trust.ca)
        outcome = _ask(insi, context)
        assert isinstance(outcome, ConfigurationFault)
        assert "refuse" in outcome.text


def test_a_server_of_another_authority_is_a_fault_of_configuration(insi: Running, tmp_path: Path) -> None:
    stranger = write_trust(Authority(), tmp_path / "other")
    certificate, key = insi.trust.pair("insi_manu")
    outcome = _ask(insi, client_context(cert=certificate, key=key, authorities=stranger.ca))
    assert isinstance(outcome, ConfigurationFault)
    assert "serveur" in outcome.text


def _ask(insi: Running, context: ssl.SSLContext) -> SearchOutcome:
    client = InsiClient(
        insi.url, context, emitter="1", software=SOFTWARE, profile="simulator", clock=time.monotonic, timeouts=SHORT
    )
    outcome = client.search_by_traits(call(), ZOE)
    client.close()
    return outcome


def message(body: str | None = None, operation: str = search.BY_TRAITS) -> str:
    return request(call(), operation, "390999999", SOFTWARE, body or search.traits_body(ZOE)).decode()


def post(insi: Running, text: str | bytes, http: str | None = None) -> tuple[int, str]:
    """The HTTP status and the code of the fault's detail."""
    with httpx.Client(verify=insi.context(), trust_env=False) as client:
        headers = {"Content-Type": content_type(search.BY_TRAITS) if http is None else http}
        content = text if isinstance(text, bytes) else text.encode()
        answer = client.post(insi.url, content=content, headers=headers)
    code = re.search(r'<siram:Erreur[^>]* code="([^"]*)"', answer.text)
    return answer.status_code, code[1] if code else ""


WRONG: dict[str, tuple[str, str, str]] = {
    "version of the BAM context": (r'Version="01_02"', 'Version="01_01"', "simu_020"),
    "no cover": (r"<ctxbam:COUVERTURE/>", "", "simu_022"),
    "order in the BAM context": (
        r"(<ctxbam:Id>.*?</ctxbam:Id>)(<ctxbam:Temps>.*?</ctxbam:Temps>)",
        r"\2\1",
        "simu_021",
    ),
    "no LPS context": (r"<ctxlps:ContexteLPS.*</ctxlps:ContexteLPS>", "", "simu_016"),
    "nature of the LPS context": (r'Nature="CTXLPS" ', "", "simu_030"),
    "no reference of the IDAM": (r' R="4"', "", "simu_035"),
    "unknown software": (r"ESSAI", "KO", "desir_550"),
    "name of the software": (r"urn:lps:", "lps:", "simu_037"),
    "action of the header": (r"rechercherInsAvecTraitsIdentite<", "rechercherInsAvecCarteVitale<", "simu_011"),
    "no message id": (r"<wsa:MessageID>.*</wsa:MessageID>", "", "simu_016"),
    "message id of another form": (r"uuid:", "urn:uuid:", "simu_012"),
    "empty security": (
        r"</soap:Header>",
        f'<w:Security xmlns:w="{SECURITY}"/></soap:Header>',
        "simu_013",
    ),
    "a VIHF that must be understood": (
        r"</soap:Header>",
        '<v:VIHF xmlns:v="urn:x" soap:mustUnderstand="1"/></soap:Header>',
        "simu_015",
    ),
    "time of yesterday": (
        r"<ctxbam:Temps>.*?</ctxbam:Temps>",
        "<ctxbam:Temps>2020-01-01T00:00:00Z</ctxbam:Temps>",
        "simu_043",
    ),
    "time without offset": (
        r"<ctxbam:Temps>.*?</ctxbam:Temps>",
        "<ctxbam:Temps>2020-01-01T00:00:00</ctxbam:Temps>",
        "simu_043",
    ),
    "order of the traits": (r"(<r:Prenom>.*</r:Prenom>)(<r:Sexe>F</r:Sexe>)", r"\2\1", "simu_110"),
    "no given name": (r"<r:Prenom>.*</r:Prenom>", "", "simu_111"),
    "no sex": (r"<r:Sexe>F</r:Sexe>", "", "simu_105"),
    "small letters": (r"ADRUN", "adrun", "simu_106"),
    "accents": (r"ZOE", "ZOÉ", "simu_106"),
    "a ligature": (r"ZOE", "ZŒ", "simu_106"),
    "double hyphen in a given name": (r"ZOE", "ZOE--LOU", "simu_106"),
    "French date": (r"1975-12-31", "31/12/1975", "simu_106"),
    "body of another action": (r"r:RECSANSVITALE", "r:RECVITALE", "simu_101"),
    "two bodies": (r"(<r:RECSANSVITALE.*</r:RECSANSVITALE>)", r"\1\1", "simu_014"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_message_is_refused_with_its_code(insi: Running, case: str) -> None:
    pattern, by, code = WRONG[case]
    wrong, count = re.subn(pattern, by, message())
    assert count
    assert post(insi, wrong) == (500, code)


def test_the_content_type_must_be_that_of_soap_with_the_action(insi: Running) -> None:
    assert post(insi, message()) == (200, "")
    for http in (
        "text/xml; charset=utf-8",
        "application/soap+xml; charset=utf-8",
        "application/soap+xml; charset=latin1",
    ):
        status, code = post(insi, message(), http)
        assert (status, code[:5]) == (500, "simu_")


@pytest.mark.parametrize(
    "body", [b"x", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\x00" * 1000, b"<s>" * 1000]
)
def test_nonsense_gets_a_fault_and_the_service_goes_on(insi: Running, client: InsiClient, body: bytes) -> None:
    assert post(insi, body)[0] == 500
    assert isinstance(client.search_by_traits(call(), ZOE), Found)


def test_a_fault_repeats_the_id_of_the_message(insi: Running) -> None:
    text = message().replace("ADRUN", "adrun")
    with httpx.Client(verify=insi.context(), trust_env=False) as client:
        answer = client.post(insi.url, content=text.encode(), headers={"Content-Type": content_type(search.BY_TRAITS)})
    sent = etree.fromstring(text.encode()).findtext(".//{http://www.w3.org/2005/08/addressing}MessageID")
    assert f'messageID="{sent}"' in answer.text


def test_a_body_out_of_size_and_another_path_are_refused(insi: Running) -> None:
    with httpx.Client(verify=insi.context(), trust_env=False) as client:
        assert client.post(insi.url, content=b"").status_code == 413
        assert client.post(insi.url, content=b" " * 1_000_001).status_code == 413
        assert client.post(f"{insi.url}/other", content=b"<a/>").status_code == 404


def test_the_connection_is_kept_from_one_question_to_the_next(insi: Running) -> None:
    seen = []
    client = insi.client()
    client._http.event_hooks["response"] = [lambda answer: seen.append(id(answer.extensions["network_stream"]))]
    for _ in range(3):
        client.search_by_traits(call(), ZOE)
    assert len(set(seen)) == 1
    client.close()
