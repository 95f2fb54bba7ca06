"""Accounts: named, with a password worth the name, closed after five failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts import queries, services
from eprouvette.lab.accounts.errors import (
    InvalidUserError,
    LockedAccountError,
    RightMissingError,
    SignInRefusedError,
    WeakPasswordError,
)
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act, Role
from eprouvette.lab.accounts.services import NewUser
from support.lab import ACTOR, PASSWORD, SPECIALTY, demo_biologist, demo_technician, user

pytestmark = pytest.mark.django_db
GOOD = NewUser("petit", "PETIT", "Léa", Role.TECHNICIAN, PASSWORD)


def test_the_right_password_lets_in_and_clears_the_failures() -> None:
    biologist = demo_biologist()
    with pytest.raises(SignInRefusedError):
        services.sign_in("aubin", "faux")
    assert services.sign_in("aubin", PASSWORD) == biologist
    biologist.refresh_from_db()
    assert biologist.failures == 0
    assert biologist.last_login is not None
    assert authenticate(username="aubin", password=PASSWORD) == biologist
    assert authenticate(username="aubin", password="faux") is None


def test_an_unknown_name_and_a_wrong_password_read_the_same() -> None:
    demo_technician()
    sentences = set()
    for username in ("tardieu", "personne"):
        with pytest.raises(SignInRefusedError) as refused:
            services.sign_in(username, "faux")
        sentences.add((refused.value.message, refused.value.hint))
    assert len(sentences) == 1


@pytest.mark.requirement("REQ-AUT-02")
def test_the_fifth_failure_closes_the_account_even_for_the_right_password() -> None:
    technician = demo_technician()
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            services.sign_in("tardieu", "faux")
    with pytest.raises(LockedAccountError):
        services.sign_in("tardieu", PASSWORD)
    assert AuditLine.objects.filter(action="sign_in.locked", target=technician.actor).exists()
    User.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert services.sign_in("tardieu", PASSWORD) == technician


def test_an_administrator_lifts_a_lock_and_a_technician_does_not() -> None:
    technician = demo_technician()
    User.objects.filter(pk=technician.pk).update(locked_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(RightMissingError):
        services.unlock(technician.pk, user=technician)
    services.unlock(technician.pk, user=user("roger", Role.ADMIN))
    assert services.sign_in("tardieu", PASSWORD) == technician


def test_a_closed_account_neither_signs_in_nor_acts() -> None:
    biologist = demo_biologist()
    biologist.is_active = False
    biologist.save()
    with pytest.raises(SignInRefusedError):
        services.sign_in("aubin", PASSWORD)
    with pytest.raises(RightMissingError):
        services.require(biologist, Act.VALIDATE_RESULT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "Petit Léa"}, "Identifiant"),
        ({"username": ""}, "Identifiant"),
        ({"family_name": " "}, "nominatif"),
        ({"role": "chef"}, "Rôle"),
        ({"rpps": "12"}, "RPPS"),
        ({"role": Role.BIOLOGIST}, "RPPS et spécialité"),
        ({"role": Role.BIOLOGIST, "rpps": "10000000015", **SPECIALTY}, "un autre compte"),
        ({"username": "aubin"}, "déjà pris"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why(changes: dict[str, str], sentence: str) -> None:
    demo_biologist()
    with pytest.raises(InvalidUserError, match=sentence):
        services.create_user(replace(GOOD, **changes), actor=ACTOR)


@pytest.mark.requirement("REQ-AUT-02")
@pytest.mark.parametrize("password", ["", "court", "password1234567"[:8], "petit"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        services.create_user(replace(GOOD, password=password), actor=ACTOR)


def test_a_password_is_changed_by_who_knows_the_old_one() -> None:
    technician = demo_technician()
    with pytest.raises(SignInRefusedError):
        services.change_password(technician, "faux", "six moutons verts et gris")
    services.change_password(technician, PASSWORD, "six moutons verts et gris")
    assert services.sign_in("tardieu", "six moutons verts et gris") == technician


def test_actors_of_the_journal_have_names() -> None:
    biologist = demo_biologist()
    assert queries.name_of(biologist.actor) == "Dr Anne AUBIN"
    assert queries.name_of("system:intake") == "system:intake"
    assert queries.name_of("user:999999") == "user:999999"
    assert queries.by_username("aubin") == biologist
    assert PASSWORD not in biologist.password
