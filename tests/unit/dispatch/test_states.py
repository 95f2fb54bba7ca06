"""The life of a delivery and the times of its attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from eprouvette.exchange.dispatch.backoff import next_attempt
from eprouvette.exchange.dispatch.states import FINAL, TRANSITIONS, WAITS, Reason, State, TransitionError, move

ALLOWED = {
    ("waiting", "waiting"),
    ("waiting", "queued"),
    ("waiting", "withdrawn"),
    ("queued", "sent"),
    ("queued", "waiting"),
    ("queued", "withdrawn"),
    ("sent", "accepted"),
    ("sent", "refused"),
    ("sent", "waiting"),
    ("accepted", "read"),
    ("accepted", "bounced"),
}


@pytest.mark.parametrize(("current", "target"), list(product(State, State)))
def test_every_pair_of_states_is_allowed_or_refused_by_the_table(current: State, target: State) -> None:
    if (current.value, target.value) in ALLOWED:
        assert move(current, target) is target
    else:
        with pytest.raises(TransitionError):
            move(current, target)


def test_what_is_final_is_never_sent_again() -> None:
    assert all(State.QUEUED not in TRANSITIONS[state] and State.SENT not in TRANSITIONS[state] for state in FINAL)


def test_every_reason_to_wait_has_its_sentence() -> None:
    assert set(WAITS) == set(Reason) - {Reason.NONE}


def test_attempts_follow_the_national_schedule_then_stop_after_72_hours() -> None:
    first = datetime(2026, 11, 23, 10, tzinfo=UTC)
    now, attempts, delays = first, 1, []
    while (moment := next_attempt(attempts, first, now)) is not None:
        delays.append(moment - now)
        now, attempts = moment, attempts + 1
    assert delays[:5] == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60)]
    assert timedelta(hours=71) < now - first <= timedelta(hours=72)
