"""Two hundred generated reports: the schema finds nothing, references resolve, both forms agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.standards.crbio import extract, write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from support.cda import infoset, texts
from support.report_strategies import reports

PDF = b"%PDF-1.4 any bytes"

many = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@many
@given(reports())
@pytest.mark.requirement("REQ-CRB-01")
def test_two_hundred_reports_have_no_schema_finding(
    schema_findings: Callable[[bytes], list[str]], report: LabReport
) -> None:
    assert schema_findings(write_n3(report, PDF)) == []
    assert schema_findings(write_n1(report, PDF)) == []


@many
@given(reports())
def test_every_reference_of_a_report_resolves_to_one_id(report: LabReport) -> None:
    data = write_n3(report, PDF)
    ids = texts(data, "//@ID")
    assert len(ids) == len(set(ids))
    assert {reference[1:] for reference in texts(data, "//h:reference/@value")} <= set(ids)


@pytest.mark.requirement("REQ-CRB-13")
@settings(many, max_examples=50)
@given(reports())
def test_the_narrative_says_what_the_entries_say(report: LabReport) -> None:
    data = write_n3(report, PDF)
    said = "".join(texts(data, "//h:section/h:text//text()"))
    numbers = texts(data, "//h:act//h:value/@value | //h:act//h:value/h:low/@value | //h:act//h:value/h:high/@value")
    words = (
        *(number.replace(".", ",") for number in numbers),
        # An earlier result is told by its mark.
        *texts(data, "//h:observation[not(parent::*[@typeCode='REFR'])]/h:interpretationCode/@displayName"),
        *texts(data, "//h:procedure/h:participant//h:id/@extension"),
        *texts(data, "//h:act/h:participant[@typeCode='AUTHEN']//h:family/text()"),
        *texts(data, "//h:act//h:value[@xsi:type='ST']/text()"),
        *report.comments,
    )
    missing = [word for word in words if any(line not in said for line in word.split("\n"))]
    assert missing == []


@settings(many, max_examples=50)
@given(reports())
def test_both_forms_say_the_same_and_equal_reports_give_equal_bytes(report: LabReport) -> None:
    plain = write_n3(report, PDF)
    assert plain == write_n3(report, PDF)
    assert infoset(extract(write_n3(report, PDF, stylesheet=True))) == infoset(plain)
