"""Every damage that the official rules see, ours see too; the published table says what each sees.

Without an official pack the columns of our own rules are still compared, and the rest is said to be skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.mutation_table import PAGE, judge_of, page, rows


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|\n").split("|"))


def test_our_columns_of_the_published_table_are_true() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index("| --- | --- | --- | --- |") + 1
    published = [cells(line)[:3] for line in lines[start:]]
    assert published == [tuple(cell.replace("|", "/") for cell in row[:3]) for row in rows(lambda _: ())]
    assert len(published) >= 60
    assert all(rule != "—" for _, rule, _ in published)


@pytest.mark.pack
def test_what_the_official_rules_see_is_what_the_page_says(pack_dir: Path) -> None:
    pytest.importorskip("saxonche", reason="official rules need the extra « official » (saxonche)")
    official, revision = judge_of(pack_dir)
    assert PAGE.read_text(encoding="utf-8") == page(official, revision)
