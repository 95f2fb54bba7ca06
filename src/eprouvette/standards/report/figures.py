"""What is drawn rather than read: the place of a value in its range, the course of a result."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from eprouvette.standards.report.results import Numeric, Observation

MARGIN: Final = 0.96
"""How far from the range, in widths of the range, a value is still told apart from a farther one."""


def place_in_range(low: Decimal | None, high: Decimal | None, value: Decimal | None) -> float | None:
    """Where ``value`` stands on a bar whose middle third is the range, from 0 to 1; None when nothing can be drawn."""
    if low is None or high is None or value is None or high <= low:
        return None
    place = float((value - low) / (high - low))
    return (1 + min(max(place, -MARGIN), 1 + MARGIN)) / 3


def place_of(observation: Observation) -> float | None:
    """`place_in_range` of a result."""
    value, reference = observation.value, observation.reference
    if reference is None or not isinstance(value, Numeric) or reference.unit not in {None, value.unit}:
        return None
    return place_in_range(reference.low, reference.high, value.value)


def course(observation: Observation) -> tuple[tuple[float, float], ...]:
    """The points of a sparkline, oldest first: time and value, each from 0 to 1; empty with fewer than three.

    Only numbers in the unit of the result, by the same method, are drawn together.
    """
    value = observation.value
    if not isinstance(value, Numeric) or observation.time is None:
        return ()
    method = observation.method.text if observation.method else ""
    known = [(observation.time, value.value)]
    for prior in observation.priors:
        same = (prior.method.text if prior.method else method) == method
        if isinstance(prior.value, Numeric) and prior.value.unit == value.unit and same and prior.time:
            known.append((prior.time, prior.value.value))
    known.sort()
    moments = [moment.timestamp() for moment, _ in known]
    numbers = [float(number) for _, number in known]
    if len(known) < 3 or moments[0] == moments[-1]:
        return ()
    span = moments[-1] - moments[0]
    low, width = min(numbers), max(numbers) - min(numbers)
    return tuple(
        ((moment - moments[0]) / span, (number - low) / width if width else 0.5)
        for moment, number in zip(moments, numbers, strict=True)
    )
