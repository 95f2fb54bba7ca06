"""Official packs: what is installed, what is refused, and a verdict that is never green by silence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprouvette.standards.conformance import official
from eprouvette.standards.conformance.official import NotEnoughMemoryError, OfficialRunner
from eprouvette.standards.conformance.packs import PackError, install, installed_pack, revision_of
from eprouvette.standards.crbio import CRBIO_2021_01, write_n1, write_n3
from eprouvette.web.cli.pack import pack as command
from support.reports import routine_report

VOCABULARY = "schematrons/profils/structurationMinimale/include/voc-1.2.250.1.213.1.1.5.471-DYNAMIC.xml"
PDF = b"%PDF-1.4 any bytes"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A pack in miniature, without the vocabulary that the published one forgot."""
    folder = tmp_path / "source"
    for name, text in {
        "schematrons/CI-SIS_BIO-CR-BIO_2024.01.sch": '<schema xmlns="http://purl.oclc.org/dsdl/schematron"/>',
        "infrastructure/cda/CDA_extended.xsd": "<xs/>",
        "schematrons/profils/structurationMinimale/include/other.xml": "<a/>",
        "jeuxDeValeurs/JDV_J07_XdsTypeCode_CISIS.xml": (
            '<r xmlns="urn:ihe:iti:svs:2008"><Concept code="11502-2" codeSystem="1.2" displayName="CR"/></r>'
        ),
        "outils/program.sh": "exit 1",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def zipped(source: Path, target: Path, *extra: str) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                archive.write(path, f"TestContenuCDA-3-0-main/{path.relative_to(source)}")
        for name in extra:
            archive.writestr(name, "x")
    return target


def test_a_folder_is_installed_and_mended(source: Path, tmp_path: Path) -> None:
    target = install(source, tmp_path / "packs")
    assert installed_pack(tmp_path / "packs") == target
    assert 'code="11502-2"' in (target / VOCABULARY).read_text(encoding="utf-8")
    assert not (target / "outils").exists()
    assert revision_of(target) == revision_of(source)


def test_a_zip_is_installed_as_its_folder_is(source: Path, tmp_path: Path) -> None:
    target = install(zipped(source, tmp_path / "pack.zip"), tmp_path / "packs")
    assert (target / VOCABULARY).is_file()
    assert revision_of(target) == revision_of(source)


@pytest.mark.parametrize("name", ["../schematrons/x.sch", "/schematrons/x.sch", "schematrons/../../x", "..\\x"])
def test_a_hostile_zip_entry_is_refused_and_leaves_nothing(source: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="interdit"):
        install(zipped(source, tmp_path / "pack.zip", name), tmp_path / "packs")
    assert list((tmp_path / "packs").iterdir()) == []


def test_what_is_not_a_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(b"not a zip")
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "file.zip", tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(PackError):
            install(source, tmp_path / "packs")
    assert installed_pack(tmp_path / "packs") is None
    assert installed_pack(tmp_path / "nowhere") is None


def test_the_command_installs_a_pack_and_names_its_revision(source: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["install", str(source), "--packs", str(tmp_path / "packs")])
    assert result.exit_code == 0
    assert "sha256:" in result.output


def test_a_runner_without_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000000 kB\nMemAvailable: 1000000 kB\n", encoding="ascii")
    monkeypatch.setattr(official, "_MEMORY", tmp_path / "meminfo")
    with pytest.raises(NotEnoughMemoryError) as caught:
        OfficialRunner(tmp_path)
    assert not caught.value.permanent


@pytest.mark.pack
def test_the_official_rules_pass_ours_and_fail_what_is_broken(pack_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    runner = OfficialRunner(pack_dir)
    n3 = write_n3(routine_report(), PDF)
    passed = runner.judge(n3)
    assert (passed.result, passed.failures, len(passed.rules)) == ("passed", (), 7)
    assert len(runner.judge(write_n1(routine_report(), PDF)).rules) == 6
    for old, new, rule in (
        (b'unit="g/L"', b'unit="nkat/L"', "terminologie"),
        (b'<realmCode code="FR"/>', b'<realmCode code="DE"/>', "ASIP-STRUCT-MIN-StrucMin"),
        (b"<title>Copie du document</title>", b"<title>Copie</title>", "CI-SIS_Modeles_ANS"),
        (b'value="1.32"', b'value="1,32"', "CDA_extended"),
    ):
        verdict = runner.judge(n3.replace(old, new, 1))
        assert verdict.result == "failed", rule
        assert verdict.findings[0].as_json().keys() == {"message", "location", "rule"}
    assert runner.judge(b"<a/>").result == "failed"
    broken = tmp_path / "broken.sch"
    broken.write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><pattern><rule context="/*">'
        "<assert test=\"doc('absent.xml')//a = 'x'\">x</assert></rule></pattern></schema>",
        encoding="utf-8",
    )
    sheet = official._compile(runner._saxon.new_xslt30_processor(), broken)
    runner._compiled = dict.fromkeys(runner._compiled, sheet)
    assert runner.judge(n3).result == "error"


@pytest.mark.pack
def test_a_version_that_the_pack_does_not_have_is_never_passed_and_stops_nobody(pack_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    runner = OfficialRunner(pack_dir)
    older = write_n3(routine_report(), PDF, profile=CRBIO_2021_01)
    assert runner.judge(older, "2021.01").result == "passed"
    del runner._compiled["CI-SIS_BIO-CR-BIO_2021.01"]
    runner._folder = tmp_path
    verdict = runner.judge(older, "2021.01")
    assert (verdict.result, [one.rule for one in verdict.findings]) == ("error", ["CI-SIS_BIO-CR-BIO_2021.01"])
    assert runner.judge(write_n3(routine_report(), PDF)).result == "passed"
