"""When a calculated exam gets its result, and when it waits or is given up with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from eprouvette.lab.catalogue.formulas import Who
from eprouvette.lab.results.calculated import Calculated, Part, result_of

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
LATER = AT + timedelta(minutes=7)
WHO = Who(47, "F")
CHOL = Part("Cholestérol total", AT, done=True, number=Decimal("1.95"))
HDL = Part("Cholestérol HDL", LATER, done=True, number=Decimal("0.52"))
TG = Part("Triglycérides", AT, done=True, number=Decimal("1.09"))
LOST = Part("Triglycérides", AT, done=False, number=None)
VAGUE = Part("Triglycérides", AT, done=True, number=None)
HIGH = Part("Triglycérides", AT, done=True, number=Decimal("5.20"))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([CHOL, HDL, TG], Calculated(LATER, Decimal("1.21"))),
        ([CHOL, HDL, None], None),
        ([None, None, None], None),
        ([], None),
        ([LOST, None, HDL], None),
        (
            [CHOL, HDL, LOST],
            Calculated(LATER, None, "Calcul impossible, composante non réalisée : Triglycérides."),
        ),
        (
            [CHOL, HDL, VAGUE],
            Calculated(LATER, None, "Calcul impossible, composante qui n'est pas un nombre exact : Triglycérides."),
        ),
        (
            [CHOL, HDL, HIGH],
            Calculated(
                LATER,
                None,
                "Calcul impossible : triglycérides supérieurs à 3,40 g/L, la formule de Friedewald ne s'applique pas.",
            ),
        ),
    ],
)
def test_a_result_follows_from_its_parts(parts: list[Part | None], found: Calculated | None) -> None:
    assert result_of("friedewald", parts, WHO, 2) == found


def test_a_result_is_rounded_half_up_to_what_the_catalogue_prints() -> None:
    parts: list[Part | None] = [CHOL, HDL, Part("Triglycérides", AT, done=True, number=Decimal("1.125"))]
    assert result_of("friedewald", parts, WHO, 2) == Calculated(LATER, Decimal("1.21"))
    assert result_of("friedewald", parts, WHO, 1) == Calculated(LATER, Decimal("1.2"))
