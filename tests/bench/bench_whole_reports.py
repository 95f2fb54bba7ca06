"""Whole reports: the 25 kinds of the corpus in every form, and one of 5,000 results, with its memory.

The official rules are run beside ours on the same documents when a pack is laid out (``EPROUVETTE_PACK``).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.conformance import check
from eprouvette.standards.conformance.official import OfficialRunner
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.model import LabReport
from support.large_reports import large_report

SEED = 1
WHOLE = 100
PDF = b"%PDF-1.4 any bytes"
ROOT = Path(__file__).resolve().parents[1]
Row = tuple[str, float, str, str]


def measure() -> list[Row]:
    corpus = [made.report for made in reports(WHOLE, SEED)]
    return [*_corpus(corpus), *_large(), *_official(corpus[:25])]


def _corpus(corpus: list[LabReport]) -> list[Row]:
    def whole(report: LabReport) -> None:
        pdf = render_pdf(report)
        n3 = write_n3(report, pdf)
        check(n3)
        check(write_n1(report, pdf))
        read_report(n3)

    seconds = [_seconds(whole, report) for report in corpus]
    return [
        ("corpus: full reports (PDF, N3, N1, rules, read back)", 1 / statistics.mean(seconds), "/s", "≥ 20"),
        ("corpus: slowest full report", max(seconds) * 1000, "ms", ""),
    ]


def _large() -> list[Row]:
    found: list[Row] = []
    for number in (500, 5000):
        report = large_report(number)
        n3 = write_n3(report, PDF)
        found.append((f"{number} results: N3", _seconds(write_n3, report, PDF) * 1000, "ms", "linear"))
        found.append((f"{number} results: own rules", _seconds(check, n3) * 1000, "ms", "linear"))
        found.append((f"{number} results: reader", _seconds(read_report, n3) * 1000, "ms", "linear"))
        found.append((f"{number} results: PDF/A", _seconds(render_pdf, report) * 1000, "ms", "linear"))
    found.append(("5000 results: memory of the whole, resident", _peak(), "MiB", "≤ 300"))
    return found


def _peak() -> float:
    """The peak of a process of its own that makes and reads every form."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "support" / "large_reports.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout) / 1024


def _official(corpus: list[LabReport]) -> list[Row]:
    pack = Path(os.environ.get("EPROUVETTE_PACK", ROOT.parents[1] / ".pack"))
    if not (pack / "schematrons").is_dir():
        return [("official rules: no pack laid out here, ratio not measured", 0, "", "")]
    runner = OfficialRunner(pack)
    documents = [write_n3(report, render_pdf(report)) for report in corpus]
    theirs = statistics.mean(_seconds(runner.judge, data) for data in documents)
    ours = statistics.mean(_seconds(check, data) for data in documents)
    return [
        ("official rules, a document of the corpus", theirs * 1000, "ms", ""),
        ("own rules, the same documents", ours * 1000, "ms", ""),
        ("own rules are faster by", theirs / ours, "×", "≥ 50"),
    ]


def _seconds(call: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    call(*given)
    return time.perf_counter() - start
