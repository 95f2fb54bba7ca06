"""Two versions of the profile, one writer: what differs is data."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import CRBIO_2021_01, PROFILES, write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from support.report_strategies import reports
from support.rich_reports import rich_reports

PDF = b"%PDF-1.4 any bytes"


def rules(data: bytes, version: str) -> list[str]:
    assert version in {"2024.01", "2021.01"}
    return [one.rule for one in check(data, version="2021.01" if version == "2021.01" else "2024.01")]


@pytest.mark.parametrize("version", list(PROFILES))
def test_each_profile_satisfies_its_own_rules_and_not_the_other_s(version: str) -> None:
    other = next(one for one in PROFILES if one != version)
    for report in rich_reports().values():
        document = write_n3(report, PDF, profile=PROFILES[version])
        assert rules(document, version) == []
        assert rules(document, other) != []
        assert rules(write_n1(report, PDF, profile=PROFILES[version]), version) == []


def test_the_first_wave_has_no_pdf_inside_and_declares_no_version() -> None:
    document = etree.fromstring(write_n3(rich_reports()["urine culture"], PDF, profile=CRBIO_2021_01))
    assert not list(document.iter("{urn:hl7-org:v3}observationMedia"))
    declared = document.find("{urn:hl7-org:v3}templateId[@root='1.2.250.1.213.1.1.1.55']")
    assert declared is not None
    assert declared.get("extension") is None


@settings(
    max_examples=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(reports())
def test_generated_reports_of_the_first_wave_have_no_finding(report: LabReport) -> None:
    expected = [] if report.patient.ins else ["PAT-02"]
    assert rules(write_n3(report, PDF, profile=CRBIO_2021_01), "2021.01") == expected
