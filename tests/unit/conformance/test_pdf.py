"""The PDF against the CDA: ours says the same, whatever the kind of report; another's is judged with care."""

from __future__ import annotations

import pytest
from lxml import etree

from eprouvette.sandbox.corpus.build import Made, reports
from eprouvette.standards.conformance import check_copy, check_pdf, held_pdf
from eprouvette.standards.conformance.pdf_text import MAX_BYTES, UnreadablePdfError, read_pages
from eprouvette.standards.crbio import CRBIO_2021_01, write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.model import LabReport
from support.damaging import at, put
from support.large_reports import large_report
from support.pdf_damages import TO_PDF, printed, with_pdf
from support.reports import forty_results, routine_report
from support.rich_reports import rich_reports


@pytest.mark.requirement("REQ-CRB-02")
@pytest.mark.requirement("REQ-CRB-03")
@pytest.mark.parametrize("made", tuple(reports(25, 1)), ids=lambda made: made.kind.code)
def test_the_pdf_of_every_kind_of_report_says_what_its_cda_says(made: Made) -> None:
    pdf = render_pdf(made.report)
    for document in (write_n3(made.report, pdf), write_n1(made.report, pdf)):
        assert check_pdf(document, ours=True) == ()
        assert check_copy(document, pdf) == ()
    assert check_pdf(write_n3(made.report, pdf, profile=CRBIO_2021_01), pdf, ours=True) == ()


@pytest.mark.parametrize("report", [*rich_reports().values(), forty_results(), large_report(300)], ids=lambda _: "")
def test_rich_and_long_reports_too(report: LabReport) -> None:
    pdf = render_pdf(report)
    assert check_pdf(write_n3(report, pdf), pdf, ours=True) == ()


def test_another_producer_has_warnings_where_we_have_errors() -> None:
    for name, data, pdf, rule in with_pdf():
        found = {finding.rule: finding.severity for finding in check_pdf(data, pdf)}
        always = rule in {"PDF-01", "PDF-03", "PDF-07"}
        # The number of pages is our own way to print.
        assert rule == "PDF-15" or found[rule] == ("error" if always else "warning"), name


def test_no_value_of_the_patient_is_told() -> None:
    for _, data, pdf, _ in with_pdf():
        said = " ".join(finding.message for finding in check_pdf(data, pdf, ours=True))
        assert not any(word in said for word in ("PAT-TROIS", "DOMINIQUE", "279035121518", "13.2", "7.77", "28/03"))


def test_a_document_that_holds_no_pdf_needs_one() -> None:
    document = write_n3(routine_report(), printed(), profile=CRBIO_2021_01)
    assert held_pdf(document) is None
    assert [finding.rule for finding in check_pdf(document)] == ["PDF-02"]


def test_the_copy_that_the_document_holds_is_the_one_judged() -> None:
    other = write_n3(routine_report(), printed(1))
    assert held_pdf(other) == printed(1)
    assert "PDF-07" in {finding.rule for finding in check_pdf(other)}
    assert [finding.rule for finding in check_copy(other, printed())] == ["PDF-03"]


@pytest.mark.parametrize("name", [name for name, (_, rule) in TO_PDF.items() if rule == "PDF-01"])
def test_a_pdf_that_cannot_be_read_is_a_typed_error(name: str) -> None:
    with pytest.raises(UnreadablePdfError) as caught:
        read_pages(TO_PDF[name][0](printed()))
    assert caught.value.hint


def test_a_pdf_larger_than_a_report_can_be_is_not_opened() -> None:
    with pytest.raises(UnreadablePdfError, match="dépasse"):
        read_pages(b"%PDF-1.4" + b"\0" * MAX_BYTES)


def test_two_values_exchanged_are_both_told() -> None:
    root = etree.fromstring(write_n3(forty_results(), render_pdf(forty_results())))
    first, second = (f"(//h:observation[h:templateId]/h:value[@value])[{rank}]" for rank in (3, 4))
    held = [at(root, path).get("value", "") for path in (first, second)]
    put(first, value=held[1])(root)
    put(second, value=held[0])(root)
    assert "PDF-09" in {finding.rule for finding in check_pdf(etree.tostring(root), ours=True)}
