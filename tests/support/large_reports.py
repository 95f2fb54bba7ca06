"""A report of thousands of results. Run as a program, it makes and reads every form and prints its peak in KiB."""

from __future__ import annotations

import resource
from dataclasses import replace

from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery, Chapter, Observation
from support.reports import forty_results


def large_report(number: int) -> LabReport:
    """``number`` results in one chapter, in batteries of forty."""
    report = forty_results()
    stock = [one for chapter in report.chapters for one in chapter.sections[0].entries if isinstance(one, Observation)]
    samples = {sample.key: sample for chapter in report.chapters for sample in chapter.sections[0].samples}
    results = [stock[rank % len(stock)] for rank in range(number)]
    batteries = tuple(
        Battery(f"Bilan {start // 40 + 1}", tuple(results[start : start + 40])) for start in range(0, number, 40)
    )
    section = replace(report.chapters[0].sections[0], entries=batteries, samples=tuple(samples.values()), code=None)
    return replace(report, chapters=(Chapter(report.chapters[0].code, (section,)),))


def main() -> None:
    report = large_report(5000)
    pdf = render_pdf(report)
    n3 = write_n3(report, pdf)
    write_n1(report, pdf)
    check(n3)
    read_report(n3)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
