"""Django's door to local accounts: the session framework asks, `services.sign_in` answers."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from eprouvette.lab.accounts.errors import SignInRefusedError
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.services import sign_in


class LocalBackend(BaseBackend):
    """Named local accounts with lock-out (REQ-AUT-02)."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: object
    ) -> User | None:
        """The user, or None; the reason is for `sign_in`, which pages call themselves."""
        if username is None or password is None:
            return None
        try:
            return sign_in(username, password)
        except SignInRefusedError:
            return None

    def get_user(self, user_id: int) -> User | None:
        """The active user of a session; a closed account ends its sessions."""
        return User.objects.filter(pk=user_id, is_active=True).first()
