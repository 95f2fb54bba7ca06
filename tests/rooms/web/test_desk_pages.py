"""The identity desk in its pages: search, open, ask INSi, qualify, merge, lists; nobody is named in an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import LazySettings as Settings
from django.test import Client

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.exchange.identities.confirming import promise
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role
from eprouvette.lab.identity import cog
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.watches import Kind, open_watches, raise_watch
from eprouvette.sandbox.population.cards import card, insert
from eprouvette.standards.report import ins_text
from support.identities import ins_number, person, qualified
from support.insi import PEOPLE, SimulatedInsi, file_of, forget_clients, held, simulated_insi, someone, use_it
from support.lab import (
    ACTOR,
    demo_biologist,
    demo_secretary,
    demo_site,
    demo_technician,
    dossier_ready_to_release,
    user,
)

pytestmark = pytest.mark.django_db
ZOE = {"birth_family_name": "ADRUN", "birth_given_names": "ZOE", "sex": "F", "birth_date": "31/12/1975"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedInsi]:
    with simulated_insi(tmp_path_factory.mktemp("insi")) as running:
        yield running


@pytest.fixture
def insi(service: SimulatedInsi, settings: Settings, db: None) -> Iterator[SimulatedInsi]:
    use_it(service, settings)
    demo_site()
    yield service
    forget_clients()


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def desk() -> Client:
    return signed_in(demo_secretary())


def post(client: Client, path: str, status: int = 200, /, **fields: str) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == status
    for address, _ in answer.redirect_chain:
        assert "?" not in unquote(address)
    return answer.content.decode()


@pytest.mark.requirement("REQ-INS-17")
def test_a_search_marks_what_matched_and_names_nobody_in_the_journal(desk: Client) -> None:
    person()
    shown = post(desk, "/accueil", nom="pat tr", naissance="28/03/1979")
    assert "<mark>PAT-TR</mark>OIS" in shown
    line = AuditLine.objects.get(action="patient.searched")
    assert line.details == {"found": 1}
    assert "PAT" not in str(line.target)


def test_a_search_too_wide_says_what_to_give(desk: Client) -> None:
    assert "deux lettres du nom" in post(desk, "/accueil", 400, nom="P")


def test_nobody_found_fills_the_form_that_opens_a_file(desk: Client) -> None:
    shown = post(desk, "/accueil", nom="ADRUN", prenom="ZOE", naissance="31/12/1975")
    assert "Aucun patient ne répond" in shown
    assert 'value="31/12/1975"' in shown
    assert 'name="used_family_name"' in shown
    assert shown.count('value="ADRUN"') == 2


@pytest.mark.requirement("REQ-INS-06")
def test_a_file_is_opened_with_four_fields_and_a_probable_duplicate_is_shown_first(desk: Client) -> None:
    assert "identité provisoire" in " ".join(post(desk, "/accueil/nouveau", **ZOE).split())
    again = post(desk, "/accueil/nouveau", 409, **(ZOE | {"birth_given_names": "ZOÉ"}))
    assert "nom identique" in again
    assert Patient.objects.count() == 1
    post(desk, "/accueil/nouveau", confirmed="1", **ZOE)
    assert Patient.objects.count() == 2


def test_bad_input_is_answered_under_its_field(desk: Client) -> None:
    shown = post(desk, "/accueil/nouveau", 400, **(ZOE | {"birth_date": "31/02/1975", "birth_family_name": "A1"}))
    assert "Cette date n&#x27;existe pas" in shown
    assert "lettres" in post(desk, "/accueil/nouveau", 400, **(ZOE | {"birth_family_name": "A1"}))


@pytest.mark.parametrize("date", ["", "31", "31/12/1975", "n'importe"])
def test_near_files_are_proposed_while_typing_whatever_is_typed(desk: Client, date: str) -> None:
    file_of(someone("found"))
    shown = post(desk, "/accueil/proches", **(ZOE | {"birth_date": date}))
    assert ("doublon probable" in shown) is (date == "31/12/1975")


def test_a_newcomer_is_retrieved_accepted_and_qualified_in_two_clicks(desk: Client, insi: SimulatedInsi) -> None:
    post(desk, "/accueil/nouveau", **ZOE)
    patient = Patient.objects.get()
    shown = post(desk, f"/patients/{patient.pk}/insi")
    assert "Comparaison avec INSi" in shown
    assert "/reprendre" in shown
    assert "31/12/1975" in shown
    assert "féminin" in shown
    question = patient.retrievals.get()
    shown = post(desk, f"/patients/{patient.pk}/insi/{question.pk}/reprendre")
    assert "identité récupérée" in " ".join(shown.split())
    assert "checked" not in shown
    shown = post(desk, f"/patients/{patient.pk}/document", document_type="passeport")
    assert "l&#x27;identité est qualifiée" in shown
    assert "275126322000146" in shown


def test_every_page_follows_the_identity_at_once_with_the_name_of_the_place(desk: Client, insi: SimulatedInsi) -> None:
    cog.load_shipped(actor=ACTOR)
    dossier = dossier_ready_to_release()
    one = someone("changed sex")
    Patient.objects.filter(pk=dossier.patient_id).update(
        status="provisoire",
        ins_value="",
        ins_oid="",
        birth_family_name=one.family,
        birth_given_names=one.given[0],
        first_given_name=one.given[0],
        sex=one.sex,
        birth_date=one.birth_date.replace("-", ""),
        birth_place_cog="",
        birth_place_name="",
    )
    post(desk, f"/patients/{dossier.patient_id}/insi")
    question = dossier.patient.retrievals.get()
    post(desk, f"/patients/{dossier.patient_id}/insi/{question.pk}/reprendre")
    shown = desk.get(f"/dossiers/{dossier.pk}").content.decode()
    assert "PIERRE-ALAIN MURIEL FLORIANT" in shown
    dossier.patient.refresh_from_db()
    assert dossier.patient.birth_place_name


@pytest.mark.requirement("REQ-INS-11")
@pytest.mark.requirement("REQ-INS-12")
def test_a_difference_is_marked_and_cannot_be_accepted(desk: Client, insi: SimulatedInsi) -> None:
    patient = file_of(someone("found"), birth_family_name="ADRUM")
    shown = post(
        desk, f"/patients/{patient.pk}/insi", birth_name="ADRUN", given_names="ZOE", sex="F", birth_date="1975-12-31"
    )
    assert "<mark>ADRUM</mark>" in shown
    assert "rien ne peut être repris" in shown
    assert "/reprendre" not in shown
    question = patient.retrievals.get()
    assert "les deux noms diffèrent" in post(desk, f"/patients/{patient.pk}/insi/{question.pk}/reprendre")
    patient.refresh_from_db()
    assert patient.status == "provisoire"


@pytest.mark.parametrize(("mode", "words"), [("closed", "INSi est fermé"), ("cut", "rompue")])
def test_no_answer_says_what_to_do_and_offers_to_try_again(
    desk: Client, insi: SimulatedInsi, mode: str, words: str
) -> None:
    patient = file_of(someone("found"))
    insi.calls.misbehave(mode, 1)
    shown = post(desk, f"/patients/{patient.pk}/insi")
    assert words in shown
    assert "Essayer : Premier prénom" in shown


def test_an_ins_that_another_file_bears_leads_to_both_files(desk: Client, insi: SimulatedInsi) -> None:
    one = someone("found")
    first = held(one)
    second = file_of(one)
    post(desk, f"/patients/{second.pk}/insi")
    shown = post(desk, f"/patients/{second.pk}/insi/{second.retrievals.get().pk}/reprendre")
    assert "DEUX DOSSIERS PATIENTS" in shown
    assert first.ipp in shown


@pytest.mark.requirement("REQ-INS-20")
def test_a_scanned_datamatrix_opens_the_patient_or_the_form_from_any_page(desk: Client) -> None:
    said = ins_text.InsText(
        Ins("279035121518989", oids.INS_NIR_TEST), "DOMINIQUE MARIE-LOUISE", "PAT-TROIS", "F", "19790328", "51215"
    )
    text = ins_text.write(said)
    for path, field in (("/aller", "numero"), ("/accueil/datamatrix", "datamatrix")):
        shown = post(desk, path, **{field: text})
        assert "Aucun dossier ne porte cette INS" in shown
        assert 'value="28/03/1979"' in shown
    patient = qualified()
    assert patient.ipp in post(desk, "/aller", numero=text)
    assert "DataMatrix" in post(desk, "/aller", numero=text[:40])
    assert "Aucun dossier ni tube" in post(desk, "/aller", numero="IS")


def test_a_card_of_a_household_lets_choose_who_is_here(desk: Client, settings: Settings, tmp_path: Path) -> None:
    assert "Aucun lecteur" in post(desk, "/accueil/carte-vitale")
    settings.EPROUVETTE_VITALE_READER = str(tmp_path / "card.json")
    assert "Insérer la carte" in post(desk, "/accueil/carte-vitale")
    child = someone("child")
    insert(tmp_path / "card.json", card(child, PEOPLE))
    patient = file_of(child)
    shown = post(desk, "/accueil/carte-vitale")
    assert patient.ipp in shown
    assert "Personnes de la carte Vitale" in shown
    assert "les compléter" in post(desk, "/accueil/carte-vitale", beneficiaire="0")


def test_a_card_of_one_person_opens_the_file(
    desk: Client, insi: SimulatedInsi, settings: Settings, tmp_path: Path
) -> None:
    settings.EPROUVETTE_VITALE_READER = str(tmp_path / "card.json")
    one = someone("found")
    insert(tmp_path / "card.json", card(one, PEOPLE))
    patient = file_of(one)
    assert f"Patient {patient.ipp}" in post(desk, "/accueil/carte-vitale")
    assert "Comparaison avec INSi" in post(desk, f"/patients/{patient.pk}/insi/carte")


@pytest.mark.requirement("REQ-INS-22")
def test_two_files_are_merged_on_a_page_that_says_so_and_parted_again(desk: Client) -> None:
    dossier = dossier_ready_to_release()
    lost, keep = dossier.patient, person(birth_family_name="PAT-TROI")
    shown = post(desk, f"/patients/{keep.pk}/fusion", ipp=lost.ipp)
    assert "DEUX DOSSIERS PATIENTS" in shown
    assert "<mark>PAT-TROI</mark>" in shown
    shown = post(desk, f"/patients/{keep.pk}/fusion/{lost.pk}")
    assert dossier.number in shown
    followed = desk.get(f"/patients/{lost.pk}", follow=True).content.decode()
    assert keep.ipp in followed
    assert "voici le dossier patient conservé" in followed
    shown = post(desk, f"/patients/{lost.pk}/separer")
    assert "Fusion défaite" in shown
    dossier.refresh_from_db()
    assert dossier.patient_id == lost.pk
    assert "Aucun dossier patient" in post(desk, f"/patients/{keep.pk}/fusion", ipp="IPP-999999")


@pytest.mark.requirement("REQ-INS-08")
def test_a_doubt_takes_the_ins_away_and_is_on_every_page_and_in_its_list(desk: Client) -> None:
    patient = qualified()
    assert "! douteuse" in post(desk, f"/patients/{patient.pk}/attribut", attribut="douteuse", pose="1")
    shown = desk.get(f"/patients/{patient.pk}").content.decode()
    assert "lever le doute" in shown
    assert "Interroger INSi</" not in shown
    assert patient.ipp in desk.get("/identites?liste=douteuses").content.decode()
    assert "à la fois" in post(desk, f"/patients/{patient.pk}/attribut", attribut="fictive", pose="1")
    assert "n&#x27;existe pas" in post(desk, f"/patients/{patient.pk}/attribut", attribut="parfaite", pose="1")
    post(desk, f"/patients/{patient.pk}/attribut", attribut="douteuse", pose="0")
    assert patient.ipp in desk.get("/identites").content.decode()


@pytest.mark.requirement("REQ-INS-15")
def test_no_document_is_chosen_in_advance_and_none_is_refused(desk: Client) -> None:
    patient = person()
    shown = desk.get(f"/patients/{patient.pk}").content.decode()
    assert "checked" not in shown
    assert "haut niveau de confiance" in post(desk, f"/patients/{patient.pk}/document")


def test_strict_traits_of_insi_are_corrected_only_once_downgraded(desk: Client) -> None:
    patient = qualified()
    fields = {
        "birth_family_name": "PAT-QUATRE",
        "birth_given_names": "DOMINIQUE",
        "sex": "F",
        "birth_date": "28/03/1979",
    }
    assert "la déclasser d&#x27;abord" in post(desk, f"/patients/{patient.pk}/traits", 400, **fields)
    post(desk, f"/patients/{patient.pk}/declasser")
    assert "PAT-QUATRE" in post(desk, f"/patients/{patient.pk}/traits", **fields)


@pytest.mark.requirement("REQ-INS-02")
def test_the_verification_is_started_from_the_lists_and_shows_its_progress(desk: Client, insi: SimulatedInsi) -> None:
    assert "Aucune identité n&#x27;est à vérifier" in post(desk, "/identites/verification")
    held(someone("ordinary"))
    shown = post(desk, "/identites/verification")
    assert "<progress" in shown
    assert "0/1" in shown


def test_a_dossier_is_opened_from_the_patient(desk: Client) -> None:
    dossier = dossier_ready_to_release()
    prescriber = str(dossier.prescriber_id)
    path = f"/patients/{dossier.patient_id}/dossier"
    assert "birth_family_name" not in desk.get(path).content.decode()
    assert "au moins un bilan" in post(desk, path, 400, prescriber=prescriber)
    shown = post(
        desk,
        path,
        prescriber=prescriber,
        encounter_type="AMB",
        sampled_at="2026-11-23T08:00",
        received_at="2026-11-23T09:00",
        panels="NFS",
    )
    assert "créé" in shown
    assert dossier.patient.dossiers.count() == 2


@pytest.mark.requirement("REQ-INS-24")
def test_under_a_master_of_identities_the_desk_opens_and_neither_asks_nor_merges(
    desk: Client, settings: Settings
) -> None:
    settings.EPROUVETTE_IDENTITY_MASTER = True
    first, second = person(), person(birth_family_name="AUTRE")
    shown = desk.get(f"/patients/{first.pk}").content.decode()
    assert "référentiel d&#x27;identités" in shown
    assert "Interroger INSi" not in shown
    assert "Fusionner ici" not in shown
    assert "référentiel d&#x27;identités" in post(desk, f"/patients/{first.pk}/insi")
    assert "référentiel d&#x27;identités" in post(desk, f"/patients/{first.pk}/fusion/{second.pk}")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accueil", {"nom": "PAT"}),
        ("/patients/{id}/insi", {}),
        ("/patients/{id}/fusion/{id}", {}),
        ("/accueil/nouveau", ZOE),
    ],
)
def test_who_runs_the_machine_sees_no_identity(path: str, fields: dict[str, str]) -> None:
    admin = signed_in(user("racine", Role.ADMIN))
    patient = person()
    assert admin.post(path.format(id=patient.pk), fields).status_code == 403
    assert "Accueil" not in admin.get("/envois").content.decode()


def test_a_technician_may_not_merge_and_a_biologist_may() -> None:
    first, second = person(), person(birth_family_name="AUTRE")
    path = f"/patients/{first.pk}/fusion/{second.pk}"
    assert signed_in(demo_technician()).get(path).status_code == 403
    assert signed_in(demo_biologist()).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/patients/999999", "/patients/999999/insi/1", "/patients/999999/traits"])
def test_an_unknown_patient_is_not_found(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_names_typed_with_markup_are_shown_as_typed(desk: Client) -> None:
    shown = post(desk, "/accueil", nom="<b>AL", naissance="01/01/1980")
    assert "&lt;b&gt;AL" in shown
    assert "<b>AL" not in shown


def test_a_whole_page_of_people_is_listed(desk: Client) -> None:
    for rank in range(53):
        person(birth_family_name=f"PAT {'A' * (rank + 1)}")
    assert desk.get("/identites").content.decode().count("data-row") == 50
    assert desk.get("/identites?page=2").content.decode().count("data-row") == 3


def test_what_a_received_message_left_to_decide_is_listed_until_somebody_looked(desk: Client) -> None:
    patient = person()
    raise_watch(patient.pk, Kind.DIFFERENCE, "Le nom reçu n'est pas celui du dossier.", source="MAITRE/CH")
    assert patient.ipp in desk.get("/identites?liste=recues").content.decode()
    shown = desk.get(f"/patients/{patient.pk}").content.decode()
    assert "traits ou INS différents" in shown
    watch = open_watches(patient.pk)[0]
    assert "examiné" in post(desk, f"/patients/{patient.pk}/recues/{watch.id}")
    assert "déjà close" in post(desk, f"/patients/{patient.pk}/recues/{watch.id}")
    assert patient.ipp not in desk.get("/identites?liste=recues").content.decode()


def test_the_top_bar_counts_the_patients_that_wait_for_a_person_and_not_what_a_job_still_asks(desk: Client) -> None:
    waiting, first, second = person(), person(birth_family_name="AUTRE"), person(birth_family_name="TIERCE")
    Patient.objects.filter(pk=waiting.pk).update(status="validee")
    assert promise(waiting.pk, ins_number(1), source="CHU-X")
    assert "à examiner</a>" not in desk.get("/").content.decode()
    for patient, kind in ((first, Kind.DIFFERENCE), (first, Kind.DEATH), (second, Kind.INSI)):
        raise_watch(patient.pk, kind, "À examiner.", source="CHU-X")
    shown = desk.get("/").content.decode()
    assert '<a href="/identites?liste=recues" class="mark attention">2 identités à examiner</a>' in shown
    machine = signed_in(user("racine", Role.ADMIN)).get("/envois").content.decode()
    assert "à examiner</a>" not in machine
