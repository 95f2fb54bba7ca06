"""Bytes that cannot be judged: a typed error from `check`, exit code 2 from the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.xml import UnreadableXmlError
from eprouvette.standards.conformance import NotACdaError, check
from eprouvette.standards.crbio import write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.web.cli.check import check as command
from support.reports import routine_report

BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3">&d;</ClinicalDocument>'
)
EXTERNAL = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3">&x;</ClinicalDocument>'
)
DEEP = b'<ClinicalDocument xmlns="urn:hl7-org:v3">' + b"<component>" * 100_000
UNREADABLE: dict[str, tuple[bytes, type[EprouvetteError]]] = {
    "an entity bomb": (BOMB, UnreadableXmlError),
    "an external entity": (EXTERNAL, UnreadableXmlError),
    "deep nesting": (DEEP, UnreadableXmlError),
    "a PDF": (b"%PDF-1.4", UnreadableXmlError),
    "nothing": (b"", UnreadableXmlError),
    "another XML": (b"<a/>", NotACdaError),
    "a sheet without document": (
        b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>',
        NotACdaError,
    ),
}


@pytest.mark.parametrize(("data", "error"), UNREADABLE.values(), ids=UNREADABLE)
def test_bytes_that_hold_no_document_are_refused(data: bytes, error: type[EprouvetteError], tmp_path: Path) -> None:
    with pytest.raises(error):
        check(data)
    file = tmp_path / "document.xml"
    file.write_bytes(data)
    result = CliRunner().invoke(command, [str(file), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.output)["error"]


def test_an_empty_document_has_findings_and_no_crash() -> None:
    assert len(check(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')) > 10


def test_the_command_exits_0_on_a_right_document_and_1_on_a_wrong_one(tmp_path: Path) -> None:
    data = write_n3(routine_report(), render_pdf(routine_report()))
    file = tmp_path / "document.xml"
    file.write_bytes(data)
    right = CliRunner().invoke(command, [str(file)])
    assert (right.exit_code, "non jugé" in right.output) == (0, True)
    file.write_bytes(data.replace(b'unit="g/L"', b'unit="G/L"', 1))
    wrong = CliRunner().invoke(command, [str(file), "--json"])
    report = json.loads(wrong.output)
    assert wrong.exit_code == 1
    assert report["findings"][0]["rule"] == "VAL-04"
    assert report["official"] == {"result": "not judged"}
