"""Judging a CR-BIO of forty results by our own rules (its PDF is 60 kB of bytes)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from eprouvette.standards.conformance import check, check_pdf
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from support.reports import forty_results, routine_report

RUNS = 100
PDF = b"%PDF-1.4" + bytes(range(256)) * 240


def measure() -> list[tuple[str, float, str]]:
    report = forty_results()
    plain, level_1 = write_n3(report, PDF), write_n1(report, PDF)
    presentable = write_n3(report, PDF, stylesheet=True)
    routine = routine_report()
    printed = render_pdf(routine)
    with_copy = write_n3(routine, printed)
    return [
        ("own rules, CR-BIO N3, 40 results", _median(lambda: check(plain)), "≤ 5 ms"),
        ("own rules, CR-BIO N3 self-presentable, 40 results", _median(lambda: check(presentable)), "≤ 6 ms"),
        ("own rules, CR-BIO N1", _median(lambda: check(level_1)), "≤ 2 ms"),
        ("PDF against CDA, routine report of two pages", _median(lambda: check_pdf(with_copy, printed)), "≤ 10 ms"),
    ]


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
