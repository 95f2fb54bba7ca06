"""Freezing: a pure mapping, and the INS of a report is that of a qualified identity or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.core.ins import key_of
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.queries import report_patient
from eprouvette.lab.identity.rules import Status, ins_to_send
from eprouvette.lab.results.rules import State
from eprouvette.lab.validation.freeze import Facts, Result, freeze
from eprouvette.lab.validation.rules import Candidate, left_out_because, problems_of
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.model import Signature
from eprouvette.standards.report.results import Battery, Numeric, TestCode
from support.report_data import (
    DOSSIER_ROOT,
    DR_AUBIN,
    DR_COPIE,
    DR_LEVESQUE,
    FACILITY,
    IPP_ROOT,
    LABORATORY,
    LOCAL_CODES,
    ORDER_ROOT,
    chapter_code,
)
from support.reports import sample

NOW = datetime(2026, 3, 12, 10, 42, tzinfo=PARIS)
BIOCHEMISTRY, HORMONES, BLOOD = chapter_code("18719-5"), chapter_code("92895-2"), chapter_code("18768-2")


def patient_row(status: Status, ins: str = "279035121518989") -> Patient:
    return Patient(
        ipp="IPP-000127",
        birth_family_name="PAT-TROIS",
        birth_given_names="DOMINIQUE MARIE-LOUISE",
        first_given_name="DOMINIQUE",
        sex="F",
        birth_date="19790328",
        birth_place_cog="51215",
        status=status.value,
        ins_value=ins,
        ins_oid=oids.INS_NIR_TEST if ins else "",
    )


def result(label: str, chapter: Coded, subchapter: Coded | None = None, panel: str = "") -> Result:
    return Result(
        code=TestCode(label, local=Coded(label, LOCAL_CODES, label)),
        chapter=chapter,
        subchapter=subchapter,
        panel=(panel, None) if panel else None,
        value=Numeric(Decimal("1.20"), "g/L", "g/L"),
        time=NOW - timedelta(hours=1),
        interpretation="N",
        method=None,
        reference=None,
        priors=(),
        comment="",
        sample="T1",
        validated=Signature(DR_AUBIN, NOW),
    )


def facts(*results: Result, status: Status = Status.QUALIFIED, ins: str = "279035121518989") -> Facts:
    return Facts(
        document_id="1.2.250.1.213.99.390999999.4.1",
        set_id="1.2.250.1.213.99.390999999.8.1",
        patient=report_patient(patient_row(status, ins), IPP_ROOT),
        laboratory=LABORATORY,
        director=DR_AUBIN,
        signer=DR_AUBIN,
        facility_type=FACILITY,
        dossier=Identifier(DOSSIER_ROOT, "26071-0127"),
        order=Identifier(ORDER_ROOT, "ORD-1"),
        prescriber=DR_LEVESQUE,
        prescribed_at=None,
        sampler=None,
        sampled_at=NOW - timedelta(hours=3),
        received_at=NOW - timedelta(hours=2),
        attending=None,
        copies=(DR_COPIE,),
        encounter_type="AMB",
        comment="",
        samples=(sample("T1", "SER", "26071-0127-01"), sample("T2", "BLD", "26071-0127-02")),
        results=results or (result("Glucose", BIOCHEMISTRY),),
        released_at=NOW,
    )


@pytest.mark.requirement("REQ-INS-09")
@given(
    status=st.sampled_from(Status),
    stem=st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}", fullmatch=True),
)
def test_an_ins_is_in_a_report_only_when_the_identity_is_qualified(status: Status, stem: str) -> None:
    ins = stem + key_of(stem)
    text = to_json(freeze(facts(status=status, ins=ins)))
    assert (ins in text) == (status is Status.QUALIFIED)
    row = patient_row(status, ins)
    assert (ins_to_send(status, row.ins) is None) == (status is not Status.QUALIFIED)


def test_equal_facts_give_equal_reports_that_the_codec_reads_back() -> None:
    report = freeze(facts())
    assert report == freeze(facts())
    assert from_json(to_json(report)) == report


def test_a_chapter_without_sub_chapter_holds_its_results_itself() -> None:
    chapter = freeze(facts(result("Hémoglobine", BLOOD))).chapters[0]
    assert [section.code for section in chapter.sections] == [None]


def test_one_sub_chapter_makes_every_section_of_the_chapter_coded() -> None:
    report = freeze(facts(result("Glucose", BIOCHEMISTRY), result("TSH", BIOCHEMISTRY, HORMONES)))
    assert [section.code for section in report.chapters[0].sections] == [BIOCHEMISTRY, HORMONES]


def test_a_panel_stands_where_its_first_result_stands() -> None:
    lines = (
        result("A", BIOCHEMISTRY, panel="Bilan"),
        result("B", BIOCHEMISTRY),
        result("C", BIOCHEMISTRY, panel="Bilan"),
    )
    battery, single = freeze(facts(*lines)).chapters[0].sections[0].entries
    assert isinstance(battery, Battery)
    assert [observation.code.label for observation in battery.observations] == ["A", "C"]
    assert not isinstance(single, Battery)


def test_a_panel_of_abandoned_exams_is_abandoned() -> None:
    lost = replace(
        result("A", BIOCHEMISTRY, panel="Bilan"), value=None, interpretation="", comment="Caillot.", validated=None
    )
    report = freeze(facts(lost, result("B", BIOCHEMISTRY)))
    battery = report.chapters[0].sections[0].entries[0]
    assert isinstance(battery, Battery)
    assert battery.status == "aborted"
    assert from_json(to_json(report)) == report


def test_each_validator_is_named_once_at_the_last_time() -> None:
    other = replace(DR_AUBIN, id=Identifier(oids.PROFESSIONAL, "810000000064"))
    lines = (
        replace(result("A", BIOCHEMISTRY), validated=Signature(DR_AUBIN, NOW - timedelta(minutes=9))),
        replace(result("B", BIOCHEMISTRY), validated=Signature(other, NOW - timedelta(minutes=5))),
        result("C", BIOCHEMISTRY),
    )
    report = freeze(facts(*lines))
    assert report.validators == (Signature(DR_AUBIN, NOW), Signature(other, NOW - timedelta(minutes=5)))


def test_only_the_samples_that_were_used_are_in_a_section() -> None:
    section = freeze(facts()).chapters[0].sections[0]
    assert [one.key for one in section.samples] == ["T1"]


@pytest.mark.parametrize(
    ("first", "names", "expected"),
    [
        ("DOMINIQUE", "DOMINIQUE MARIE-LOUISE", ("DOMINIQUE", "MARIE-LOUISE")),
        ("JEAN PIERRE", "JEAN PIERRE MARIE", ("JEAN PIERRE", "MARIE")),
        ("JEAN PIERRE", "JEAN-PIERRE MARIE", ("JEAN PIERRE", "MARIE")),
        ("JEAN-PIERRE", "JEAN PIERRE", ("JEAN-PIERRE",)),
    ],
)
def test_the_list_of_given_names_starts_with_the_first_one(first: str, names: str, expected: tuple[str, ...]) -> None:
    row = patient_row(Status.PROVISIONAL)
    row.first_given_name, row.birth_given_names = first, names
    assert report_patient(row, IPP_ROOT).birth_given_names == expected


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Candidate("Glucose", State.CHECKED, "N", critical=False), ""),
        (Candidate("Glucose", State.CHECKED, "N", critical=False, number=1.0, prior=0.9), ""),
        (Candidate("Glucose", State.CHECKED, "N", critical=False, number=1.0, prior=0.0), ""),
        (
            Candidate("Glucose", State.CHECKED, "N", critical=False, number=1.0, prior=0.5),
            "écart de plus de 50 % avec l'antérieur",
        ),
        (Candidate("Glucose", State.CHECKED, "H", critical=False), "hors des valeurs usuelles"),
        (Candidate("Glucose", State.CHECKED, "HH", critical=True), "valeur critique"),
    ],
)
def test_what_is_not_normal_and_consistent_is_left_out_with_its_reason(candidate: Candidate, reason: str) -> None:
    assert left_out_because(candidate) == reason


def test_an_empty_dossier_cannot_be_released() -> None:
    assert problems_of(()) == ("Le dossier ne contient aucun examen.",)
