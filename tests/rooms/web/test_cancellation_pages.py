"""Cancelling a released report from the page of its dossier: what will happen first, then a reason, then it is done."""

from __future__ import annotations

import pytest
from django.test import Client

from eprouvette.exchange.dispatch import planning
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.validation import services
from eprouvette.lab.validation.models import Release
from support.lab import demo_biologist, demo_technician, dossier_ready_to_release

pytestmark = pytest.mark.django_db
REASON = "Tube d'un autre patient."


@pytest.fixture
def dossier() -> Dossier:
    found = dossier_ready_to_release()
    release = services.release(found.pk, user=demo_biologist())
    planning.plan(release.pk)
    Delivery.objects.filter(channel="dmp").update(state="accepted")
    return found


@pytest.fixture
def biologist() -> Client:
    client = Client()
    client.force_login(demo_biologist(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_what_will_happen_before_and_changes_nothing(biologist: Client, dossier: Dossier) -> None:
    assert "Annuler ce compte rendu" in page(biologist, f"/dossiers/{dossier.pk}")
    shown = page(biologist, f"/dossiers/{dossier.pk}/annuler")
    assert "Il n'y a pas de retour." in shown
    assert "2 envois ne sont pas encore partis" in shown
    assert "Une version 2 sans résultat" in shown
    assert shown.count("CAN-1") == 1
    assert shown.count("CAN-2") == 2
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_a_biologist_cancels_and_every_page_says_so(biologist: Client, dossier: Dossier) -> None:
    answer = biologist.post(f"/dossiers/{dossier.pk}/annuler", {"reason": REASON}, follow=True)
    assert answer.status_code == 200
    assert "Ceux qui l&#x27;avaient sont avertis" in answer.content.decode()
    first, second = Release.objects.order_by("version")
    planning.plan(second.pk)
    shown = page(biologist, f"/dossiers/{dossier.pk}")
    assert "annulé" in shown
    assert "les versions précédentes ne sont plus à utiliser" in shown
    for gone in ("Corriger ce compte rendu", "Annuler ce compte rendu", "en correction", "Joindre le compte rendu"):
        assert gone not in shown
    assert "Ce compte rendu est annulé" in page(biologist, f"/comptes-rendus/{first.pk}")
    cancelled = page(biologist, f"/comptes-rendus/{second.pk}/donnees")
    assert "Ne pas utiliser la version précédente" in cancelled
    assert "Tube d&#x27;un autre patient." in cancelled
    assert "<td>annulé</td>" in cancelled
    assert "ne pas utiliser la version précédente" in page(biologist, f"/comptes-rendus/{second.pk}/page")
    assert dossier.number in page(biologist, "/?etat=cancelled")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "Tube\x01"])
def test_bad_input_is_answered_with_a_sentence_and_changes_nothing(
    biologist: Client, dossier: Dossier, reason: str
) -> None:
    answer = biologist.post(f"/dossiers/{dossier.pk}/annuler", {"reason": reason})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "demande un motif" in shown or "rien n&#x27;est parti" in shown
    assert Release.objects.count() == 1
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_a_dossier_that_never_left_or_is_cancelled_is_sent_back_with_a_sentence(
    biologist: Client, dossier: Dossier
) -> None:
    other = dossier_ready_to_release(patient=dossier.patient_id)
    for answer in (
        biologist.get(f"/dossiers/{other.pk}/annuler", follow=True),
        biologist.post(f"/dossiers/{other.pk}/annuler", {"reason": "x"}, follow=True),
    ):
        assert "rien à annuler" in answer.content.decode()
    biologist.post(f"/dossiers/{dossier.pk}/annuler", {"reason": REASON})
    again = biologist.post(f"/dossiers/{dossier.pk}/annuler", {"reason": REASON}, follow=True)
    assert "il n&#x27;a pas de suite" in again.content.decode()
    assert Release.objects.count() == 2


def test_only_a_biologist_opens_the_page_and_an_unknown_dossier_is_not_found(
    biologist: Client, dossier: Dossier
) -> None:
    client = Client()
    client.force_login(demo_technician(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    assert client.get(f"/dossiers/{dossier.pk}/annuler").status_code == 403
    assert client.post(f"/dossiers/{dossier.pk}/annuler", {"reason": REASON}).status_code == 403
    assert "Annuler ce compte rendu" not in page(client, f"/dossiers/{dossier.pk}")
    assert biologist.get("/dossiers/999999/annuler").status_code == 404
    assert biologist.post("/dossiers/999999/annuler", {"reason": REASON}).status_code == 404
    assert biologist.put(f"/dossiers/{dossier.pk}/annuler").status_code == 405


def test_a_version_that_was_corrected_says_which_one_stands(biologist: Client, dossier: Dossier) -> None:
    first = Release.objects.get()
    assert "Une version plus récente" not in page(biologist, f"/comptes-rendus/{first.pk}")
    later = Release.objects.get()
    later.pk, later.version, later.document_id = None, 2, f"{first.document_id}.2"
    later.save()
    assert "Une version plus récente remplace celle-ci" in page(biologist, f"/comptes-rendus/{first.pk}")
