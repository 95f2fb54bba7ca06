"""A stay is what its standing movements say, in whatever order they came."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core.dates import PARIS
from eprouvette.lab.orders.visits import TRANSITIONS, Movement, Standing, told

START = datetime(2026, 11, 6, 8, tzinfo=PARIS)


def at(hour: int, event: str, patient_class: str = "", unit: str = "") -> Movement:
    return Movement(event, START + timedelta(hours=hour), patient_class, unit, unit and f"unité {unit}")


movements = st.lists(
    st.builds(at, st.integers(0, 9), st.sampled_from(sorted(TRANSITIONS)), st.sampled_from(["", "I", "O"])), max_size=8
)


@given(movements, st.randoms())
def test_the_order_of_arrival_changes_nothing(moves: list[Movement], chance: object) -> None:
    moves = list({(one.at, one.event): one for one in moves}.values())
    other = list(moves)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert told(moves) == told(other)


@pytest.mark.parametrize(
    ("events", "standing"),
    [
        ([], Standing.ANNULLED),
        (["A05"], Standing.EXPECTED),
        (["A05", "A01"], Standing.PRESENT),
        (["A04"], Standing.PRESENT),
        (["A01", "A02", "A21"], Standing.AWAY),
        (["A01", "A21", "A22"], Standing.PRESENT),
        (["A01", "A03"], Standing.LEFT),
        (["A01", "A03", "A02"], Standing.LEFT),
        (["A02"], Standing.PRESENT),
    ],
)
def test_the_last_movement_says_where_the_stay_stands(events: list[str], standing: Standing) -> None:
    assert told(at(hour, event) for hour, event in enumerate(events)).standing is standing


def test_class_unit_and_times_follow_the_movements() -> None:
    stay = told([at(0, "A04", "O", "10"), at(2, "A06"), at(3, "A02", "", "20"), at(5, "A03")])
    assert (stay.patient_class, stay.unit, stay.unit_label) == ("I", "20", "unité 20")
    assert (stay.admitted_at, stay.discharged_at) == (START, START + timedelta(hours=5))
