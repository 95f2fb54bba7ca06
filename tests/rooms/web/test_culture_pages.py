"""Typing what a culture grew: one form, faults beside their fields, nothing typed is lost; pictures of results."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eprouvette.lab.accounts.models import User
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures
from eprouvette.lab.results.models import Isolate, IsolateTrace, Picture
from eprouvette.lab.validation import services as validation
from support.cultures import coli, grow, png, urine_dossier
from support.lab import demo_biologist, demo_secretary, demo_technician, validate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier() -> Dossier:
    return urine_dossier()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def bench(dossier: Dossier) -> Client:
    return signed_in(demo_technician())


def path(dossier: Dossier, exam: str = "ECBUC") -> str:
    return f"/dossiers/{dossier.pk}/microbiologie/{dossier.requested.get(exam__code=exam).pk}"


TYPED = {
    "act": "save",
    "organism": "e coli",
    "quantity": ">=10^5",
    "antibiogram": "ENTERO",
    "technique": "BLM",
    "mark-BLSE": "absente",
    "mic-AMP": ">16",
    "category-AMP": "R",
    "mic-CTX": "<=0,5",
    "category-CTX": "S",
    "diameter-CIP": "26",
    "antibiotic-autre-1": "Vancomycine",
    "category-autre-1": "R",
}


def test_an_isolate_is_typed_in_one_form_and_shown_on_the_dossier(bench: Client, dossier: Dossier) -> None:
    shown = bench.get(path(dossier)).content.decode()
    assert "Aucun isolat inscrit" in shown
    answer = bench.post(path(dossier), TYPED, follow=True)
    assert answer.status_code == 200
    assert "Isolat enregistré" in answer.content.decode()
    isolate = Isolate.objects.get()
    found = cultures.isolate(isolate.pk)
    assert found is not None
    assert found[1].organism == "ECOL"
    assert {(test.antibiotic, test.category, test.technique_code) for test in found[1].tests} == {
        ("AMP", "R", "BLM"),
        ("CTX", "S", "BLM"),
        ("CIP", "", "BLM"),
        ("VAN", "R", "BLM"),
    }
    page = bench.get(f"/dossiers/{dossier.pk}").content.decode()
    assert "1. Escherichia coli" in page
    assert "≤\u00a00,5" in page
    assert path(dossier) in page


def test_choosing_an_antibiogram_keeps_all_that_is_typed(bench: Client, dossier: Dossier) -> None:
    typed = TYPED | {"act": "antibiogram", "organism": "Staphylococcus aureus", "antibiogram": ""}
    page = bench.post(path(dossier), typed).content.decode()
    assert 'name="mic-FOX"' in page
    assert 'name="mic-AMP" value="&gt;16"' in page
    assert 'value="Vancomycine"' in page
    assert not Isolate.objects.exists()


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(bench: Client, dossier: Dossier) -> None:
    wrong = TYPED | {"mic-AMP": "beaucoup", "quantity": "10e5", "antibiotic-autre-1": "Nimportequoi", "comment": "<b>"}
    answer = bench.post(path(dossier), wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert not Isolate.objects.exists()
    for words in (
        "La CMI n&#x27;est pas un nombre",
        "La numération ne se lit pas",
        "Cet antibiotique n&#x27;est pas au catalogue",
        'value="beaucoup"',
        'value="10e5"',
        'value="Nimportequoi"',
        'value="&lt;=0,5"',
        'value="&lt;b&gt;"',
        "Rien n'est enregistré",
    ):
        assert words in page
    assert page.count('aria-invalid="true"') == 3


def test_a_name_that_several_bear_is_chosen_from_a_list(bench: Client, dossier: Dossier) -> None:
    page = bench.post(path(dossier), TYPED | {"organism": "proteus", "mic-AMP": "beaucoup"}).content.decode()
    assert "Plusieurs micro-organismes portent ce nom" in page
    assert "La CMI n&#x27;est pas un nombre" in page
    assert page.count('type="radio" name="organism"') == 2
    bench.post(path(dossier), TYPED | {"organism": ["proteus", "Proteus vulgaris"]})
    assert Isolate.objects.get().organism.code == "PVUL"  # type: ignore[union-attr]


def test_a_name_that_nobody_knows_is_kept_in_plain_words_only_when_asked(bench: Client, dossier: Dossier) -> None:
    page = bench.post(path(dossier), TYPED | {"organism": "Flore polymicrobienne"}).content.decode()
    assert "n&#x27;est pas au catalogue" in page
    bench.post(path(dossier), TYPED | {"organism": "Flore polymicrobienne", "plain": "1"})
    assert Isolate.objects.get().words == "Flore polymicrobienne"


def test_an_isolate_is_changed_with_what_it_held_in_the_form_then_taken_back(bench: Client, dossier: Dossier) -> None:
    isolate = grow(dossier)
    page = bench.get(f"{path(dossier)}?isolat={isolate.pk}").content.decode()
    assert 'value="&gt;=10^5"' in page
    assert 'name="mic-CTX" value="&lt;=0,5"' in page
    bench.post(f"{path(dossier)}?isolat={isolate.pk}", TYPED | {"organism": "Escherichia coli", "category-CTX": "R"})
    assert IsolateTrace.objects.count() == 2
    assert Isolate.objects.get().pk == isolate.pk
    answer = bench.post(f"/isolats/{isolate.pk}/retirer", follow=True)
    assert "Isolat retiré" in answer.content.decode()
    assert not Isolate.objects.exists()
    assert bench.post(f"/isolats/{isolate.pk}/retirer").status_code == 404


def test_a_validated_culture_is_read_only_and_what_is_typed_too_late_comes_back(
    bench: Client, dossier: Dossier
) -> None:
    grow(dossier)
    validate_all(dossier)
    page = bench.get(path(dossier)).content.decode()
    assert "ne changent plus" in page
    assert 'name="organism"' not in page
    answer = bench.post(path(dossier), TYPED)
    assert answer.status_code == 409
    assert 'value="&gt;16"' in answer.content.decode()


def test_a_biologist_corrects_the_isolates_of_a_report_that_left(dossier: Dossier) -> None:
    grow(dossier)
    validate_all(dossier)
    validation.release(dossier.pk, user=demo_biologist())
    client = signed_in(demo_biologist())
    assert "Corriger les isolats" in client.get(path(dossier)).content.decode()
    assert "demande un motif" in client.post(f"{path(dossier)}/corriger", {"reason": ""}, follow=True).content.decode()
    shown = client.post(f"{path(dossier)}/corriger", {"reason": "Relecture."}, follow=True).content.decode()
    assert "Culture rouverte" in shown
    isolate = Isolate.objects.get()
    client.post(f"{path(dossier)}?isolat={isolate.pk}", TYPED | {"organism": "Escherichia coli", "category-CTX": "R"})
    validate_all(dossier)
    page = client.get(f"/dossiers/{dossier.pk}").content.decode()
    assert "Escherichia coli, Céfotaxime, CMI : R au lieu de S." in page


def test_rights_and_unknown_addresses(dossier: Dossier) -> None:
    secretary = signed_in(demo_secretary())
    assert secretary.get(path(dossier)).status_code == 200
    assert 'name="organism"' not in secretary.get(path(dossier)).content.decode()
    assert secretary.post(path(dossier), TYPED).status_code == 403
    assert not Isolate.objects.exists()
    isolate = grow(dossier, coli())
    assert secretary.post(f"/isolats/{isolate.pk}/retirer").status_code == 403
    assert secretary.post(f"{path(dossier)}/corriger").status_code == 403
    assert secretary.post(f"/dossiers/{dossier.pk}/images").status_code == 403
    bench = signed_in(demo_technician())
    assert bench.get(path(dossier, "GLU")).status_code == 404
    assert bench.get(path(dossier).replace(f"/{dossier.pk}/", "/999999/")).status_code == 404
    assert bench.get("/images/999999").status_code == 404
    assert bench.get(f"{path(dossier)}?isolat=999999").status_code == 200


def test_a_picture_is_joined_shown_and_taken_back(bench: Client, dossier: Dossier) -> None:
    row = dossier.observations.get(exam__code="GLU")

    def join(content: bytes) -> str:
        file = SimpleUploadedFile("courbe.png", content, content_type="image/png")
        fields = {"observation": str(row.pk), "label": "Courbe", "file": file}
        return bench.post(f"/dossiers/{dossier.pk}/images", fields, follow=True).content.decode()

    assert "ne sont ni PNG" in join(b"not a picture")
    assert "Image jointe" in join(png())
    picture = Picture.objects.get()
    answer = bench.get(f"/images/{picture.pk}")
    assert (answer.content, answer["Content-Type"]) == (png(), "image/png")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert f'src="/images/{picture.pk}"' in bench.get(f"/dossiers/{dossier.pk}").content.decode()
    assert "Image retirée" in bench.post(f"/images/{picture.pk}/retirer", follow=True).content.decode()
    assert f'src="/images/{picture.pk}"' not in bench.get(f"/dossiers/{dossier.pk}").content.decode()
    other = bench.post(f"/dossiers/{dossier.pk}/images", {"observation": "999999"})
    assert other.status_code == 404
