"""Writing, reading and showing a CR-BIO of forty results (its PDF is given: 60 kB of bytes)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from eprouvette.standards.crbio import extract, to_html, write_n1, write_n3
from eprouvette.standards.crbio.reader import read_report
from support.reports import forty_results

RUNS = 100
PDF = bytes(range(256)) * 240


def measure() -> list[tuple[str, float, str]]:
    report = forty_results()
    plain = write_n3(report, PDF)
    presentable = write_n3(report, PDF, stylesheet=True)
    return [
        ("CR-BIO N3, 40 results", _median(lambda: write_n3(report, PDF)), "≤ 3 ms"),
        ("CR-BIO N3 self-presentable, 40 results", _median(lambda: write_n3(report, PDF, stylesheet=True)), "≤ 8 ms"),
        ("CR-BIO N1", _median(lambda: write_n1(report, PDF)), "≤ 1 ms"),
        ("CR-BIO read back, 40 results", _median(lambda: read_report(plain)), "≤ 5 ms"),
        ("plain document out of a self-presentable file", _median(lambda: extract(presentable)), "≤ 20 ms"),
        ("page of a CR-BIO by our sheet", _median(lambda: to_html(plain, attachments=False)), "≤ 20 ms"),
    ]


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
