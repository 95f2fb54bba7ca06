"""The organised screening: why it was made, with what, the vaccinations; written, read back, printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.core.dates import PARIS
from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import to_html, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.content import content
from eprouvette.standards.report.house import PLAIN
from eprouvette.standards.report.model import LabReport, Screening, Vaccination
from support.cda import texts

PDF = b"%PDF-1.4 any bytes"
VACCINE = Coded("J07BM", oids.ATC, "vaccins contre le Papillomavirus")
GIVEN = Vaccination(VACCINE, "given", at=datetime(2012, 5, 4, 10, 0, tzinfo=PARIS), dose="2")


@pytest.fixture(scope="module")
def report() -> LabReport:
    return next(reports(1, 3, only="col")).report


def test_it_is_conformant_and_read_back(report: LabReport) -> None:
    assert report.screening is not None
    told = replace(report, screening=replace(report.screening, vaccinations=(GIVEN, Vaccination(VACCINE, "not_given"))))
    data = write_n3(told, PDF)
    assert check(data) == ()
    found = read_report(data)
    assert found.remarks == ()
    assert found.report.screening == told.screening


def test_the_kit_and_the_medium_stand_beside_the_result(report: LabReport) -> None:
    data = write_n3(report, PDF)
    participants = "//h:observation/h:participant"
    assert texts(data, f"{participants}/@typeCode") == ["DEV", "CSM"]
    assert texts(data, f"{participants}/h:participantRole/@classCode") == ["MANU", "ADTV"]
    page = to_html(data)
    assert "Alinity m HR HPV" in page
    assert "ThinPrep PreservCyt" in page


def test_a_vaccination_that_was_not_made_is_denied_not_left_out(report: LabReport) -> None:
    screening = Screening(*_codes(report), (Vaccination(VACCINE, "not_given"),))
    data = write_n3(replace(report, screening=screening), PDF)
    assert texts(data, "//h:substanceAdministration/@negationInd") == ["true"]
    assert texts(data, "//h:substanceAdministration/h:effectiveTime/@nullFlavor") == ["NA"]


def _codes(report: LabReport) -> tuple[Coded, Coded]:
    assert report.screening is not None
    return report.screening.context, report.screening.sought


def test_the_paper_says_it(report: LabReport) -> None:
    screening = Screening(*_codes(report), (GIVEN,))
    said = content(replace(report, screening=screening), PLAIN)["screening"]
    assert isinstance(said, list)
    assert said[2] == "vaccins contre le Papillomavirus : oui, dose 2, le 04/05/2012 à 10:00"


def test_a_report_of_no_screening_has_no_such_section() -> None:
    plain = next(reports(1, 3, only="avk")).report
    assert texts(write_n3(plain, PDF), "//h:section/h:code/@code").count("42349-1") == 0
    assert content(plain, PLAIN)["screening"] == []


def test_the_published_example_is_read(shared_dir: Path) -> None:
    path = next((shared_dir / "ans" / "examples").glob("*DEP-CCU*"))
    found = read_report(path.read_bytes())
    screening = found.report.screening
    assert screening is not None
    assert (screening.context.code, screening.sought.code) == ("MED-1210", "B97.7")
    assert [(one.vaccine.code, one.status) for one in screening.vaccinations] == [("J07BM", "not_given")]
    assert not [one for one in found.remarks if "structuredBody" in one.xpath and "/time" not in one.xpath]
    again = write_n3(found.report, found.pdf or PDF)
    assert etree.fromstring(again).findall(".//{*}playingDevice")
