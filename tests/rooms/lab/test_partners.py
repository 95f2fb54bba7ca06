"""A subcontractor's report: the right patient's results are taken, its PDF joined; anybody else's is refused whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Ins
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.partners import queries, services
from eprouvette.lab.partners.errors import LaboratoryMissingError, OtherPatientError, PartnerFileError
from eprouvette.lab.partners.models import PartnerReport
from eprouvette.lab.partners.services import MAX_BYTES, Received, Sender
from eprouvette.lab.results.errors import ReleasedDossierError
from eprouvette.lab.results.models import Observation
from eprouvette.lab.results.services import record
from eprouvette.lab.validation import queries as validation
from eprouvette.lab.validation import services as releases
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Patient
from eprouvette.standards.report.results import Chapter, Numeric, Section
from eprouvette.standards.report.results import Observation as Result
from eprouvette.standards.report.results import TestCode as Code
from support.lab import demo_biologist, demo_technician, incoming, open_dossier, validate_all
from support.report_data import DOMINIQUE
from support.reports import MEASURED, SERUM, routine_report
from support.rich_reports import DR_LOIN, SPECIALISED

pytestmark = pytest.mark.django_db
B12 = Coded("2132-9", oids.LOINC, "Vitamine B12")
FINESS = Sender("LABORATOIRE LOINTAIN", "750999999")


def theirs(*results: Result, patient: Patient = DOMINIQUE) -> LabReport:
    """What the specialised laboratory reports: vitamin B12 and something that nobody asked for."""
    found = results or (
        Result(Code("Vitamine B12", loinc=B12), Numeric(Decimal(152), "pg/mL", "ng/L"), MEASURED, sample="T1"),
        Result(Code("Zinc", local=Coded("ZN", "1.2.3", "Zinc")), Numeric(Decimal(12), "umol/L"), MEASURED, sample="T1"),
    )
    section = Section(found, (SERUM,))
    base = routine_report(patient=patient, chapters=(Chapter(Coded("18719-5", oids.LOINC, "Biochimie"), (section,)),))
    return replace(
        base,
        encounter=replace(base.encounter, responsible=DR_LOIN),
        legal_authenticator=replace(base.legal_authenticator, by=DR_LOIN),
        custodian=SPECIALISED,
    )


def received(dossier: Dossier, report: LabReport | None = None) -> Received:
    report = report or theirs()
    content = write_n3(report, render_pdf(report))
    return services.receive(dossier.pk, content, user=demo_technician(), title="Vitamines")


@pytest.fixture
def dossier() -> Dossier:
    return open_dossier("GLU", "B12")


def test_what_was_asked_is_taken_and_the_rest_is_named(dossier: Dossier) -> None:
    done = received(dossier)
    assert (done.taken, done.others) == (("Vitamine B12",), ("Zinc",))
    row = Observation.objects.get(dossier=dossier)
    assert (row.exam.code, row.state, row.interpretation) == ("B12", "measured", "L")


def test_the_report_says_who_did_it_and_joins_their_pdf(dossier: Dossier) -> None:
    received(dossier)
    record(dossier.pk, [incoming("GLU", "0.95")], source="tests")
    validate_all(dossier)
    release = releases.release(dossier.pk, user=demo_biologist())
    report = validation.release_detail(release.pk).report
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    performers = {one.code.label: one.performer for entry in entries for _, one in walk.observations(entry)}
    assert performers["Glucose"] is None
    assert performers["Vitamine B12"] is not None
    assert performers["Vitamine B12"].laboratory.name == SPECIALISED.name
    assert performers["Vitamine B12"].biologist is not None
    assert performers["Vitamine B12"].biologist.name.family == "LOIN"
    assert report.second_intention is not None
    assert [one.title for one in report.attachments] == ["Vitamines"]
    n3 = validation.document(release.pk, "n3").content
    assert check(n3) == ()
    assert SPECIALISED.name in n3.decode()


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        (replace(DOMINIQUE, birth_family_name="PAT-QUATRE"), "nom de naissance"),
        (replace(DOMINIQUE, first_given_name="MARIE", birth_given_names=("MARIE",)), "premier prénom"),
        (replace(DOMINIQUE, birth_date=PartialDate("19790329")), "date de naissance"),
        (replace(DOMINIQUE, sex="M"), "sexe"),
        (replace(DOMINIQUE, ins=Ins("279035121518888", oids.INS_NIR_TEST)), "matricule INS"),
    ],
)
def test_the_report_of_another_patient_is_refused_whole(dossier: Dossier, patient: Patient, words: str) -> None:
    with pytest.raises(OtherPatientError) as refused:
        received(dossier, theirs(patient=patient))
    assert words in refused.value.message
    assert "PAT-QUATRE" not in refused.value.message
    assert not Observation.objects.exists()
    assert not PartnerReport.objects.exists()


def test_accents_do_not_make_another_patient(dossier: Dossier) -> None:
    received(dossier, theirs(patient=replace(DOMINIQUE, birth_family_name="PÀT TROIS")))


def test_a_value_that_our_catalogue_cannot_take_is_named_not_lost(dossier: Dossier) -> None:
    other_unit = Result(Code("Vitamine B12", loinc=B12), Numeric(Decimal(112), "pmol/L"), MEASURED, sample="T1")
    done = received(dossier, theirs(other_unit))
    assert done.taken == ()
    assert len(done.others) == 1
    assert done.others[0].startswith("Vitamine B12")
    assert not Observation.objects.exists()


def test_a_result_without_time_was_measured_when_the_act_was_done(dossier: Dossier) -> None:
    report = theirs(replace(_b12(), time=None))
    assert received(dossier, report).taken == ("Vitamine B12",)
    assert Observation.objects.get(dossier=dossier).measured_at == report.service_event.performed_at


def test_a_result_whose_value_cannot_be_read_is_named_not_taken_for_one_that_was_not_made(dossier: Dossier) -> None:
    report = theirs(_b12())
    content = write_n3(report, render_pdf(report)).replace(b' value="152" unit="pg/mL"', b' nullFlavor="UNK"', 1)
    done = services.receive(dossier.pk, content, user=demo_technician(), title="Vitamines")
    assert (done.taken, done.others) == ((), ("Vitamine B12 : le résultat n'a pas de valeur lisible.",))
    assert not Observation.objects.filter(dossier=dossier).exists()


def _b12() -> Result:
    return Result(Code("Vitamine B12", loinc=B12), Numeric(Decimal(152), "pg/mL", "ng/L"), MEASURED, sample="T1")


def test_a_level_one_report_joins_its_pdf(dossier: Dossier) -> None:
    report = theirs()
    services.receive(dossier.pk, write_n1(report, render_pdf(report)), user=demo_technician())
    works = queries.work_of(dossier.pk)
    assert [work.attachment is not None for work in works] == [True]


def test_a_pdf_alone_says_its_laboratory_by_hand(dossier: Dossier) -> None:
    pdf = render_pdf(theirs())
    with pytest.raises(LaboratoryMissingError):
        services.receive(dossier.pk, pdf, user=demo_technician())
    services.receive(dossier.pk, pdf, user=demo_technician(), sender=FINESS)
    performer = queries.work_of(dossier.pk)[0].performer
    assert (performer.laboratory.name, performer.laboratory.id.extension) == ("LABORATOIRE LOINTAIN", "1750999999")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a document",
        b"%PDF-1.4 truncated",
        b'<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument xmlns="urn:hl7-org:v3">&a;</ClinicalDocument>',
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
        b"x" * (MAX_BYTES + 1),
    ],
    ids=["empty", "text", "pdf", "entity", "bare", "heavy"],
)
def test_what_is_no_report_is_refused_with_a_sentence(dossier: Dossier, content: bytes) -> None:
    with pytest.raises(PartnerFileError) as refused:
        services.receive(dossier.pk, content, user=demo_technician(), sender=FINESS)
    assert refused.value.message.endswith(".")
    assert refused.value.hint


def test_the_same_bytes_are_joined_once_and_a_pdf_can_be_taken_back(dossier: Dossier) -> None:
    pdf = render_pdf(theirs())
    row = services.receive(dossier.pk, pdf, user=demo_technician(), sender=FINESS).row
    with pytest.raises(PartnerFileError, match="déjà joint"):
        services.receive(dossier.pk, pdf, user=demo_technician(), sender=FINESS)
    services.remove(row.pk, user=demo_technician())
    assert not PartnerReport.objects.exists()


def test_a_report_whose_results_were_taken_stays(dossier: Dossier) -> None:
    row = received(dossier).row
    with pytest.raises(PartnerFileError, match="repris"):
        services.remove(row.pk, user=demo_technician())


def test_nothing_is_joined_to_a_report_that_left(dossier: Dossier) -> None:
    record(dossier.pk, [incoming("GLU", "0.95"), incoming("B12", "300")], source="tests")
    validate_all(dossier)
    releases.release(dossier.pk, user=demo_biologist())
    with pytest.raises(ReleasedDossierError):
        received(dossier)


def test_the_page_joins_shows_and_neutralises(client: Client, dossier: Dossier) -> None:
    client.force_login(demo_biologist(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    report = theirs()
    hostile = write_n3(report, render_pdf(report)).replace(
        b"<th>Examen</th>", b'<th>Examen<script>alert(1)</script><img src="https://example.org/x"/></th>', 1
    )
    assert b"alert(1)" in hostile
    upload = SimpleUploadedFile("cr.xml", hostile, content_type="text/xml")
    answer = client.post(f"/dossiers/{dossier.pk}/sous-traitance", {"file": upload, "title": "Vitamines"}, follow=True)
    shown = answer.content.decode()
    assert "Résultats repris, à vérifier et valider : Vitamine B12." in shown
    assert "Non repris" in shown
    row = PartnerReport.objects.get()
    page = client.get(f"/sous-traitance/{row.pk}")
    assert "sandbox" in page["Content-Security-Policy"]
    assert b"<script" not in page.content
    assert b"example.org" not in page.content
    assert client.post(f"/dossiers/{dossier.pk}/sous-traitance", {}, follow=True).status_code == 200
    assert client.get("/sous-traitance/999").status_code == 404
