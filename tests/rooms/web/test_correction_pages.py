"""Correcting a released report from the page of its dossier."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from eprouvette.lab.identity import services as identity
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.validation import services
from eprouvette.lab.validation.models import Release
from support.identities import traits_of
from support.lab import demo_biologist, demo_technician, dossier_ready_to_release, validate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier() -> Dossier:
    found = dossier_ready_to_release()
    services.release(found.pk, user=demo_biologist())
    return found


@pytest.fixture
def biologist() -> Client:
    client = Client()
    client.force_login(demo_biologist(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


def page(client: Client, dossier: Dossier) -> str:
    return client.get(f"/dossiers/{dossier.pk}").content.decode()


def correct(client: Client, dossier: Dossier, **fields: str) -> str:
    answer = client.post(f"/dossiers/{dossier.pk}/corriger", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_biologist_corrects_sees_the_difference_and_releases_version_two(biologist: Client, dossier: Dossier) -> None:
    assert "Corriger ce compte rendu" in page(biologist, dossier)
    shown = correct(biologist, dossier, exam="GLU", value="1.10", reason="Erreur de saisie.")
    assert "Correction enregistrée" in shown
    assert "en correction" in shown
    validate_all(dossier)
    shown = page(biologist, dossier)
    assert "version 2" in shown
    assert "Glucose : 1,10 g/L au lieu de 1,32 g/L." in shown
    answer = biologist.post(f"/dossiers/{dossier.pk}/liberer", follow=True)
    assert "version 2" in answer.content.decode()
    assert Release.objects.filter(dossier=dossier).count() == 2


def test_a_correction_that_changes_nothing_can_be_closed(biologist: Client, dossier: Dossier) -> None:
    shown = correct(biologist, dossier, reason="Identité à vérifier.")
    assert "Rien n&#x27;a changé depuis la version 1." in shown
    answer = biologist.post(f"/dossiers/{dossier.pk}/correction/clore", follow=True)
    assert "la version libérée reste valable" in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "demande un motif"),
        ({"reason": "x", "exam": "GLU", "value": "beaucoup"}, "Glucose"),
        ({"reason": "x", "exam": "NOPE", "value": "1"}, "NOPE"),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_changes_nothing(
    biologist: Client, dossier: Dossier, fields: dict[str, str], words: str
) -> None:
    assert words in correct(biologist, dossier, **fields)
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_a_technician_may_not_correct(dossier: Dossier) -> None:
    client = Client()
    client.force_login(demo_technician(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    assert "Corriger ce compte rendu" not in page(client, dossier)
    for address in ("corriger", "correction/clore"):
        assert client.post(f"/dossiers/{dossier.pk}/{address}", {"reason": "x"}).status_code == 403


def test_an_unknown_dossier_is_not_found(biologist: Client) -> None:
    demo_biologist()
    for address in ("corriger", "correction/clore"):
        assert biologist.post(f"/dossiers/999999/{address}", {"reason": "x"}).status_code == 404


@pytest.mark.requirement("REQ-INS-26")
def test_the_page_proposes_a_new_version_when_a_trait_of_the_patient_changed(
    biologist: Client, dossier: Dossier
) -> None:
    assert "Identité changée" not in page(biologist, dossier)
    patient = dossier.patient
    identity.downgrade(patient.pk, actor="user:test")
    patient.refresh_from_db()
    identity.edit_traits(patient.pk, replace(traits_of(patient), birth_family_name="PAT-QUATRE"), actor="user:test")
    assert "Identité changée depuis la libération." in page(biologist, dossier)
