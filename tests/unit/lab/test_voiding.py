"""The version that cancels a report: it names what it cancels, says why, and holds no result in any form."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.core.dates import PARIS
from eprouvette.lab.validation.voiding import void
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import to_html, write_n1, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.content import content
from eprouvette.standards.report import rules, walk
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.house import PLAIN
from eprouvette.standards.report.model import LabReport, Signature
from eprouvette.standards.report.results import Chapter, Image, Isolate, Observation, Section
from support.report_data import DR_AUBIN
from support.report_strategies import reports
from support.reports import forty_results, routine_report
from support.rich_reports import rich_reports, urine_culture

PDF = b"%PDF-1.4 any bytes"
REASON = "Tube d'un autre patient."
SAID = f"Compte rendu annulé : {REASON}"
AT = datetime(2026, 11, 24, 10, 12, tzinfo=PARIS)
REPORTS = {**rich_reports(), "routine": routine_report(), "forty": forty_results()}


def voided(report: LabReport) -> LabReport:
    return void(report, document_id=f"{report.document.set_id}.99", signature=Signature(DR_AUBIN, AT), reason=REASON)


def observations(report: LabReport) -> list[Observation]:
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    return [observation for entry in entries for _, observation in walk.observations(entry)]


@pytest.mark.parametrize("name", REPORTS)
def test_it_follows_the_version_before_and_holds_nothing_that_could_be_used(name: str) -> None:
    before = REPORTS[name]
    report = voided(before)
    document = report.document
    assert (document.set_id, document.version) == (before.document.set_id, before.document.version + 1)
    assert (document.replaces, document.status) == (before.document.id, "aborted")
    assert report.cancelled
    assert report.revision is not None
    assert (report.revision.changes, report.revision.by) == ((SAID,), DR_AUBIN)
    found = observations(report)
    assert found
    assert all((one.status, one.value, one.comments) == ("aborted", None, (SAID,)) for one in found)
    assert not any(one.priors or one.interpretation or one.reference or one.derivation for one in found)
    assert (report.attachments, report.comments, report.order.clinical_data) == ((), (), "")
    assert report.patient == before.patient
    assert rules.violations(report) == ()


@pytest.mark.parametrize("name", REPORTS)
def test_its_documents_have_no_finding_and_are_read_back(name: str) -> None:
    report = voided(REPORTS[name])
    n3 = write_n3(report, PDF)
    assert [*check(n3), *check(write_n1(report, PDF))] == []
    found = read_report(n3)
    assert found.report.cancelled
    assert found.report.revision is not None
    assert found.report.revision.changes == (SAID,)
    assert all(one.value is None for one in observations(found.report))
    assert found.remarks == ()


@settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(reports())
def test_any_report_can_be_cancelled(report: LabReport) -> None:
    cancelled = voided(report)
    assert rules.violations(cancelled) == ()
    assert from_json(to_json(cancelled)) == cancelled
    assert [one.rule for one in check(write_n3(cancelled, PDF))] == ([] if report.patient.ins else ["PAT-02"])


def test_the_same_report_and_reason_give_the_same_bytes() -> None:
    assert write_n3(voided(routine_report()), PDF) == write_n3(voided(routine_report()), PDF)


def test_a_section_that_held_only_isolates_or_pictures_is_named_by_its_own_code() -> None:
    report = urine_culture()
    isolates = [
        (chapter, section, tuple(entry for entry in section.entries if isinstance(entry, Isolate | Image)))
        for chapter in report.chapters
        for section in chapter.sections
    ]
    chapter, section, kept = next(found for found in isolates if found[2])
    only = replace(report, chapters=(Chapter(chapter.code, (replace(section, entries=kept),)),))
    cancelled = voided(only)
    assert [one.code.label for one in observations(cancelled)] == [(section.code or chapter.code).display]
    assert [one.rule for one in check(write_n3(cancelled, PDF))] == []
    assert "coli" not in to_json(cancelled)


def test_the_document_its_page_and_the_paper_say_first_that_it_is_cancelled() -> None:
    report = voided(routine_report())
    page = to_html(write_n3(report, PDF, stylesheet=True))
    assert "Annulé, version 2 : ne pas utiliser la version précédente" in page
    assert "annule et remplace" not in page
    assert "Complet" not in page
    assert page.index("Annulé, version 2") < page.index("Compte rendu annulé") < page.index("Examens annulés.")
    assert "Non réalisé" not in page
    assert "Examens annulés." in page
    assert "Complet" not in to_html(write_n1(report, PDF, stylesheet=True))
    said = content(report, PLAIN)
    assert said["state"] == [
        "Compte rendu annulé. Ne pas utiliser la version précédente.",
        "Version 2 : annule la version 1.",
    ]
    assert said["revision"] == ["Annulé par Dr Anne AUBIN le 24/11/2026 à 10:12 :", SAID]
    assert "Non réalisé" not in str(said["chapters"])
    assert REASON not in str(said["chapters"])


def test_a_first_version_whose_exams_were_given_up_is_not_called_cancelled() -> None:
    report = routine_report()
    given_up = replace(report, document=replace(report.document, status="aborted"))
    assert not given_up.cancelled
    assert content(given_up, PLAIN)["state"] == ["Examens interrompus."]


@pytest.mark.parametrize("kept", ["value", "attachments", "reason"])
def test_a_cancelled_report_that_still_says_something_is_unsound(kept: str) -> None:
    report = voided(rich_reports()["corrected"])
    before = rich_reports()["corrected"]
    wrong = {
        "value": replace(report, chapters=before.chapters),
        "attachments": replace(report, attachments=before.attachments),
        "reason": replace(report, revision=None),
    }[kept]
    assert rules.violations(wrong) != ()


def test_a_section_of_the_cancelled_report_keeps_its_samples_and_no_validation() -> None:
    sections: list[Section] = [section for chapter in voided(routine_report()).chapters for section in chapter.sections]
    before = [section for chapter in routine_report().chapters for section in chapter.sections]
    assert [one.samples for one in sections] == [one.samples for one in before]
    assert {(one.status, one.validation) for one in sections} == {("aborted", None)}
