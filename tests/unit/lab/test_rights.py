"""The rights matrix, and the lock of accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from eprouvette.lab.accounts.rules import LOCK, MAX_FAILURES, Act, Role, lock_after, may

SECRETARY, TECHNICIAN, BIOLOGIST, ADMIN = Role.SECRETARY, Role.TECHNICIAN, Role.BIOLOGIST, Role.ADMIN
MATRIX = {
    Act.SEE_DOSSIER: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.SEE_REPORT: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.SEE_DELIVERY: {SECRETARY, TECHNICIAN, BIOLOGIST, ADMIN},
    Act.CREATE_PATIENT: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.QUALIFY_IDENTITY: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.MERGE_PATIENTS: {SECRETARY, BIOLOGIST},
    Act.SEE_IDENTITY_COPY: {SECRETARY, BIOLOGIST},
    Act.CREATE_DOSSIER: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.AMEND_DOSSIER: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.SET_CONFIDENTIALITY: {SECRETARY, BIOLOGIST},
    Act.ATTACH_MESSAGE: {SECRETARY, TECHNICIAN, BIOLOGIST},
    Act.ENTER_RESULT: {TECHNICIAN, BIOLOGIST},
    Act.CHECK_RESULT: {TECHNICIAN, BIOLOGIST},
    Act.VALIDATE_RESULT: {BIOLOGIST},
    Act.RELEASE_REPORT: {BIOLOGIST},
    Act.ACT_ON_DELIVERY: {SECRETARY, BIOLOGIST},
    Act.EDIT_DIRECTORY: {SECRETARY, TECHNICIAN, BIOLOGIST, ADMIN},
    Act.EDIT_CATALOGUE: {BIOLOGIST},
    Act.EDIT_ACCOUNTS: {ADMIN},
    Act.EDIT_SITE: {ADMIN},
    Act.EDIT_REPORT_STYLE: {BIOLOGIST, ADMIN},
}


@pytest.mark.requirement("REQ-AUT-03")
@pytest.mark.parametrize(("role", "act"), list(product(Role, Act)))
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(role: Role, act: Act) -> None:
    assert may(role, act) == (role in MATRIX[act])


@pytest.mark.requirement("REQ-DEF-04")
@pytest.mark.parametrize("role", sorted(set(Role) - {BIOLOGIST}))
def test_only_a_biologist_validates_or_releases(role: Role) -> None:
    assert not may(role, Act.VALIDATE_RESULT)
    assert not may(role, Act.RELEASE_REPORT)


@pytest.mark.requirement("REQ-AUT-02")
def test_the_fifth_failure_in_a_row_closes_the_account_for_a_time() -> None:
    now = datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert lock_after(MAX_FAILURES - 1, now) is None
    assert lock_after(MAX_FAILURES, now) == now + LOCK
