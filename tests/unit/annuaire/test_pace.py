"""Calls are kept apart, whatever the callers do."""

from __future__ import annotations

from eprouvette.standards.annuaire.pace import Pace


class Time:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_no_second_holds_more_than_seventeen_calls() -> None:
    time = Time()
    pace = Pace(time.clock, time.sleep)
    moments = []
    for _ in range(100):
        pace.wait()
        moments.append(time.now)
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in zip(moments, moments[17:], strict=False))


def test_who_waited_long_enough_does_not_wait_and_does_not_catch_up() -> None:
    time = Time()
    pace = Pace(time.clock, time.sleep, per_second=10)
    pace.wait()
    time.now += 60
    pace.wait()
    assert time.slept == []
    pace.wait()
    assert [round(one, 6) for one in time.slept] == [0.1]
