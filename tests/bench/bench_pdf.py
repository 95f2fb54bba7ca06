"""How long a report of forty results takes to become PDF/A-1b and JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import TypeVar

from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.model import LabReport
from support.reports import forty_results

T = TypeVar("T")
ROUNDS = 15


def measure() -> list[tuple[str, float, str]]:
    """Name, median in milliseconds and aim; each round has another patient, since the typesetter keeps its work."""
    reports = [_another(number) for number in range(ROUNDS + 1)]
    texts = [to_json(report) for report in reports]
    return [
        ("PDF/A-1b, 40 results", _median(render_pdf, reports), "≤ 35 ms"),
        ("JSON written, 40 results", _median(to_json, reports), ""),
        ("JSON read and checked, 40 results", _median(from_json, texts), ""),
    ]


def _another(number: int) -> LabReport:
    report = forty_results()
    later = timedelta(minutes=number)
    patient = replace(report.patient, birth_family_name=f"PAT-{number}")
    chapters = tuple(
        replace(chapter, sections=tuple(replace(part, comments=(f"Contrôle {number}.",)) for part in chapter.sections))
        for chapter in report.chapters
    )
    document = replace(report.document, created_at=report.document.created_at + later)
    return replace(report, document=document, patient=patient, chapters=chapters)


def _median(work: Callable[[T], object], inputs: list[T]) -> float:
    times = []
    for given in inputs:
        start = perf_counter()
        work(given)
        times.append((perf_counter() - start) * 1000)
    return median(times[1:])
