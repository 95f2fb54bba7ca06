"""Questions to the directory: always a size, never a parameter that is not served, values escaped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from eprouvette.standards.annuaire import query
from eprouvette.standards.annuaire.query import Query, QueryError

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
EVERY = (
    query.professional("10000000023"),
    query.professional("810000000023"),
    query.professionals_named("LEVESQUE", "Paul"),
    query.roles_of("003-100"),
    query.structure("390999999"),
    query.structure("1390999999"),
    query.structure("99900000000008"),
    query.structures_named("hospitalier", "Dole"),
    query.holders("PractitionerRole", "paul.levesque@medecin.mssante.fr"),
    query.changed("Organization", NOW),
    query.everything("Practitioner"),
)


@pytest.mark.parametrize("asked", EVERY)
def test_every_question_says_the_size_of_its_page(asked: Query) -> None:
    assert dict(asked.parameters)["_count"] == "50"


def test_what_is_not_served_is_not_asked() -> None:
    assert {name for one in EVERY for name, _ in one.parameters}.isdisjoint({"mailbox-mss-type", "_type", "_has"})


def test_a_change_is_asked_from_a_moment_with_its_zone() -> None:
    assert query.changed("Practitioner", NOW, size=100).parameters == (
        ("_lastUpdated", "ge2026-01-05T01:00:00.000+00:00"),
        ("_count", "100"),
    )
    with pytest.raises(QueryError, match="fuseau"):
        query.changed("Practitioner", NOW.replace(tzinfo=None))


def test_the_signs_that_fhir_reserves_are_escaped() -> None:
    asked = query.professionals_named(r"DU,PONT|A$B\C", "  Jean\nPaul ")
    assert dict(asked.parameters)["family"] == r"DU\,PONT\|A\$B\\C"
    assert dict(asked.parameters)["given"] == "Jean Paul"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: query.professional("123"),
        lambda: query.professional("1000000002\u0663"),
        lambda: query.professionals_named("  "),
        lambda: query.structure("12"),
        lambda: query.structures_named(""),
        lambda: query.holders("Practitioner", "a b@c"),
        lambda: query.roles_of("../Practitioner"),
        lambda: query.everything("Practitioner", size=0),
        lambda: query.everything("Practitioner", size=201),
    ],
)
def test_a_question_that_cannot_be_is_refused(ask: Callable[[], Query]) -> None:
    with pytest.raises(QueryError):
        ask()
