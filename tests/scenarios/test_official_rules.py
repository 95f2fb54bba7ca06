"""Two hundred generated reports before the official judge: N3 and N1, no failed assertion.

The judge is the runner of ``standards.conformance.official`` over the pack of the ANS that this machine has; without a
pack the test is skipped and says so. Compiling the pack costs 20 s and 1.5 GB, once for the module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.lab.validation.voiding import void
from eprouvette.standards.crbio import CRBIO_2021_01, CRBIO_2024_01, CrbioProfile, extract, write_n1, write_n3
from eprouvette.standards.crbio.pair import companion
from eprouvette.standards.crbio.profile import Version
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report.model import LabReport, Signature
from support.report_data import DR_AUBIN
from support.report_strategies import reports
from support.reports import forty_results, routine_report
from support.rich_reports import rich_reports

pytestmark = pytest.mark.pack
PDF = b"%PDF-1.4 any bytes"
DOCUMENTS = 200


class Verdict(Protocol):
    """What this test reads of a verdict."""

    @property
    def failures(self) -> Sequence[object]: ...


class Judge(Protocol):
    """What this test asks of the runner."""

    @property
    def revision(self) -> str: ...

    def judge(self, data: bytes, version: Version | None = None) -> Verdict: ...


@pytest.fixture(scope="module")
def judge(pack_dir: Path) -> Judge:
    """The official rules, compiled."""
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    official = pytest.importorskip("eprouvette.standards.conformance.official")
    runner: Judge = official.OfficialRunner(pack_dir)
    return runner


@pytest.mark.requirement("REQ-CRB-01")
@pytest.mark.requirement("REQ-CRB-09")
def test_two_hundred_reports_fail_no_official_assertion(judge: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    judged = {"N3": 0, "N1": 0}

    @settings(
        max_examples=DOCUMENTS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(reports())
    def each(report: LabReport) -> None:
        for form, data in (("N3", write_n3(report, PDF)), ("N1", write_n1(report, PDF))):
            assert list(judge.judge(data).failures) == []
            judged[form] += 1

    each()
    with capsys.disabled():
        print(f"\nofficial rules, pack {judge.revision}: {judged['N3']} N3 and {judged['N1']} N1, 0 failed assertion")
    assert min(judged.values()) >= DOCUMENTS


def test_what_a_self_presentable_file_holds_passes_as_the_plain_document_does(judge: Judge) -> None:
    @settings(max_examples=5, deadline=None, derandomize=True, database=None)
    @given(reports())
    def each(report: LabReport) -> None:
        assert list(judge.judge(extract(write_n3(report, PDF, stylesheet=True))).failures) == []

    each()


@pytest.mark.parametrize("name", list(rich_reports()))
def test_microbiology_pictures_and_other_laboratories_fail_no_official_assertion(judge: Judge, name: str) -> None:
    report = rich_reports()[name]
    for data in (write_n3(report, PDF), write_n1(report, PDF)):
        assert list(judge.judge(data).failures) == []


@pytest.mark.parametrize("name", [*rich_reports(), "routine", "forty"])
def test_the_version_that_cancels_a_report_fails_no_official_assertion(judge: Judge, name: str) -> None:
    before = {**rich_reports(), "routine": routine_report(), "forty": forty_results()}[name]
    signature = Signature(DR_AUBIN, before.document.created_at)
    report = void(before, document_id=f"{before.document.set_id}.99", signature=signature, reason="Tube d'un autre.")
    for data in (write_n3(report, PDF), write_n1(report, PDF)):
        assert list(judge.judge(data).failures) == []
    # The same runner holds the rules of the other version, compiled when they are first asked for.
    for data in (
        write_n3(report, PDF, profile=CRBIO_2021_01),
        write_n1(companion(report), PDF, profile=CRBIO_2021_01),
    ):
        assert list(judge.judge(data, "2021.01").failures) == []
    assert list(judge.judge(write_n3(report, PDF), "2021.01").failures) != []


@pytest.fixture(scope="module")
def older(pack_dir: Path) -> Judge:
    """The official rules of the first wave, compiled."""
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    official = pytest.importorskip("eprouvette.standards.conformance.official")
    runner: Judge = official.OfficialRunner(pack_dir, "2021.01")
    return runner


def _again(data: bytes, profile: CrbioProfile) -> bytes:
    """A document read and written again, in its own form."""
    found = read_report(data)
    write = write_n3 if found.report.chapters else write_n1
    return write(found.report, found.pdf or PDF, profile=profile)


@pytest.mark.shared
def test_every_published_sample_read_and_written_again_fails_no_assertion(judge: Judge, shared_dir: Path) -> None:
    samples = sorted((shared_dir / "ans" / "examples").glob("*_2024.01_*.xml"))
    assert samples
    for path in samples:
        # None of the samples fails an assertion itself: there is nothing to take off.
        assert (path.name, list(judge.judge(path.read_bytes()).failures)) == (path.name, [])
        assert (path.name, list(judge.judge(_again(path.read_bytes(), CRBIO_2024_01)).failures)) == (path.name, [])


@pytest.mark.shared
def test_samples_of_the_first_wave_written_again_fail_no_assertion_of_it(older: Judge, shared_dir: Path) -> None:
    samples = sorted((shared_dir / "ans" / "examples").glob("*_2021.01_*.xml"))
    assert samples
    for path in samples:
        assert (path.name, list(older.judge(path.read_bytes()).failures)) == (path.name, [])
        assert (path.name, list(older.judge(_again(path.read_bytes(), CRBIO_2021_01)).failures)) == (path.name, [])


def test_the_first_wave_form_fails_no_assertion_of_its_own_rules(older: Judge) -> None:
    for report in rich_reports().values():
        for data in (write_n3(report, PDF, profile=CRBIO_2021_01), write_n1(report, PDF, profile=CRBIO_2021_01)):
            assert list(older.judge(data).failures) == []
    document = write_n3(rich_reports()["corrected"], PDF)
    assert any("section" in str(failure) for failure in older.judge(document).failures)
