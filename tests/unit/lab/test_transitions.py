"""Life cycles are tables: every pair is walked, allowed and refused."""

from __future__ import annotations

from itertools import product

import pytest

from eprouvette.lab.identity import rules as identity
from eprouvette.lab.orders import rules as orders
from eprouvette.lab.results import rules as results

I = identity.Status  # noqa: E741 (one letter a table, read as columns)
D = orders.State
R = results.State

IDENTITY = {
    (I.PROVISIONAL, I.RETRIEVED),
    (I.PROVISIONAL, I.VALIDATED),
    (I.RETRIEVED, I.QUALIFIED),
    (I.RETRIEVED, I.PROVISIONAL),
    (I.VALIDATED, I.QUALIFIED),
    (I.VALIDATED, I.PROVISIONAL),
    (I.QUALIFIED, I.VALIDATED),
    (I.QUALIFIED, I.PROVISIONAL),
}
DOSSIER = {
    (D.REGISTERED, D.STARTED),
    (D.REGISTERED, D.VALIDATED),
    (D.STARTED, D.VALIDATED),
    (D.VALIDATED, D.STARTED),
    (D.VALIDATED, D.RELEASED),
    (D.RELEASED, D.VALIDATED),
    (D.STARTED, D.CANCELLED),
    (D.VALIDATED, D.CANCELLED),
    (D.RELEASED, D.CANCELLED),
}
OBSERVATION = {
    (R.EXPECTED, R.MEASURED),
    (R.EXPECTED, R.ABORTED),
    (R.MEASURED, R.MEASURED),
    (R.MEASURED, R.CHECKED),
    (R.MEASURED, R.ABORTED),
    (R.CHECKED, R.MEASURED),
    (R.CHECKED, R.VALIDATED),
    (R.CHECKED, R.ABORTED),
    (R.ABORTED, R.MEASURED),
}


@pytest.mark.requirement("REQ-INS-07")
@pytest.mark.parametrize(("before", "after"), list(product(I, I)))
def test_an_identity_changes_only_as_the_table_says(before: I, after: I) -> None:
    assert identity.may_become(before, after) == ((before, after) in IDENTITY)


@pytest.mark.parametrize(("before", "after"), list(product(D, D)))
def test_a_dossier_changes_only_as_the_table_says(before: D, after: D) -> None:
    assert orders.may_become(before, after) == ((before, after) in DOSSIER)


@pytest.mark.parametrize(("before", "after"), list(product(R, R)))
def test_a_result_changes_only_as_the_table_says(before: R, after: R) -> None:
    assert results.may_become(before, after) == ((before, after) in OBSERVATION)


@pytest.mark.parametrize(
    ("requested", "begun", "ended", "state"),
    [
        (3, 0, 0, D.REGISTERED),
        (3, 1, 0, D.STARTED),
        (3, 3, 2, D.STARTED),
        (3, 3, 3, D.VALIDATED),
        (0, 0, 0, D.REGISTERED),
    ],
)
def test_a_dossier_stands_where_its_results_say(requested: int, begun: int, ended: int, state: D) -> None:
    assert orders.state_from(requested, begun, ended) is state
