"""Documents of 50 MB, reports of 5,000 results: read whole, or refused with a sentence; never silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.core.xml import MAX_BYTES
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import to_html, write_n3
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import MOST_REMARKS, read_report
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import Attachment
from support.large_reports import large_report
from support.reports import routine_report

PDF = b"%PDF-1.4 any bytes"
MEGA = 1_000_000


def test_a_document_of_fifty_megabytes_is_read_whole() -> None:
    joined = tuple(Attachment(f"Annexe {rank}", b"%PDF-1.4" + bytes([rank]) * 7 * MEGA) for rank in range(5))
    data = write_n3(replace(routine_report(), attachments=joined), PDF)
    assert len(data) > 46 * MEGA
    found = read_report(data)
    assert [len(one.content) for one in found.report.attachments] == [7 * MEGA + 8] * 5
    assert check(data) == ()
    assert "Annexe 4" in to_html(data, attachments=False)


def test_one_text_of_fifty_megabytes_is_only_text() -> None:
    data = write_n3(routine_report(), PDF).replace(b"<title>", b"<title>" + b"A" * 50 * MEGA, 1)
    assert read_report(data).report.patient == read_report(write_n3(routine_report(), PDF)).report.patient
    assert "A" * 1000 in to_html(data, attachments=False)


def test_beyond_the_limit_nothing_is_parsed() -> None:
    data = write_n3(routine_report(), PDF) + b" " * MAX_BYTES
    for read in (read_report, to_html):
        with pytest.raises(UnreadableCdaError) as refused:
            read(data)
        assert "Mo" in refused.value.message


def test_a_hundred_thousand_unknown_elements_give_a_bounded_list_of_remarks() -> None:
    noise = b'<informant><relatedEntity classCode="PAT"><telecom value="tel:01"/></relatedEntity></informant>' * 100_000
    data = write_n3(routine_report(), PDF).replace(b"<custodian>", noise + b"<custodian>", 1)
    found = read_report(data)
    assert len(found.remarks) == MOST_REMARKS + 1
    assert found.remarks[-1].message == "D'autres éléments ne sont pas repris."


def test_five_thousand_results_go_through_every_form() -> None:
    report = large_report(5000)
    pdf = render_pdf(report)
    data = write_n3(report, pdf)
    assert check(data) == ()
    entries = [entry for chapter in read_report(data).report.chapters for entry in chapter.sections[0].entries]
    assert sum(1 for entry in entries for _ in walk.observations(entry)) == 5000
    assert pdf.startswith(b"%PDF")
