"""Errors of accounts::

AccountError
├── SignInRefusedError     wrong name, password, or closed account
│   └── LockedAccountError
├── InvalidUserError       an account that cannot be opened as asked
│   └── WeakPasswordError
└── RightMissingError      an act that the role does not allow
"""

from __future__ import annotations

from collections.abc import Sequence

from eprouvette.core.errors import EprouvetteError


class AccountError(EprouvetteError):
    """L'opération sur le compte a échoué."""


class SignInRefusedError(AccountError):
    """Identifiant ou mot de passe incorrect."""

    hint = "Vérifier l'identifiant et le mot de passe ; après cinq échecs, le compte est verrouillé quinze minutes."


class LockedAccountError(SignInRefusedError):
    """Le compte est verrouillé après plusieurs échecs."""

    hint = "Attendre quinze minutes, ou demander à un administrateur de lever le verrou."


class InvalidUserError(AccountError):
    """Le compte ne peut pas être ouvert tel qu'il est décrit."""

    hint = "Corriger le champ indiqué."


class WeakPasswordError(InvalidUserError):
    """Le mot de passe est trop faible."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(reasons), hint="Choisir une phrase de passe d'au moins douze caractères.")


class RightMissingError(AccountError):
    """Votre rôle ne permet pas cette action."""

    hint = "S'adresser à une personne dont le rôle le permet."
