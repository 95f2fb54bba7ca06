"""The table of damages as a page: what our rules say of each, and which official rule file sees it too.

``python tests/support/mutation_table.py PACK`` writes ``docs/reference/conformance.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from eprouvette.standards.conformance import RULES, RULES_REVISION
from eprouvette.standards.conformance.cda import Version
from support.damaged import Damaged, damaged_documents

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "conformance.md"
Official = Callable[[Damaged], Sequence[str]]
"""The names of the official rule files that refuse a damaged document."""


def rows(official: Official) -> list[tuple[str, str, str, str]]:
    """For each damage: its name, our rule, our sentence, what the official rules say."""
    sentences = {rule.id: rule.message for rule in RULES}
    found = []
    for damaged in damaged_documents():
        ours = damaged.rule if damaged.rule in damaged.found() else "—"
        seen = ", ".join(dict.fromkeys(official(damaged))) or "ne voient rien"
        found.append((damaged.name, ours, sentences[damaged.rule], seen))
    return found


def page(official: Official, revision: str) -> str:
    """The whole page."""
    table = rows(official)
    silent = sum(seen == "ne voient rien" for *_, seen in table)
    lines = [
        "# Ce que les règles attrapent",
        "",
        f"Règles d'Éprouvette {RULES_REVISION} : {len(RULES)}. Règles officielles : {revision}.",
        "",
        f"{len(table)} comptes rendus valides sont abîmés, chacun d'une façon. Nos règles les refusent tous ; les",
        f"règles officielles en laissent passer {silent}. Page écrite par `tests/support/mutation_table.py`.",
        "",
        "| dommage | notre règle | ce qu'elle dit | règles officielles |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in table),
    ]
    return "\n".join(lines) + "\n"


def judge_of(pack: Path) -> tuple[Official, str]:
    """The official rules of a pack, as `page` asks for them."""
    from eprouvette.standards.conformance.official import OfficialRunner

    runners = {version: OfficialRunner(pack, version) for version in get_args(Version)}

    def seen(damaged: Damaged) -> list[str]:
        return [finding.rule for finding in runners[damaged.version].judge(damaged.data).findings]

    return seen, runners["2024.01"].revision


if __name__ == "__main__":
    PAGE.write_text(page(*judge_of(Path(sys.argv[1]))), encoding="utf-8")
