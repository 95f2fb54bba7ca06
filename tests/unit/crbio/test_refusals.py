"""What has no written form is refused with its place, and nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import ForbiddenCharacterError, IncoherentReportError, write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Chapter, Entry, Numeric, Observation, Section, TestCode
from support.reports import MEASURED, routine_report

PDF = b"%PDF-1.4"
REPORT = routine_report()
CODE = Coded("18719-5", oids.LOINC, "Biochimie")
GOOD = Observation(TestCode("Glucose", loinc=Coded("14749-6", oids.LOINC, "Glucose")), Numeric(Decimal(1)), MEASURED)


def report_of(*entries: Entry, **changes: object) -> LabReport:
    section = replace(Section(entries=entries), **changes)  # type: ignore[arg-type]  # fields by name
    return routine_report(chapters=(Chapter(CODE, (section,)),))


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_cannot_carry_is_refused_with_its_place(character: str) -> None:
    report = report_of(replace(GOOD, comments=("bon", f"mauvais{character}")))
    with pytest.raises(ForbiddenCharacterError) as caught:
        write_n3(report, PDF)
    assert caught.value.place == "chapters[0].sections[0].entries[0].comments[1]"
    assert caught.value.code_point == ord(character)
    assert "mauvais" not in caught.value.message


def test_the_header_is_searched_too_and_also_in_n1() -> None:
    report = routine_report(patient=replace(REPORT.patient, birth_family_name="PAT\x01"))
    for write in (write_n3, write_n1):
        with pytest.raises(ForbiddenCharacterError) as caught:
            write(report, PDF)
        assert caught.value.place == "patient.birth_family_name"


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (replace(GOOD, value=None), "chapters[0].sections[0].entries[0]"),
        (replace(GOOD, status="aborted"), "chapters[0].sections[0].entries[0]"),
        (replace(GOOD, sample="T9"), "chapters[0].sections[0].entries[0].sample"),
        (replace(GOOD, code=TestCode("Glucose")), "chapters[0].sections[0].entries[0].code"),
        (replace(GOOD, value=Numeric(Decimal("NaN"))), "chapters[0].sections[0].entries[0].value.value"),
        (replace(GOOD, value=Numeric(Decimal("1E+999999"))), "chapters[0].sections[0].entries[0].value.value"),
        (replace(GOOD, value=Numeric(Decimal("1E-999999"))), "chapters[0].sections[0].entries[0].value.value"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(entry: Observation, place: str) -> None:
    with pytest.raises(IncoherentReportError) as caught:
        write_n3(report_of(entry), PDF)
    assert caught.value.place == place
    assert caught.value.hint


def test_an_empty_report_an_empty_chapter_and_an_empty_section_are_refused() -> None:
    for report, place in (
        (routine_report(chapters=()), "chapters"),
        (routine_report(chapters=(Chapter(CODE, ()),)), "chapters[0].sections"),
        (report_of(), "chapters[0].sections[0].entries"),
        (routine_report(authors=()), "authors"),
    ):
        with pytest.raises(IncoherentReportError) as caught:
            write_n3(report, PDF)
        assert caught.value.place == place


def test_a_chapter_may_not_mix_its_own_results_and_sub_chapters() -> None:
    mixed = Chapter(CODE, (Section(entries=(GOOD,)), Section(entries=(GOOD,), code=CODE)))
    with pytest.raises(IncoherentReportError) as caught:
        write_n3(routine_report(chapters=(mixed,)), PDF)
    assert caught.value.place == "chapters[0].sections"


def test_two_samples_may_not_share_a_key() -> None:
    chapters = REPORT.chapters
    sample = chapters[0].sections[0].samples[0]
    other = replace(sample, id=replace(sample.id, extension="autre"))
    doubled = replace(chapters[0].sections[0], samples=(sample, other), entries=(GOOD,))
    with pytest.raises(IncoherentReportError):
        write_n3(routine_report(chapters=(Chapter(chapters[0].code, (doubled,)),)), PDF)


def test_markup_in_a_text_stays_text() -> None:
    hostile = '<script>alert("1")</script> & ]]> xsi:type="PQ" \t\r\n fin'
    report = report_of(
        replace(GOOD, comments=(hostile,), code=TestCode(hostile, loinc=Coded("1-8", oids.LOINC, hostile)))
    )
    for stylesheet in (False, True):
        assert b"<script" not in write_n3(report, PDF, stylesheet=stylesheet)
