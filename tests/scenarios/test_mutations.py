"""Every damage that the official rules see, ours see too; the published table says what each sees.

Without an official pack the columns of our own rules are still compared, and the rest is said to be skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import write_n1, write_n3
from support.damaged import PDF, Damaged
from support.mutants import mutants
from support.mutation_table import PAGE, Official, judge_of, page, rows

KINDS = ("avk", "groupe", "selles", "pcr", "ist-mineur", "marqueurs", "ecbu", "gaz", "col")
EACH = 15
SEED = 2024


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|\n").split("|"))


def test_our_columns_of_the_published_table_are_true() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index("| --- | --- | --- | --- |") + 1
    published = [cells(line)[:3] for line in lines[start:]]
    assert published == [tuple(cell.replace("|", "/") for cell in row[:3]) for row in rows(lambda _: ())]
    assert len(published) >= 200
    assert all(rule != "—" for _, rule, _ in published)


@pytest.fixture(scope="module")
def judge(pack_dir: Path) -> tuple[Official, str]:
    """The official rules of both profiles, compiled once, and their revision."""
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    return judge_of(pack_dir)


@pytest.mark.pack
def test_what_the_official_rules_see_is_what_the_page_says(judge: tuple[Official, str]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(*judge)


@pytest.mark.pack
def test_what_the_official_rules_refuse_of_random_damages_ours_refuse(judge: tuple[Official, str]) -> None:
    official, _ = judge
    documents = [write_n3(next(reports(1, SEED, only=kind)).report, PDF) for kind in KINDS]
    documents.append(write_n1(next(reports(1, SEED, only="hemogramme")).report, PDF))
    let_through = [
        (mutant.name, seen)
        for rank, document in enumerate(documents)
        for mutant in mutants(document, EACH, SEED + rank)
        if not any(finding.severity == "error" for finding in check(mutant.data))
        and (seen := official(Damaged(mutant.name, mutant.data, "")))
    ]
    assert let_through == []
