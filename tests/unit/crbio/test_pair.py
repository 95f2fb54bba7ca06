"""N3 and N1 sent together: two documents of one report, each under ids of its own that follow from the report's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.core import oids
from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import CRBIO_2021_01, PROFILES, write_n1
from eprouvette.standards.crbio.pair import companion
from eprouvette.standards.xdm.reading import read_entry
from support.reports import routine_report
from support.rich_reports import rich_reports

PDF = b"%PDF-1.4 any bytes"


def test_the_level_one_document_has_its_own_id_and_its_own_series() -> None:
    report = rich_reports()["corrected"]
    own = companion(report).document
    assert (own.id, own.set_id, own.version) == (f"{report.document.id}.1", f"{report.document.set_id}.1", 2)
    assert own.replaces == f"{report.document.replaces}.1"
    assert companion(report) == companion(report)
    assert companion(routine_report()).document.replaces is None


def test_a_new_level_one_document_names_the_one_before_it() -> None:
    first = routine_report()
    document = replace(first.document, id=f"{first.document.set_id}.2", version=2, replaces=first.document.id)
    second = replace(first, document=document)
    assert companion(second).document.replaces == companion(first).document.id


def test_its_metadata_are_its_own_and_its_rules_find_nothing() -> None:
    data = write_n1(companion(routine_report()), PDF, profile=CRBIO_2021_01)
    assert read_entry(data).unique_id == f"{routine_report().document.id}.1"
    assert check(data, version="2021.01") == ()


def test_an_id_that_would_be_too_long_is_refused_before_anything_leaves() -> None:
    report = routine_report()
    long = "1." + "2" * (oids.MAX_LENGTH - 3)
    with pytest.raises(InvalidValueError):
        companion(replace(report, document=replace(report.document, id=long)))


def test_the_first_wave_alone_goes_as_a_pair_without_its_pdf_inside() -> None:
    assert {version: (one.paired, one.pdf_copy) for version, one in PROFILES.items()} == {
        "2024.01": (False, True),
        "2021.01": (True, False),
    }
