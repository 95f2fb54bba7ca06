"""Amending the request from the page of its dossier: bad input typed by hand gives a sentence, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import NewPractitioner, save_practitioner
from eprouvette.lab.orders.models import Dossier, Sample, ScreeningContext
from eprouvette.lab.validation import services
from support.lab import (
    ACTOR,
    demo_biologist,
    demo_secretary,
    demo_technician,
    dossier_ready_to_release,
    open_dossier,
    user,
)

pytestmark = pytest.mark.django_db
MOMENT = "%Y-%m-%dT%H:%M"


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def secretary() -> Client:
    return signed_in(demo_secretary())


@pytest.fixture
def dossier() -> Dossier:
    return open_dossier("HPV")


def nurse(rpps: str, given_name: str) -> Practitioner:
    new = NewPractitioner(
        rpps=rpps, family_name="CHEVRIER", given_name=given_name, civility="M", specialty_code="G15_60"
    )
    return save_practitioner(new, actor=ACTOR)


def sample_of(dossier: Dossier) -> Sample:
    return dossier.samples.get()


def sample_fields(sample: Sample, **changes: str) -> dict[str, str]:
    """The form of a sample as the page gives it, with what is typed in it."""
    fields = {
        "collected_at": timezone.localtime(sample.collected_at).strftime(MOMENT),
        "received_at": timezone.localtime(sample.received_at).strftime(MOMENT) if sample.received_at else "",
        "site_code": sample.site_code,
        "sampler_id": sample.sampler.rpps if sample.sampler else "",
        "subject": sample.subject,
        "subject_code": sample.subject_code,
        "subject_place": sample.subject_place,
    }
    return {f"t{sample.pk}-{name}": value for name, value in (fields | changes).items()}


def post_sample(client: Client, dossier: Dossier, **changes: str) -> tuple[int, str]:
    sample = sample_of(dossier)
    address = f"/dossiers/{dossier.pk}/prelevements/{sample.pk}"
    answer = client.post(address, sample_fields(sample, **changes), follow=True)
    return answer.status_code, answer.content.decode()


def screening_fields(*shots: dict[str, str], context: str = "MED-1210", sought: str = "B97.7") -> dict[str, str]:
    rows = [*shots, *[{} for _ in range(2 - len(shots))]]
    fields = {
        "context_code": context,
        "sought_code": sought,
        "vaccins-TOTAL_FORMS": str(len(rows)),
        "vaccins-INITIAL_FORMS": "0",
    }
    for rank, shot in enumerate(rows):
        whole = {"vaccine_code": "", "given": "oui", "given_on": "", "dose": ""} | shot
        fields |= {f"vaccins-{rank}-{name}": value for name, value in whole.items()}
    return fields


def post_screening(client: Client, dossier: Dossier, fields: dict[str, str]) -> tuple[int, str]:
    answer = client.post(f"/dossiers/{dossier.pk}/depistage", fields, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_secretary_says_where_and_by_whom_a_sample_was_taken(secretary: Client, dossier: Dossier) -> None:
    status, page = post_sample(
        secretary, dossier, site_code="36973007", subject="Eau du réseau", subject_place="Chambre 12"
    )
    assert status == 200
    assert "mis à jour" in page
    assert "endocol utérin" in page
    assert "Eau du réseau, Chambre 12" in page
    sample = sample_of(dossier)
    assert (sample.site_label, sample.subject, sample.subject_place) == (
        "endocol utérin",
        "Eau du réseau",
        "Chambre 12",
    )


@pytest.mark.parametrize("typed", ["chevrier", "10000000049"])
def test_the_sampler_is_found_by_name_or_number_and_stays_when_the_form_is_sent_again(
    secretary: Client, dossier: Dossier, typed: str
) -> None:
    who = nurse("10000000049", "Hervé")
    assert "M. Hervé CHEVRIER" in post_sample(secretary, dossier, sampler_id=typed)[1]
    assert sample_of(dossier).sampler == who
    # One who left the directory since is kept where he is named.
    who.active = False
    who.save()
    assert post_sample(secretary, dossier, site_code="36973007")[0] == 200
    assert sample_of(dossier).sampler == who
    post_sample(secretary, dossier, sampler_id="")
    assert sample_of(dossier).sampler is None


def test_a_time_left_as_it_was_keeps_its_seconds(secretary: Client, dossier: Dossier) -> None:
    sample = sample_of(dossier)
    precise = sample.collected_at.replace(second=37)
    Sample.objects.filter(pk=sample.pk).update(collected_at=precise)
    post_sample(secretary, dossier, site_code="36973007")
    assert sample_of(dossier).collected_at == precise


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"collected_at": ""}, "obligatoire"),
        ({"collected_at": "hier soir"}, "Saisissez une date et une heure valides"),
        ({"collected_at": "2026-02-30T10:00"}, "Saisissez une date et une heure valides"),
        ({"collected_at": "2999-01-01T10:00"}, "cette date est dans le futur"),
        ({"received_at": "2001-01-01T10:00"}, "la réception précède le prélèvement"),
        ({"site_code": "ABSENT"}, "ABSENT"),
        ({"sampler_id": "99999999999"}, "personne de ce nom ou de ce numéro"),
        ({"sampler_id": "INCONNU"}, "personne de ce nom ou de ce numéro"),
        ({"sampler_id": "--"}, "personne de ce nom ou de ce numéro"),
        ({"sampler_id": "CHEVRIER"}, "plusieurs professionnels"),
        ({"subject": "x" * 121}, "120 caractères au plus"),
        ({"subject": "a\x0bb"}, "un caractère ne s&#x27;imprime pas"),
        ({"subject_code": "11713005"}, "ce n&#x27;est pas un code SNOMED CT"),
        ({"subject": "", "subject_place": "Forêt"}, "dire ce qui a été prélevé"),
    ],
)
def test_a_wrong_field_gives_a_sentence_and_loses_nothing(
    secretary: Client, dossier: Dossier, changes: dict[str, str], sentence: str
) -> None:
    nurse("10000000049", "Hervé"), nurse("10000000056", "Anne")
    typed = {"subject": "Tique", "subject_place": "Forêt de Chaux"} | changes
    before = sample_of(dossier)
    status, page = post_sample(secretary, dossier, **typed)
    assert status == 400
    assert sentence in page
    assert typed["subject_place"] in page
    after = sample_of(dossier)
    assert (after.subject, after.collected_at, after.site_code) == ("", before.collected_at, "")


def test_the_context_of_a_screening_is_kept_with_its_vaccinations(secretary: Client, dossier: Dossier) -> None:
    assert "contexte non renseigné" in secretary.get(f"/dossiers/{dossier.pk}").content.decode()
    shots = (
        {"vaccine_code": "J07BM03", "given_on": "04/05/2012", "dose": "2"},
        {"vaccine_code": "J07BM01", "given": "non"},
    )
    status, page = post_screening(secretary, dossier, screening_fields(*shots))
    assert status == 200
    assert "Contexte du dépistage enregistré" in page
    assert "faite le 04/05/2012, dose 2" in page
    row = ScreeningContext.objects.get(dossier=dossier)
    assert [(one.vaccine_code, one.given, one.given_on) for one in row.vaccinations.all()] == [
        ("J07BM03", True, date(2012, 5, 4)),
        ("J07BM01", False, None),
    ]
    # The form gives back what is held: sending it again as it is changes nothing.
    assert 'value="04/05/2012"' in page
    answer = secretary.post(f"/dossiers/{dossier.pk}/depistage/retirer", follow=True)
    assert "Contexte du dépistage retiré" in answer.content.decode()
    assert not ScreeningContext.objects.exists()


TOMORROW = (timezone.localdate() + timedelta(days=1)).strftime("%d/%m/%Y")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (screening_fields(context=""), "obligatoire"),
        (screening_fields(context="B97.7"), "B97.7"),
        (screening_fields(sought="Z99"), "Z99"),
        (screening_fields({"dose": "2"}), "Choisir le vaccin, ou vider la ligne."),
        (screening_fields({"vaccine_code": "J07BX", "dose": "2"}), "J07BX"),
        (screening_fields({"vaccine_code": "J07BM", "given_on": "en 2012", "dose": "2"}), "JJ/MM/AAAA."),
        (screening_fields({"vaccine_code": "J07BM", "given_on": TOMORROW, "dose": "2"}), "dans le futur"),
        (screening_fields({"vaccine_code": "J07BM", "given_on": "01/01/1950", "dose": "2"}), "précède la naissance"),
        (screening_fields({}, {"vaccine_code": "J07BM", "given": "non", "dose": "2"}), "ni date ni dose"),
        (screening_fields({"vaccine_code": "J07BM", "given": "peut-être", "dose": "2"}), "peut-être"),
        (screening_fields({"vaccine_code": "J07BM", "dose": "2" * 41}), "40 caractères au plus"),
        ({"context_code": "MED-1210", "sought_code": "B97.7"}, "ManagementForm"),
        (screening_fields(*[{"vaccine_code": "J07BM", "dose": "2"}] * 11), "au plus 10"),
    ],
)
def test_a_wrong_screening_gives_a_sentence_and_keeps_nothing(
    secretary: Client, dossier: Dossier, fields: dict[str, str], sentence: str
) -> None:
    status, page = post_screening(secretary, dossier, fields)
    assert status == 400
    assert sentence in page
    assert not ScreeningContext.objects.exists()
    for name, value in fields.items():
        if name.endswith("-dose") and value:
            assert f'value="{value}"' in page


def test_a_dossier_without_an_exam_of_the_screening_shows_no_form(secretary: Client) -> None:
    dossier = open_dossier("GLU")
    assert "Dépistage organisé" not in secretary.get(f"/dossiers/{dossier.pk}").content.decode()
    status, page = post_screening(secretary, dossier, screening_fields())
    assert status == 400
    assert "Dépistage organisé" in page
    assert "aucun examen de ce dossier" in page


def test_a_biologist_restricts_a_report_and_everybody_sees_it(dossier: Dossier) -> None:
    biologist = signed_in(demo_biologist())
    answer = biologist.post(f"/dossiers/{dossier.pk}/confidentialite", {"level": "R"}, follow=True)
    page = answer.content.decode()
    assert "Confidentialité enregistrée" in page
    assert "confidentialité restreinte" in page
    assert "confidentialité restreinte" in signed_in(demo_technician()).get(f"/dossiers/{dossier.pk}").content.decode()
    wrong = biologist.post(f"/dossiers/{dossier.pk}/confidentialite", {"level": "?"}, follow=True)
    assert "choisir dans la liste" in wrong.content.decode()


def test_a_technician_has_no_form_of_confidentiality(dossier: Dossier) -> None:
    technician = signed_in(demo_technician())
    assert "confidentiality-level" not in technician.get(f"/dossiers/{dossier.pk}").content.decode()
    assert technician.post(f"/dossiers/{dossier.pk}/confidentialite", {"level": "R"}).status_code == 403


def test_a_released_dossier_shows_its_samples_and_no_form(secretary: Client) -> None:
    dossier = dossier_ready_to_release()
    sample = dossier.samples.all()[0]
    services.release(dossier.pk, user=demo_biologist())
    page = secretary.get(f"/dossiers/{dossier.pk}").content.decode()
    assert sample.number in page
    assert "Modifier" not in page
    answer = secretary.post(
        f"/dossiers/{dossier.pk}/prelevements/{sample.pk}", sample_fields(sample, subject="Tique"), follow=True
    )
    assert "déjà libéré" in answer.content.decode()


def test_pages_of_nothing_are_not_found_and_strangers_are_kept_out(secretary: Client, dossier: Dossier) -> None:
    sample = sample_of(dossier)
    other = open_dossier("GLU", patient=dossier.patient_id)
    assert secretary.post(f"/dossiers/{other.pk}/prelevements/{sample.pk}", {}).status_code == 404
    for address in ("depistage", "depistage/retirer", "confidentialite", f"prelevements/{sample.pk}"):
        assert secretary.post(f"/dossiers/999999/{address}", {}).status_code == 404
        assert secretary.get(f"/dossiers/{dossier.pk}/{address}").status_code == 405
        assert signed_in(user("racine", Role.ADMIN)).post(f"/dossiers/{dossier.pk}/{address}", {}).status_code == 403
