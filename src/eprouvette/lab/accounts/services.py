"""Opening accounts, signing in, checking rights."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.errors import (
    InvalidUserError,
    LockedAccountError,
    RightMissingError,
    SignInRefusedError,
    WeakPasswordError,
)
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import ROLE_LABELS, Act, Role, lock_after, may

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_RPPS = re.compile(r"\d{11}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to open. A biologist has an RPPS number and a specialty, since reports carry them."""

    username: str
    family_name: str
    given_name: str
    role: Role | str
    password: str
    civility: str = ""
    title: str = ""
    rpps: str = ""
    specialty_code: str = ""
    specialty_label: str = ""


def create_user(new: NewUser, *, actor: str) -> User:
    """Open a named account; raises `InvalidUserError` or `WeakPasswordError`."""
    role = _require_valid(new)
    now = timezone.now()
    user = User(
        username=new.username,
        family_name=new.family_name.strip(),
        given_name=new.given_name.strip(),
        role=role.value,
        civility=new.civility,
        title=new.title,
        rpps=new.rpps,
        specialty_code=new.specialty_code,
        specialty_label=new.specialty_label,
        password_changed_at=now,
        created_at=now,
    )
    _set_password(user, new.password)
    with transaction.atomic():
        if User.objects.filter(username=new.username).exists():
            raise InvalidUserError("Identifiant : il est déjà pris.")
        if new.rpps and User.objects.filter(rpps=new.rpps).exists():
            raise InvalidUserError("RPPS : un autre compte porte ce numéro.")
        user.save()
        audit.record(actor=actor, action="user.created", target=user.actor, details={"role": user.role})
    return user


def _require_valid(new: NewUser) -> Role:
    if new.role not in set(Role):
        raise InvalidUserError("Rôle : la valeur n'est pas dans la liste.")
    if not _USERNAME.fullmatch(new.username):
        raise InvalidUserError("Identifiant : 2 à 60 signes, lettres minuscules, chiffres, point ou tiret.")
    if not new.family_name.strip() or not new.given_name.strip():
        raise InvalidUserError("Nom et prénom : un compte est nominatif.")
    if new.rpps and not _RPPS.fullmatch(new.rpps):
        raise InvalidUserError("RPPS : onze chiffres sont attendus.")
    role = Role(new.role)
    if role is Role.BIOLOGIST and not (new.rpps and new.specialty_code and new.specialty_label):
        raise InvalidUserError("RPPS et spécialité : ils sont obligatoires pour un biologiste.")
    return role


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPasswordError(error.messages) from error
    user.set_password(password)


def sign_in(username: str, password: str) -> User:
    """The user who gave the right password; a failure is counted, and the fifth closes the account.

    Raises `SignInRefusedError`, the same for an unknown name as for a wrong password, or
    `LockedAccountError`. The count is kept even though the error goes up.
    """
    refusal: SignInRefusedError
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first()
        now = timezone.now()
        if user is None:
            # The same work as for a known name, so that time does not tell who exists.
            make_password(password)
            audit.record(actor="system:accounts", action="sign_in.unknown", target="accounts")
            refusal = SignInRefusedError()
        elif user.locked_until and user.locked_until > now:
            refusal = LockedAccountError()
        elif not user.is_active or not user.check_password(password):
            _count_failure(user)
            refusal = SignInRefusedError()
        else:
            user.failures, user.locked_until, user.last_login = 0, None, now
            user.save(update_fields=["failures", "locked_until", "last_login"])
            audit.record(actor=user.actor, action="sign_in.accepted", target=user.actor)
            return user
    raise refusal


def _count_failure(user: User) -> None:
    user.failures += 1
    user.locked_until = lock_after(user.failures, timezone.now())
    if user.locked_until:
        user.failures = 0
    user.save(update_fields=["failures", "locked_until"])
    action = "sign_in.locked" if user.locked_until else "sign_in.refused"
    audit.record(actor="system:accounts", action=action, target=user.actor)


def unlock(user_id: int, *, user: User) -> None:
    """Lift the lock of an account; raises `RightMissingError`."""
    require(user, Act.EDIT_ACCOUNTS)
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(failures=0, locked_until=None)
        audit.record(actor=user.actor, action="user.unlocked", target=f"user:{user_id}")


def change_password(user: User, old: str, new: str) -> None:
    """Replace one's own password; raises `SignInRefusedError` when ``old`` is wrong, or `WeakPasswordError`."""
    if not user.check_password(old):
        raise SignInRefusedError("L'ancien mot de passe est incorrect.")
    _set_password(user, new)
    user.password_changed_at = timezone.now()
    with transaction.atomic():
        user.save(update_fields=["password", "password_changed_at"])
        audit.record(actor=user.actor, action="user.password_changed", target=user.actor)


def actor_of(actor: User | str) -> str:
    """How the journal names who acts: a person, or ``system:<room>`` as it is."""
    return actor if isinstance(actor, str) else actor.actor


def require(user: User, act: Act) -> None:
    """Raises `RightMissingError` unless the role of ``user`` allows ``act``."""
    if not user.is_active or not may(user.as_role, act):
        raise RightMissingError(f"Le rôle « {ROLE_LABELS[user.as_role]} » ne permet pas cette action.")
