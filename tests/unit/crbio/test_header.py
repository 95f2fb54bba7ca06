"""The header says who, for whom, when, and under which version of the profile."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.standards.crbio import write_n1, write_n3
from support.cda import find, texts
from support.report_data import DR_AUBIN
from support.reports import routine_report

PDF = b"%PDF-1.4 any bytes"
REPORT = routine_report()
PATIENT = "/h:ClinicalDocument/h:recordTarget/h:patientRole"


@pytest.mark.requirement("REQ-CRB-09")
def test_n3_declares_four_templates_and_n1_exactly_three() -> None:
    path = "/h:ClinicalDocument/h:templateId/@root"
    common = ["2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"]
    assert texts(write_n3(REPORT, PDF), path) == [*common, "1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55"]
    assert texts(write_n1(REPORT, PDF), path) == [*common, "1.3.6.1.4.1.19376.1.2.20"]
    assert texts(write_n3(REPORT, PDF), "/h:ClinicalDocument/h:templateId/@extension") == ["2024.01"]


def test_the_ins_comes_first_and_local_identifiers_after() -> None:
    assert REPORT.patient.ins is not None
    found = texts(write_n3(REPORT, PDF), f"{PATIENT}/h:id/@extension")
    assert found == [REPORT.patient.ins.value, *(local.extension for local in REPORT.patient.local_ids)]


def test_a_patient_without_ins_has_only_local_identifiers() -> None:
    document = write_n3(routine_report(patient=replace(REPORT.patient, ins=None)), PDF)
    assert oids.INS_NIR_TEST not in texts(document, f"{PATIENT}/h:id/@root")
    assert texts(document, f"{PATIENT}/h:id/@extension") == [local.extension for local in REPORT.patient.local_ids]


def test_names_of_the_patient_are_qualified_in_the_published_order() -> None:
    names = find(write_n3(REPORT, PDF), f"{PATIENT}/h:patient/h:name/*")
    kinds = [(name.tag.split("}")[1], name.get("qualifier")) for name in names]
    assert kinds[:3] == [("family", "BR"), ("given", None), ("given", "BR")]
    assert set(kinds[3:]) <= {("family", "CL"), ("given", "CL")}
    assert names[1].text == " ".join(REPORT.patient.birth_given_names)


def test_what_is_unknown_of_the_patient_is_said_unknown() -> None:
    document = write_n3(routine_report(patient=replace(REPORT.patient, address=None, telecoms=())), PDF)
    assert texts(document, f"{PATIENT}/h:addr/@nullFlavor") == ["UNK"]
    assert texts(document, f"{PATIENT}/h:telecom/@nullFlavor") == ["UNK"]


def test_each_person_stands_where_the_profile_looks_for_him_or_her() -> None:
    document = write_n3(REPORT, PDF)
    assert texts(document, "//h:participant[@typeCode='REF']/h:templateId/@root") == ["1.3.6.1.4.1.19376.1.3.3.1.6"]
    assert texts(document, "//h:participant[@typeCode='PRF']/h:functionCode/@code") == ["PRELV"]
    assert texts(document, "//h:participant[@typeCode='INF']/h:functionCode/@code") == ["PCP"]
    assert texts(document, "//h:intendedRecipient/h:templateId/@root") == ["1.3.6.1.4.1.19376.1.3.3.1.4"]
    assert texts(document, "//h:authenticator/h:templateId/@root") == ["1.3.6.1.4.1.19376.1.3.3.1.5"]
    assert texts(document, "//h:inFulfillmentOf/h:order/h:id/@extension") == [REPORT.order.id.extension]


def test_only_the_first_act_has_a_status_and_each_chapter_has_its_act() -> None:
    document = write_n3(REPORT, PDF)
    acts = find(document, "//h:documentationOf/h:serviceEvent")
    assert len(acts) == len({chapter.code for chapter in REPORT.chapters})
    assert texts(document, "//h:documentationOf[1]//lab:statusCode/@code") == ["completed"]
    assert len(find(document, "//h:serviceEvent/h:performer")) == 1


def test_a_partial_report_is_active_and_an_abandoned_one_is_over() -> None:
    path = "//lab:statusCode/@code"
    partial = routine_report(document=replace(REPORT.document, status="active"))
    abandoned = routine_report(document=replace(REPORT.document, status="aborted"))
    assert texts(write_n3(partial, PDF), path) == ["active"]
    # The schema of the extension knows « active » and « completed » only.
    assert texts(write_n3(abandoned, PDF), path) == ["completed"]


@pytest.mark.requirement("REQ-CRB-10")
def test_a_corrected_version_names_the_one_it_replaces() -> None:
    document = replace(REPORT.document, id=f"{REPORT.document.set_id}.2", version=2, replaces=REPORT.document.id)
    data = write_n3(routine_report(document=document), PDF)
    assert texts(data, "//h:relatedDocument/@typeCode") == ["RPLC"]
    assert texts(data, "//h:relatedDocument/h:parentDocument/h:id/@root") == [REPORT.document.id]


def test_the_accreditation_number_follows_the_responsible_laboratory() -> None:
    found = find(write_n3(REPORT, PDF), "//h:responsibleParty//h:representedOrganization/h:id")
    assert [item.get("root") for item in found] == [oids.STRUCTURE, oids.ACCREDITATION]
    assert found[1].get("assigningAuthorityName") == "COFRAC"


def test_every_time_has_its_offset_and_no_fraction() -> None:
    for name in ("h:time", "h:low", "h:high", "h:effectiveTime"):
        for value in texts(write_n3(REPORT, PDF), f"//{name}[not(@unit)]/@value"):
            if len(value) >= 14 and value[:2] == "20":
                assert value[14] in "+-"
                assert len(value) == 19


def test_a_title_is_a_suffix_and_a_civility_a_prefix() -> None:
    name = find(write_n3(REPORT, PDF), "//h:legalAuthenticator//h:assignedPerson/h:name")[0]
    said = [(part.tag.split("}")[1], part.text) for part in name]
    assert ("suffix", "DR") in said
    assert ("prefix", "DR") not in said


def test_a_director_without_organisation_answers_for_the_laboratory() -> None:
    director = replace(DR_AUBIN, id=Identifier(oids.PROFESSIONAL, "810000000999"), organization=None)
    report = routine_report(service_event=replace(REPORT.service_event, director=director))
    found = texts(write_n3(report, PDF), "//h:serviceEvent/h:performer//h:representedOrganization/h:id/@extension")
    assert found == [REPORT.laboratory.id.extension]


@pytest.mark.requirement("REQ-CRB-14")
def test_the_signatory_is_the_biologist_by_rpps_and_the_laboratory_is_known_by_finess() -> None:
    document = write_n3(REPORT, PDF)
    signatory = find(document, "//h:legalAuthenticator/h:assignedEntity/h:id")[0]
    assert (signatory.get("root"), signatory.get("extension")) == (oids.PROFESSIONAL, DR_AUBIN.id.extension)
    keeper = find(document, "//h:custodian//h:representedCustodianOrganization/h:id")[0]
    assert (keeper.get("root"), keeper.get("extension")) == (oids.STRUCTURE, REPORT.custodian.id.extension)


@pytest.mark.requirement("REQ-CRB-04")
def test_the_copy_and_the_n1_hold_the_very_bytes_of_the_pdf() -> None:
    pdf = bytes(range(256)) * 40
    copy = texts(write_n3(REPORT, pdf), "//h:observationMedia/h:value/text()")
    alone = texts(write_n1(REPORT, pdf), "//h:nonXMLBody/h:text/text()")
    assert [base64.b64decode(found, validate=True) for found in (*copy, *alone)] == [pdf, pdf]


def test_an_encounter_that_ends_as_it_begins_says_its_beginning_alone() -> None:
    report = routine_report()
    short = replace(report, encounter=replace(report.encounter, ended_at=report.encounter.started_at))
    for document in (write_n3(short, b"%PDF-1.4"), write_n1(short, b"%PDF-1.4")):
        assert len(find(document, "//h:encompassingEncounter/h:effectiveTime/h:low")) == 1
        assert find(document, "//h:encompassingEncounter/h:effectiveTime/h:high") == []
