"""The INS DataMatrix: its text by the national format, and the picture read back from the printed page."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from eprouvette.core.dates import PartialDate
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.ins_mark import ins_svg, ins_text
from eprouvette.standards.report.ins_text import HEADER
from eprouvette.standards.report.people import Patient
from support.report_data import DOMINIQUE, LONGEST, PROVISOIRE
from support.reports import routine_report

GS = "\x1d"


@pytest.mark.requirement("REQ-INS-19")
def test_the_blocks_follow_the_format() -> None:
    assert ins_text(DOMINIQUE) == (
        f"{HEADER}S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE MARIE-LOUISE{GS}S4PAT-TROIS{GS}"
        "S5FS628-03-1979S751215"
    )
    assert len(HEADER) == 26


def test_a_shorter_oid_ends_with_a_separator_and_accents_go() -> None:
    assert DOMINIQUE.ins is not None
    real = replace(DOMINIQUE, ins=replace(DOMINIQUE.ins, oid="1.2.250.1.213.1.4.8"), birth_family_name="Œuvré-D'Été")
    assert f"S21.2.250.1.213.1.4.8{GS}S3" in ins_text(real)
    assert f"S4OEUVRE-D'ETE{GS}" in ins_text(real)


def test_without_a_place_the_date_ends_the_text() -> None:
    assert ins_text(replace(DOMINIQUE, birth_place=None)).endswith("S628-03-1979")


@pytest.mark.requirement("REQ-INS-19")
@pytest.mark.parametrize(
    "patient",
    [PROVISOIRE, replace(DOMINIQUE, sex="UN"), replace(DOMINIQUE, birth_date=PartialDate("1979"))],
    ids=["no INS", "sex unknown", "date unknown"],
)
def test_nothing_is_printed_for_an_identity_that_is_not_whole(patient: Patient) -> None:
    assert ins_svg(patient) == ""


@pytest.mark.requirement("REQ-INS-19")
@pytest.mark.parametrize("patient", [DOMINIQUE, LONGEST], ids=["usual", "longest"])
def test_a_scanner_reads_it_on_page_one_from_a_poor_print(patient: Patient, tmp_path: Path) -> None:
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("pdftoppm is absent (Debian package poppler-utils)")
    report = routine_report(patient=patient)
    (tmp_path / "report.pdf").write_bytes(render_pdf(report))
    page = tmp_path / "page"
    command = [tool, "-r", "150", "-gray", "-png", "-f", "1", "-singlefile", str(tmp_path / "report.pdf"), str(page)]
    subprocess.run(command, check=True, timeout=60)
    found = zxingcpp.read_barcodes(Image.open(page.with_suffix(".png")), text_mode=zxingcpp.TextMode.Plain)
    assert [one.text for one in found] == [ins_text(report.patient)]
