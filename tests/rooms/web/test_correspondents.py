"""The page of the correspondents: found by name or number, the version that each is sent, chosen by a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act, Role, may
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import save_practitioner
from support.lab import ACTOR, LEVESQUE, demo_biologist, demo_prescriber, demo_secretary, user

pytestmark = pytest.mark.django_db


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def secretary() -> Client:
    demo_prescriber()
    return signed_in(demo_secretary())


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/correspondants{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def levesque() -> Practitioner:
    return Practitioner.objects.get(rpps=LEVESQUE.rpps)


def test_a_secretary_chooses_a_profile_and_it_is_in_the_journal(secretary: Client) -> None:
    assert "<option selected>2024.01</option><option>2021.01</option>" in page(secretary)
    answer = secretary.post(
        f"/correspondants/{levesque().pk}/profil", {"profile": "2021.01", "cherche": "lev", "page": "1"}, follow=True
    )
    assert answer.redirect_chain == [("/correspondants?cherche=lev&page=1", 302)]
    shown = answer.content.decode()
    assert "partent à ce correspondant en 2021.01" in shown
    assert "<option>2024.01</option><option selected>2021.01</option>" in shown
    line = AuditLine.objects.get(action="practitioner.profile")
    assert line.actor == demo_secretary().actor


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?cherche=levesq", True),
        ("?cherche=L%C3%A9v", True),
        (f"?cherche={LEVESQUE.rpps}", True),
        ("?cherche=10000000099", False),
        ("?cherche=martin", False),
        (f"?cherche={'x' * 500}", False),
        ("?cherche=%3Cscript%3E", False),
        ("?page=abc", True),
        ("?page=99", False),
    ],
)
def test_a_search_is_by_the_start_of_a_name_or_by_a_number(secretary: Client, query: str, found: bool) -> None:
    shown = page(secretary, query)
    assert ("LEVESQUE" in shown) is found
    assert "<script>" not in shown


def test_a_retired_professional_is_not_listed(secretary: Client) -> None:
    Practitioner.objects.update(active=False)
    assert "Aucun correspondant" in page(secretary)


@pytest.mark.parametrize("profile", ["", "2023.01", "x" * 1000])
def test_a_profile_that_is_none_is_refused_in_words(secretary: Client, profile: str) -> None:
    answer = secretary.post(f"/correspondants/{levesque().pk}/profil", {"profile": profile}, follow=True)
    assert "Ce profil de compte rendu n&#x27;existe pas." in answer.content.decode()
    assert levesque().report_profile == "2024.01"


def test_an_unknown_professional_is_not_found_and_a_look_changes_nothing(secretary: Client) -> None:
    assert secretary.post("/correspondants/999999/profil", {"profile": "2021.01"}).status_code == 404
    assert secretary.get(f"/correspondants/{levesque().pk}/profil").status_code == 405


def test_fifty_lines_a_page(secretary: Client) -> None:
    for rank in range(60):
        save_practitioner(replace(LEVESQUE, rpps=f"1000001{rank:04d}", family_name=f"MARTIN {rank:02d}"), actor=ACTOR)
    shown = page(secretary)
    assert shown.count('<select name="profile"') == 50
    assert "61 correspondants" in shown
    assert page(secretary, "?page=2").count('<select name="profile"') == 11


def test_the_page_opens_to_those_who_may_edit_the_directory(client: Client) -> None:
    assert client.get("/correspondants").status_code == 302
    for role in Role:
        who = demo_biologist() if role is Role.BIOLOGIST else user(f"x-{role}", role)
        assert signed_in(who).get("/correspondants").status_code == (200 if may(role, Act.EDIT_DIRECTORY) else 403)
