"""Nothing to say about what the product writes: routine, forty results, and two hundred generated reports."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from support.reports import forty_results, reports, routine_report

PDF = b"%PDF-1.4 any bytes"


@pytest.mark.parametrize("report", [routine_report(), forty_results()], ids=["routine", "forty results"])
@pytest.mark.parametrize("stylesheet", [False, True], ids=["plain", "self-presentable"])
def test_our_own_documents_have_no_finding(report: LabReport, stylesheet: bool) -> None:
    assert check(write_n3(report, PDF, stylesheet=stylesheet)) == ()
    assert check(write_n1(report, PDF, stylesheet=stylesheet)) == ()


@settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(reports())
def test_two_hundred_generated_reports_have_no_finding(report: LabReport) -> None:
    # An identity that is not qualified carries no INS: the document is right, and said not to be for the DMP.
    expected = [] if report.patient.ins else ["PAT-02"]
    for data in (write_n3(report, PDF), write_n1(report, PDF), write_n3(report, PDF, stylesheet=True)):
        assert [finding.rule for finding in check(data)] == expected
