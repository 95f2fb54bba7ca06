"""The pages at the server: doors, errors in words, headers, nothing patient in addresses."""

from __future__ import annotations

import pytest
from django.test import Client

from eprouvette.exchange.dispatch import planning
from eprouvette.exchange.intake.models import ReceivedMessage
from eprouvette.lab.accounts.models import User
from eprouvette.sandbox.scenario.laboratory import prepare
from support.road import receive_examples, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def biologist(client: Client) -> Client:
    client.force_login(prepare().biologist, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.mark.parametrize(
    "path", ["/", "/envois", "/messages", "/dossiers/nouveau", "/dossiers/1", "/comptes-rendus/1", "/correspondants"]
)
def test_every_page_asks_who_is_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/connexion")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(client: Client) -> None:
    prepare()
    answers = [
        client.post("/connexion", {"username": name, "password": "faux"}).content.decode()
        for name in ("aubin", "nobody")
    ]
    words = [text.partition('role="alert">')[2].partition("</div>")[0] for text in answers]
    assert words[0] == words[1] != ""


def test_a_page_carries_its_policy_and_is_not_cached(biologist: Client) -> None:
    answer = biologist.get("/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_a_missing_page_says_so_in_french(biologist: Client) -> None:
    answer = biologist.get("/dossiers/999999")
    assert answer.status_code == 404
    assert "Page introuvable" in answer.content.decode()


def test_a_released_report_is_read_byte_for_byte_and_its_page_has_no_script(biologist: Client) -> None:
    release = released()
    planning.plan(release.pk)
    for tab in ("apercu", "pdf", "donnees", "controles", "envois"):
        assert biologist.get(f"/comptes-rendus/{release.pk}/{tab}").status_code == 200
    page = biologist.get(f"/comptes-rendus/{release.pk}/page")
    assert "sandbox" in page["Content-Security-Policy"]
    assert b"<script" not in page.content
    pdf = biologist.get(f"/comptes-rendus/{release.pk}/fichiers/pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert biologist.get(f"/comptes-rendus/{release.pk}/fichiers/autre").status_code == 404


def test_a_parked_message_is_shown_then_attached(biologist: Client) -> None:
    receive_examples()
    assert "sans dossier" in biologist.get("/messages?etat=parked").content.decode()
    row = ReceivedMessage.objects.order_by("pk").first()
    assert row is not None
    assert biologist.get(f"/messages/{row.pk}").status_code == 200
    answer = biologist.post(f"/messages/{row.pk}/rattacher", {"numero": "nowhere"}, follow=True)
    assert "Aucun dossier ne porte ce numéro" in answer.content.decode()


@pytest.mark.requirement("REQ-DEF-04")
@pytest.mark.parametrize("role", ["secretary", "technician", "admin"])
def test_only_a_biologist_releases(client: Client, role: str) -> None:
    laboratory = prepare()
    user = User.objects.get(pk=laboratory.secretary.pk)
    user.role = role
    user.save()
    client.force_login(user, backend="eprouvette.lab.accounts.backend.LocalBackend")
    assert client.post("/dossiers/1/liberer").status_code == 403


@pytest.mark.parametrize("path", ["/?naissance=31/02/1960", "/?page=abc", "/?etat=faux", "/envois?etat=faux&page=-1"])
def test_odd_criteria_are_answered_with_a_page(biologist: Client, path: str) -> None:
    assert biologist.get(path).status_code in {200, 400}


def test_health_says_nothing_of_patients(client: Client) -> None:
    answer = client.get("/sante")
    assert answer.json()["status"] == "ok"
    assert set(answer.json()) == {"status", "version", "deliveries", "judge"}
