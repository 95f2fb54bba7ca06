"""The pages of the national directory: found in the copy, chosen and confirmed by a person, obsolete ones shown."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act, Role, may
from eprouvette.lab.directory import national
from eprouvette.lab.directory.models import Practitioner
from eprouvette.standards.annuaire.model import Mailbox, Page, Professional, Structure
from eprouvette.standards.annuaire.model import Role as Post
from support.lab import LEVESQUE, demo_biologist, demo_prescriber, demo_secretary, user

pytestmark = pytest.mark.django_db
NUMBER = "99000000100"
PAGE = Page(
    professionals=(
        Professional(
            "p1",
            rpps=NUMBER,
            family="D'HAUTEVILLE",
            given="Lætitia",
            civility="MME",
            title="DR",
            profession="10",
            specialties=("SM04",),
            mailboxes=(Mailbox("l@medecin.mssante.fr", "PER", dematerialised=False),),
        ),
    ),
    roles=(
        Post("r1", "1001", professional="p1", structure="s1", mailboxes=(Mailbox("l@ch.mssante.fr", "PER"),)),
        Post("r2", "1002", professional="p1", structure="s2"),
    ),
    structures=(
        Structure(
            "s1",
            idnst="1399000007",
            name="CENTRE HOSPITALIER <b>",
            city="DOLE",
            mailboxes=(Mailbox("dpi@ch.mssante.fr", "APP"),),
        ),
        Structure("s2", siret="99900000000008", name="CABINET", city="LONS-LE-SAUNIER"),
    ),
)


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def secretary() -> Client:
    demo_prescriber()
    national.store(PAGE, timezone.now())
    return signed_in(demo_secretary())


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, **fields: str) -> str:
    return client.post(f"/correspondants/annuaire/{NUMBER}", fields, follow=True).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?cherche=d'haut", True),
        ("?cherche=hauteville", False),
        (f"?cherche={NUMBER}", True),
        ("?cherche=D+HAUTEVILLE+lae&commune=lons", True),
        ("?cherche=D+HAUTEVILLE&commune=besancon", False),
        ("", False),
        ("?cherche=%3Cscript%3E", False),
        (f"?cherche={'9' * 4000}", False),
    ],
)
def test_a_search_is_by_name_number_and_town(secretary: Client, query: str, found: bool) -> None:
    shown = page(secretary, f"/correspondants/annuaire{query}")
    assert ("Dr Lætitia D&#x27;HAUTEVILLE" in shown) is found
    assert "<script>" not in shown


def test_the_sheet_ranks_the_mailboxes_for_a_structure_and_says_why(secretary: Client) -> None:
    shown = page(secretary, f"/correspondants/annuaire/{NUMBER}?structure=1399000007")
    assert 0 < shown.index('value="l@ch.mssante.fr"') < shown.index('value="l@medecin.mssante.fr"')
    assert "continuer l&#x27;envoi papier" in shown
    assert "dpi@ch.mssante.fr</span> : Boîte d&#x27;un logiciel" in shown
    assert "HOSPITALIER &lt;b&gt;" in shown
    without = page(secretary, f"/correspondants/annuaire/{NUMBER}")
    assert "préciser la structure de la demande" in without
    assert 'value="l@ch.mssante.fr"' not in without


def test_an_address_that_is_confirmed_makes_a_correspondent_and_is_signed(secretary: Client) -> None:
    shown = post(secretary, structure="1399000007", address="l@ch.mssante.fr")
    assert "Cette adresse est confirmée" in shown
    row = Practitioner.objects.get(rpps=NUMBER)
    assert (row.mss_address, row.mss_confirmed_by, row.specialty_code) == (
        "l@ch.mssante.fr",
        demo_secretary().actor,
        "G15_10/SM04",
    )
    assert demo_secretary().display_name in shown
    assert AuditLine.objects.filter(action="practitioner.address_confirmed").count() == 1


@pytest.mark.parametrize("address", ["dpi@ch.mssante.fr", "autre@ailleurs.fr", "x" * 5000])
def test_an_address_that_is_not_proposed_is_refused_and_nothing_is_written(secretary: Client, address: str) -> None:
    assert "pas de celles que l&#x27;annuaire propose" in post(secretary, structure="1399000007", address=address)
    assert not Practitioner.objects.filter(rpps=NUMBER).exists()


def test_a_correspondent_can_be_added_without_an_address(secretary: Client) -> None:
    assert "Correspondant ajouté" in post(secretary, structure="399900000000008")
    row = Practitioner.objects.get(rpps=NUMBER)
    assert (row.mss_address, row.structure_id, row.city) == ("", "399900000000008", "LONS-LE-SAUNIER")
    shown = post(secretary, structure="1399000007", address="l@medecin.mssante.fr")
    assert "Confirmer cette adresse" in shown


def test_who_is_not_in_the_copy_is_searched_for_and_cannot_be_added(secretary: Client) -> None:
    answer = secretary.get("/correspondants/annuaire/10000000099")
    assert answer["Location"] == "/correspondants/annuaire?cherche=10000000099"
    assert "Personne ne répond" in page(secretary, answer["Location"])
    assert secretary.post("/correspondants/annuaire/10000000099", {}).status_code == 404


def test_obsolete_and_unconfirmed_addresses_are_a_work_list(secretary: Client) -> None:
    row = Practitioner.objects.get(rpps=LEVESQUE.rpps)
    row.mss_address = "paul.levesque@medecin.mssante.fr"
    row.save()
    shown = page(secretary, "/correspondants?voir=a_confirmer")
    assert "1 adresse à confirmer" in shown
    assert "Donnée par son titulaire : confirmer" in shown
    secretary.post(f"/correspondants/{row.pk}/adresse", {"address": row.mss_address, "voir": "a_confirmer"})
    assert "LEVESQUE" not in page(secretary, "/correspondants?voir=a_confirmer")
    Practitioner.objects.update(mss_gone_at=timezone.now())
    shown = page(secretary, "/correspondants?voir=obsoletes")
    assert "obsolète depuis le" in shown
    refused = secretary.post(f"/correspondants/{row.pk}/adresse", {"address": row.mss_address}, follow=True)
    assert "pas de celles" in refused.content.decode()


def test_an_address_that_changed_since_the_screen_is_not_confirmed(secretary: Client) -> None:
    row = Practitioner.objects.get(rpps=LEVESQUE.rpps)
    secretary.post(f"/correspondants/{row.pk}/adresse", {"address": "une.autre@medecin.mssante.fr"})
    row.refresh_from_db()
    assert row.mss_confirmed_at is None
    assert secretary.post("/correspondants/999999/adresse", {"address": "x"}).status_code == 404


def test_a_favourite_comes_first_and_can_be_one_no_more(secretary: Client) -> None:
    post(secretary, structure="1399000007", address="l@ch.mssante.fr")
    levesque = Practitioner.objects.get(rpps=LEVESQUE.rpps)
    shown = page(secretary, "/correspondants")
    assert shown.index("HAUTEVILLE") < shown.index("LEVESQUE")
    secretary.post(f"/correspondants/{levesque.pk}/favori", {"favourite": "1"})
    shown = page(secretary, "/correspondants")
    assert shown.index("LEVESQUE") < shown.index("HAUTEVILLE")
    assert "HAUTEVILLE" not in page(secretary, "/correspondants?voir=favoris")
    secretary.post(f"/correspondants/{levesque.pk}/favori", {"favourite": "0"})
    assert "LEVESQUE" not in page(secretary, "/correspondants?voir=favoris")


def test_the_pages_open_to_those_who_may_edit_the_directory(client: Client) -> None:
    assert client.get("/correspondants/annuaire").status_code == 302
    for role in Role:
        who = demo_biologist() if role is Role.BIOLOGIST else user(f"x-{role}", role)
        expected = 200 if may(role, Act.EDIT_DIRECTORY) else 403
        assert signed_in(who).get("/correspondants/annuaire").status_code == expected
