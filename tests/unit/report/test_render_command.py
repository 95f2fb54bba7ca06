"""`eprouvette render`: three files, or a clear refusal and none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprouvette.web.cli.render import command

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/report.json"


def test_the_example_gives_its_three_forms(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(EXAMPLE), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(written) == {"n3.xml", "n1.xml", "report.pdf"}
    assert written["report.pdf"].startswith(b"%PDF-1.4")
    assert b"ClinicalDocument" in written["n3.xml"]


@pytest.mark.parametrize("damage", ["wrong", "not json", "no glyph"])
def test_a_wrong_report_is_refused_with_its_place_and_writes_nothing(tmp_path: Path, damage: str) -> None:
    report = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    report["comments"] = ["日本"] if damage == "no glyph" else report["comments"]
    report["patient"]["sex"] = "X" if damage == "wrong" else "F"
    source = tmp_path / "report.json"
    source.write_text("{" if damage == "not json" else json.dumps(report), encoding="utf-8")
    result = CliRunner().invoke(command, [str(source), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert {"wrong": "patient.sex", "not json": "ligne 1", "no glyph": "comments[0]"}[damage] in result.stderr
    assert not (tmp_path / "out").exists()
