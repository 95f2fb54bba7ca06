"""The national directory: reading a page of fifty professionals with their roles, and ranking mailboxes."""

from __future__ import annotations

import copy
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from eprouvette.standards.annuaire.choice import choose
from eprouvette.standards.annuaire.reader import read

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "annuaire"


def median(act: Callable[[], object], rounds: int = 300) -> float:
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def fifty() -> bytes:
    """A page of fifty professionals, the first entry of a page written by hand, fifty times under other numbers."""
    bundle = json.loads((GOLDEN / "prescriber.json").read_bytes())
    model = bundle["entry"][0]
    bundle["entry"] = []
    for number in range(50):
        entry = copy.deepcopy(model)
        entry["resource"]["id"] = f"003-{number}"
        entry["resource"]["identifier"][1]["value"] = f"99000000{number:03d}"
        bundle["entry"].append(entry)
    return json.dumps(bundle).encode()


def measure() -> list[tuple[str, float, str]]:
    page = fifty()
    if len(read(page).professionals) != 50:
        raise RuntimeError("the page is not read whole")
    person = read((GOLDEN / "prescriber.json").read_bytes())
    places = read((GOLDEN / "structures.json").read_bytes()).structures
    return [
        (f"directory page of 50 ({len(page) // 1024} KiB), read", median(lambda: read(page)), "< 20 ms"),
        (
            "mailboxes of a prescriber, ranked",
            median(lambda: choose(person.professionals[0], person.roles, places, ordering="399000007")),
            "",
        ),
    ]
