"""The corpus: 25 kinds, a thousand reports, nothing to say against them, the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from eprouvette.sandbox.corpus.build import Made, reports
from eprouvette.sandbox.corpus.command import corpus
from eprouvette.sandbox.corpus.kinds import exams, kinds
from eprouvette.standards.conformance import check
from eprouvette.standards.conformance.official import OfficialRunner
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report import walk
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.results import Observation
from eprouvette.standards.report.rules import violations
from eprouvette.standards.terminology import ucum
from eprouvette.standards.terminology.loinc import is_well_formed

PDF = b"%PDF-1.4 any bytes"
SEED = 2026
WHOLE = 1000
SHARES = 4


def share(number: int) -> Iterator[Made]:
    """A quarter of the thousand, for one worker."""
    return (made for made in reports(WHOLE, SEED) if made.rank % SHARES == number)


def forms(made: Made) -> Iterator[tuple[str, bytes]]:
    pdf = render_pdf(made.report)
    yield "N3", write_n3(made.report, pdf)
    yield "N1", write_n1(made.report, pdf)


def observations(made: Made) -> list[Observation]:
    entries = [entry for chapter in made.report.chapters for part in chapter.sections for entry in part.entries]
    return [one for entry in entries for _, one in walk.observations(entry)]


def test_there_are_25_kinds_and_each_is_made() -> None:
    assert len(kinds()) == 25
    assert {made.kind.code for made in reports(25, 1)} == {kind.code for kind in kinds()}


@pytest.mark.parametrize("number", range(SHARES))
def test_a_thousand_reports_hold_together_and_our_rules_agree(number: int) -> None:
    for made in share(number):
        assert violations(made.report) == (), made.kind.code
        # An identity that is not qualified carries no INS: the document is right, and said not to be for the DMP.
        expected = [] if made.report.patient.ins else ["PAT-02"]
        for data in (write_n3(made.report, PDF), write_n1(made.report, PDF)):
            assert [finding.rule for finding in check(data)] == expected, made.kind.code


@pytest.mark.parametrize("number", range(SHARES))
def test_a_thousand_reports_are_valid_by_the_schema(number: int, shared_dir: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(shared_dir / "ans/xsd/CDA_extended.xsd")))
    for made in share(number):
        for data in (write_n3(made.report, PDF), write_n1(made.report, PDF)):
            schema.assertValid(etree.fromstring(data))


@pytest.mark.pack
@pytest.mark.parametrize("number", range(SHARES))
def test_a_thousand_reports_pass_the_official_rules(number: int, pack_dir: Path) -> None:
    runner = OfficialRunner(pack_dir)
    failed = {
        (made.rank, made.kind.code, form): verdict.failures
        for made in share(number)
        for form, data in forms(made)
        if (verdict := runner.judge(data)).result != "passed"
    }
    assert failed == {}
    print(f"official rules {runner.revision}: {WHOLE // SHARES} reports, N3 and N1")


def test_what_is_written_is_read_back() -> None:
    for made in reports(50, SEED):
        assert from_json(to_json(made.report)) == made.report
        found = read_report(write_n3(made.report, PDF))
        # The format has no place for the laboratory of a joined document (see `crbio.reader`): its words are told.
        beside = ["Des mots à côté de ceux que l'entrée désigne ne sont pas repris."]
        performed = [one for one in made.report.attachments if one.performer]
        assert [one.message for one in found.remarks] == beside * len(performed), made.kind.code
        joined = tuple(replace(one, performer=None) for one in made.report.attachments)
        carried = replace(made.report, attachments=joined)
        assert write_n3(found.report, PDF) == write_n3(carried, PDF), made.kind.code


def test_the_same_seed_gives_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    def files(name: str, seed: int) -> dict[str, bytes]:
        done = CliRunner().invoke(corpus, ["--n", "25", "--seed", str(seed), "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

    first = files("first", 5)
    assert len(first) == 100
    assert files("again", 5) == first
    assert files("other", 6) != first


def test_one_kind_and_one_form_can_be_asked(tmp_path: Path) -> None:
    options = ["--n", "3", "--kind", "ecbu", "--form", "json", "--out", str(tmp_path)]
    done = CliRunner().invoke(corpus, options)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"0000{rank}-ecbu.json" for rank in (1, 2, 3)]


def test_every_code_and_unit_of_the_files_is_well_formed() -> None:
    for exam in exams().values():
        assert not exam.loinc or is_well_formed(exam.loinc), exam.code
        assert not exam.ucum or ucum.accepts(exam.ucum), exam.code


def test_the_corpus_has_everything_that_a_report_may_carry() -> None:
    made = list(reports(100, SEED))
    found = [one for report in made for one in observations(report)]
    assert {one.value.kind for one in found if one.value} == {"numeric", "limit", "coded", "text", "ratio"}
    assert {"H", "HH", "L", "LL", "N", "POS", "NEG", "S", "R", "A"} <= {one.interpretation for one in found}
    assert any(one.status == "aborted" for one in found)
    assert any(one.derivation for one in found)
    assert any(one.code.loinc is None for one in found)
    assert any(prior.method != one.method for one in found for prior in one.priors)
    assert any(report.report.attachments for report in made)
    assert any(report.report.revision for report in made)
    assert any(report.report.document.confidentiality == "R" for report in made)
    assert any(report.report.patient.ins is None for report in made)
