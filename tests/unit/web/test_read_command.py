"""``eprouvette read``: a document in, a summary without patient data and a JSON report out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.errors import ReportFormatError
from eprouvette.web.cli import root
from support.rich_reports import electrophoresis, partner_pdf, urine_culture


def run(*arguments: str) -> tuple[int, str]:
    answer = CliRunner().invoke(root, ["read", *arguments])
    return answer.exit_code, answer.output


def test_a_whole_document_is_counted_and_written(tmp_path: Path) -> None:
    source, target = tmp_path / "n3.xml", tmp_path / "report.json"
    source.write_bytes(write_n3(urine_culture(), partner_pdf()))
    code, said = run(str(source), "--json", str(target))
    assert code == 0
    assert "1 chapitre(s), 10 résultat(s), 0 document(s) joint(s)." in said
    assert "PDF : oui." in said
    assert "0 remarque(s)." in said
    assert "PAT-TROIS" not in said
    assert from_json(target.read_text(encoding="utf-8")).order.clinical_data.startswith("Fièvre")


def test_remarks_are_printed_with_their_place_and_change_the_exit_code(tmp_path: Path) -> None:
    document = etree.fromstring(write_n3(electrophoresis(), partner_pdf()))
    section = document.find(".//{*}section")
    assert section is not None
    for template in section.findall("{*}templateId"):
        template.set("root", "1.2.3")
    source = tmp_path / "n3.xml"
    source.write_bytes(etree.tostring(document))
    code, said = run(str(source))
    assert code == 1
    assert "1 remarque(s)." in said
    assert "Cette section n'a pas de place dans le compte rendu" in said


def test_what_would_keep_the_json_from_being_read_back_is_said(tmp_path: Path) -> None:
    source, target = tmp_path / "n1.xml", tmp_path / "report.json"
    source.write_bytes(write_n1(urine_culture(), partner_pdf()))
    code, said = run(str(source), "--json", str(target))
    assert code == 1
    assert "0 chapitre(s), 0 résultat(s), 0 document(s) joint(s)." in said
    assert "1 point(s) à corriger avant de relire ce JSON :\nchapters\n" in said
    with pytest.raises(ReportFormatError):
        from_json(target.read_text(encoding="utf-8"))


def test_a_target_that_cannot_be_written_is_said_with_a_remedy(tmp_path: Path) -> None:
    source = tmp_path / "n3.xml"
    source.write_bytes(write_n3(urine_culture(), partner_pdf()))
    code, said = run(str(source), "--json", str(tmp_path / "absent" / "report.json"))
    assert code == 2
    assert "ne peut pas être écrit." in said
    assert "Que faire :" in said


def test_a_file_that_does_not_exist_is_refused_by_its_name(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "absent.xml"))
    assert code == 2
    assert "absent.xml" in said


def test_help_says_what_each_code_of_exit_means() -> None:
    code, said = run("--help")
    assert code == 0
    assert "Code de sortie : 0 lu en entier, 1 lu avec des remarques, 2 illisible" in " ".join(said.split())


@pytest.mark.parametrize("content", [b"", b"hello", b"<a/>", b"\x00" * 50])
def test_other_bytes_are_refused_with_a_sentence_and_a_remedy(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "x.xml"
    source.write_bytes(content)
    code, said = run(str(source))
    assert code == 2
    assert "Que faire :" in said
