"""Who an actor of the journal is."""

from __future__ import annotations

from eprouvette.lab.accounts.models import User


def by_username(username: str) -> User | None:
    """The account of that name, or None."""
    return User.objects.filter(username=username).first()


def name_of(actor: str) -> str:
    """The name to show for an actor of the journal: a person's, or the actor itself for the system."""
    kind, _, key = actor.partition(":")
    if kind == "user" and key.isdigit():
        user = User.objects.filter(pk=int(key)).first()
        return user.display_name if user else actor
    return actor
