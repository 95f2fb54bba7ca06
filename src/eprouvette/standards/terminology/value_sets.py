"""Value sets of CR-BIO: the pairs (code system, code) that each of them holds.

Source: ANS, jeux de valeurs du CI-SIS (SVS), of the content test pack 2024.01; chapters of the pack 2.41.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypedDict

Name = Literal[
    "J01",
    "J02",
    "J04",
    "J11",
    "J47",
    "J140",
    "J141",
    "J142",
    "J143",
    "J144",
    "J245",
    "J246",
    "confidentiality",
    "interpretation",
    "specimen_type",
    "technique",
    "chapter",
    "participation",
    "screening_context",
    "screening_conclusion",
    "screening_site",
    "screening_medium",
    "screening_cytology",
    "screening_hpv",
    "screening_kit",
    "screening_test",
]
_FILE: Final = "value_sets.json"


class _Entry(TypedDict):
    oid: str
    codes: dict[str, str]


def pairs(name: Name) -> frozenset[tuple[str, str]]:
    """The pairs (code system, code) of the value set ``name``."""
    return _sets()[name]


def contains(name: Name, system: str | None, code: str | None) -> bool:
    """True when the value set ``name`` holds this code of this system."""
    return (system, code) in _sets()[name]


@cache
def codes(name: Name) -> frozenset[str]:
    """The codes of the value set ``name``, whatever their system."""
    return frozenset(code for _, code in _sets()[name])


@cache
def _sets() -> dict[Name, frozenset[tuple[str, str]]]:
    raw: dict[Name, _Entry] = json.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return {
        name: frozenset((system, code) for system, listed in entry["codes"].items() for code in listed.split())
        for name, entry in raw.items()
    }
