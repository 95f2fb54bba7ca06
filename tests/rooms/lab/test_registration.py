"""Registering: patient and dossier by one service, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from eprouvette.core import oids
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.catalogue.models import Exam, Panel
from eprouvette.lab.catalogue.queries import by_code, exams
from eprouvette.lab.catalogue.services import load_catalogue
from eprouvette.lab.directory import queries as directory
from eprouvette.lab.directory.errors import InvalidPractitionerError
from eprouvette.lab.directory.services import save_practitioner
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity import services as identity_services
from eprouvette.lab.identity.errors import (
    EvidenceMissingError,
    InvalidInsError,
    InvalidTraitsError,
    KnownInsError,
    StatusChangeError,
    UnknownPatientError,
)
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.traits import InsEntry
from eprouvette.lab.orders import queries
from eprouvette.lab.orders.errors import AmbiguousDossierError, InvalidDossierError, UnknownDossierError
from eprouvette.lab.orders.forms import NewPatient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.services import register
from support.lab import (
    ACTOR,
    DOMINIQUE,
    DOMINIQUE_INS,
    LEVESQUE,
    PROVISOIRE,
    demo_biologist,
    demo_catalogue,
    demo_secretary,
    new_dossier,
    open_dossier,
    qualified_patient,
)

pytestmark = pytest.mark.django_db


def test_patient_and_dossier_are_made_together_and_the_journal_knows_who() -> None:
    demo_catalogue()
    secretary = demo_secretary()
    dossier = register(qualified_patient(), new_dossier("GLU", panels=("NFS",)), actor=secretary)
    assert dossier.state == "registered"
    assert dossier.requested.count() == 16
    assert list(dossier.samples.values_list("type_code", "number")) == [
        ("PLAS", f"{dossier.number}-01"),
        ("BLD", f"{dossier.number}-02"),
    ]
    line = AuditLine.objects.get(action="dossier.registered")
    assert line.actor == secretary.actor


def test_an_exam_asked_for_alone_and_through_a_panel_is_there_once() -> None:
    dossier = open_dossier("K", panels=("IONO",))
    assert dossier.requested.filter(exam__code="K").count() == 1
    assert dossier.requested.get(exam__code="K").panel == Panel.objects.get(code="IONO")


def test_numbers_of_a_day_follow_one_another() -> None:
    first, second = open_dossier("GLU"), open_dossier("GLU", patient=NewPatient(PROVISOIRE))
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1
    assert first.order_number == first.number


def test_a_tube_labelled_elsewhere_keeps_its_number() -> None:
    demo_catalogue()
    new = replace(new_dossier("GLU", "K"), sample_numbers={"PLAS": "T-1"})
    dossier = register(NewPatient(PROVISOIRE), new, actor=ACTOR)
    assert dossier.samples.get(type_code="PLAS").number == "T-1"
    with pytest.raises(InvalidDossierError) as refused:
        register(dossier.patient.pk, new, actor=ACTOR)
    assert "sample_numbers" in refused.value.problems


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exam_codes": ()}, "exam_codes"),
        ({"exam_codes": ("ABSENT",)}, "exam_codes"),
        ({"panel_codes": ("ABSENT",)}, "panel_codes"),
        ({"prescriber_id": 999_999}, "prescriber_id"),
        ({"copy_ids": (999_999,)}, "copy_ids"),
        ({"site_id": 999_999}, "site_id"),
        ({"encounter_type": "ZZZ"}, "encounter_type"),
        ({"sampled_at": datetime(2126, 1, 1, tzinfo=UTC)}, "sampled_at"),
        ({"sampled_at": datetime(2026, 1, 1)}, "sampled_at"),  # noqa: DTZ001 (without offset on purpose)
        ({"received_at": datetime(2020, 1, 1, tzinfo=UTC)}, "received_at"),
        ({"prescribed_at": timezone.now()}, "prescribed_at"),
    ],
)
def test_a_wrong_request_is_refused_with_its_field_and_leaves_no_patient(changes: dict[str, Any], field: str) -> None:
    demo_catalogue()
    wrong = replace(new_dossier("GLU"), **changes)
    with pytest.raises(InvalidDossierError) as refused:
        register(NewPatient(PROVISOIRE), wrong, actor=ACTOR)
    assert field in refused.value.problems
    assert not Patient.objects.exists()
    assert not Dossier.objects.exists()


def test_a_wrong_ins_leaves_neither_patient_nor_dossier() -> None:
    demo_catalogue()
    wrong = NewPatient(DOMINIQUE, "carte_identite", InsEntry("279035121518988", oids.INS_NIR_TEST))
    with pytest.raises(InvalidInsError):
        register(wrong, new_dossier("GLU"), actor=ACTOR)
    assert not Patient.objects.exists()


@pytest.mark.requirement("REQ-INS-14")
def test_an_ins_belongs_to_one_file() -> None:
    demo_catalogue()
    register(qualified_patient(), new_dossier("GLU"), actor=ACTOR)
    with pytest.raises(KnownInsError):
        register(qualified_patient(), new_dossier("GLU"), actor=ACTOR)
    assert Patient.objects.count() == 1


@pytest.mark.requirement("REQ-INS-15")
@pytest.mark.parametrize("document", ["", "carte_vitale", "permis_conduire", "inventé"])
def test_only_a_high_trust_document_qualifies(document: str) -> None:
    patient = identity_services.create_patient(DOMINIQUE, actor=ACTOR)
    with pytest.raises(EvidenceMissingError):
        identity_services.qualify(patient.pk, DOMINIQUE_INS, document_type=document, actor=ACTOR)
    patient.refresh_from_db()
    assert (patient.status, patient.ins) == ("provisoire", None)


def test_qualifying_records_the_evidence_and_each_status() -> None:
    patient = identity_services.create_patient(DOMINIQUE, actor=ACTOR)
    qualified = identity_services.qualify(patient.pk, DOMINIQUE_INS, document_type="passeport", actor=ACTOR)
    assert qualified.status == "qualifiee"
    assert "INS saisi" in qualified.evidence
    changes = AuditLine.objects.filter(action="identity.status").order_by("pk").values_list("details", flat=True)
    assert [change["after"] for change in changes] == ["validee", "qualifiee"]
    assert all(DOMINIQUE_INS.value not in str(change) for change in changes)
    with pytest.raises(StatusChangeError):
        identity_services.validate_identity(patient.pk, document_type="passeport", actor=ACTOR)


def test_an_unknown_patient_or_dossier_is_said() -> None:
    demo_catalogue()
    with pytest.raises(UnknownPatientError):
        register(999_999, new_dossier("GLU"), actor=ACTOR)
    with pytest.raises(UnknownPatientError):
        identity_services.validate_identity(999_999, document_type="passeport", actor=ACTOR)
    with pytest.raises(UnknownDossierError):
        queries.detail(999_999)


def test_wrong_traits_are_refused_at_the_door() -> None:
    with pytest.raises(InvalidTraitsError):
        identity_services.create_patient(replace(DOMINIQUE, sex=""), actor=ACTOR)


@pytest.mark.requirement("REQ-INS-18")
def test_the_banner_shows_every_trait_and_the_status() -> None:
    dossier = open_dossier("GLU")
    banner = identity.banner(dossier.patient)
    assert (banner.birth_family_name, banner.first_given_name, banner.birth_date) == (
        "PAT-TROIS",
        "DOMINIQUE",
        "28/03/1979",
    )
    assert (banner.used_family_name, banner.used_given_name) == ("", "")
    assert (banner.status_label, banner.ins) == ("qualifiée", "279035121518989")
    assert banner.birth_place == "DOMPREMY (51215)"
    assert banner.age.endswith("ans")


@pytest.mark.requirement("REQ-INS-17")
def test_patients_are_found_by_separate_criteria() -> None:
    open_dossier("GLU")
    assert [found.ipp for found in identity.search(family_name="pat trois")]
    assert identity.search(family_name="pat", given_name="dominique", birth_date="19790328", sex="F")
    assert identity.search(ins="2 79 03 51 215 189 89")
    assert identity.search(family_name="pat", sex="M") == ()
    assert identity.search(sex="F") == ()
    assert identity.search() == ()


def test_dossiers_are_found_by_separate_criteria_and_paged() -> None:
    first = open_dossier("GLU")
    open_dossier("GLU", patient=NewPatient(PROVISOIRE))
    assert queries.search().total == 2
    page = queries.search(family_name="PAT-TROIS")
    assert [line.number for line in page.lines] == [first.number]
    assert page.lines[0].patient == "PAT-TROIS DOMINIQUE"
    assert page.lines[0].birth_date == "28/03/1979"
    assert queries.search(birth_date="1961").total == 1
    assert queries.search(prescriber="leves", state="registered", day=timezone.localdate()).total == 2
    assert queries.search(number="zzz").total == 0
    last = queries.search(size=1, page=99)
    assert (last.number, last.pages, len(last.lines)) == (2, 2, 1)
    assert queries.detail(first.pk).prescriber == "Dr Paul LEVESQUE"


def test_a_result_finds_its_dossier_by_tube_then_by_order() -> None:
    dossier = open_dossier("GLU", order_number="ORD-1")
    tube = dossier.samples.get().number
    assert queries.find_for_result(tube, "") == dossier.pk
    assert queries.find_for_result("", "ORD-1") == dossier.pk
    assert queries.find_for_result("", dossier.number) == dossier.pk
    assert queries.find_for_result("inconnu", "inconnu") is None
    assert queries.find_for_result("", "") is None
    assert queries.by_any_number(f" {tube} ") == dossier.pk
    assert queries.by_any_number(dossier.number) == dossier.pk


def test_a_result_is_never_guessed_between_two_dossiers() -> None:
    first = open_dossier("GLU", order_number="ORD-1")
    second = open_dossier("GLU", order_number="ORD-1", patient=NewPatient(PROVISOIRE))
    third = open_dossier("GLU", order_number="ORD-3", patient=second.patient.pk)
    with pytest.raises(AmbiguousDossierError):
        queries.find_for_result("", "ORD-1")
    with pytest.raises(AmbiguousDossierError):
        queries.find_for_result(first.samples.get().number, "ORD-3")
    assert queries.find_for_result(third.samples.get().number, "ORD-3") == third.pk


def test_loading_the_catalogue_twice_changes_nothing() -> None:
    first = load_catalogue()
    before = list(Exam.objects.values_list("pk", "code", "label"))
    assert load_catalogue() == first
    assert list(Exam.objects.values_list("pk", "code", "label")) == before
    assert first.exams >= 60


def test_an_exam_that_left_the_files_stays_but_cannot_be_asked_for() -> None:
    demo_catalogue()
    Exam.objects.filter(code="GLU").update(code="OLD")
    load_catalogue()
    assert not Exam.objects.get(code="OLD").active
    with pytest.raises(InvalidDossierError):
        register(NewPatient(PROVISOIRE), new_dossier("OLD"), actor=ACTOR)


def test_the_catalogue_is_searched_by_name_and_by_code() -> None:
    demo_catalogue()
    assert "GLU" in {line.code for line in exams("gluc")}
    assert [line.code for line in exams("2345-7")] == ["GLU"]
    glucose = by_code("GLU")
    assert glucose is not None
    assert [line.text for line in glucose.ranges][-1] == "0,70\u00a0– 1,10"
    assert glucose.critical == "<\u00a00,45 ou >\u00a04,50"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rpps": "1"}, "RPPS"),
        ({"family_name": " "}, "Nom d'exercice"),
        ({"title": "Docteur"}, "Titre"),
        ({"civility": "Monsieur"}, "Civilité"),
        ({"specialty_code": "ZZ"}, "Spécialité"),
        ({"structure_id": "42", "structure_name": "Cabinet"}, "Structure"),
        ({"structure_id": "1390000012"}, "Structure"),
        ({"mss_address": "nobody"}, "Adresse MSSanté"),
    ],
)
def test_a_wrong_practitioner_is_refused_with_the_field(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidPractitionerError, match=sentence):
        save_practitioner(replace(LEVESQUE, **changes), actor=ACTOR)


@pytest.mark.requirement("REQ-AUT-05")
def test_mailboxes_are_found_by_national_identifier() -> None:
    save_practitioner(LEVESQUE, actor=ACTOR)
    save_practitioner(replace(LEVESQUE, city="ARBOIS"), actor=ACTOR)
    found = directory.mss_addresses(["810000000023", "899999999999", "1390999999"])
    assert found == {"810000000023": "paul.levesque@medecin.mssante.fr"}
    assert [line.city for line in directory.search("lev")] == ["ARBOIS"]
    assert directory.choices() == directory.search()


def test_copies_keep_their_order_and_are_there_once() -> None:
    demo_catalogue()
    other = save_practitioner(replace(LEVESQUE, rpps="10000000031", family_name="MOREL"), actor=ACTOR)
    new = new_dossier("GLU")
    new = replace(new, copy_ids=(other.pk, new.prescriber_id, other.pk), sampled_at=new.sampled_at - timedelta(1))
    dossier = register(NewPatient(PROVISOIRE), new, actor=demo_biologist())
    assert queries.detail(dossier.pk).copies == ("Dr Paul MOREL", "Dr Paul LEVESQUE")
