"""The Vitale card of a person, as the file that a simulated reader reads.

The file is JSON: ``origin`` (``vitale`` or ``apcv``), ``state`` (``valid``, ``expired``, ``blocked``), ``holder``, and
``beneficiaries`` with names, date, rank and, for adults, their own number. Source: digest ``exchanges.md`` 1.2.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from eprouvette.sandbox.population.people import Person, household

State = Literal["valid", "expired", "blocked"]
Origin = Literal["vitale", "apcv"]


class NoCardError(LookupError):
    """Who has no NIR has no card."""


def card(
    person: Person, people: Iterable[Person], *, state: State = "valid", origin: Origin = "vitale"
) -> dict[str, Any]:
    """The card that ``person`` shows: the whole household's, or the person alone with the application carte Vitale.

    Raises `NoCardError`.
    """
    if not person.number or person.nia:
        raise NoCardError(person.kind)
    members = household(person, people) if origin == "vitale" else (person,)
    return {
        "origin": origin,
        "state": state,
        "holder": person.holder,
        "beneficiaries": [_beneficiary(one) for one in members],
    }


def _beneficiary(person: Person) -> dict[str, str]:
    return {
        "birth_name": person.birth_name,
        "given_name": person.given_names[0],
        "used_name": person.used_name,
        "birth_date": person.birth_date,
        "rank": person.rank,
        "matricule": person.ins if person.ins == person.holder else "",
    }


def insert(reader: Path, content: dict[str, Any]) -> None:
    """Put a card in the reader."""
    made = reader.with_suffix(".new")
    made.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    made.replace(reader)
