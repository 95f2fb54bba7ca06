"""Errors of the intake room::

IntakeError
├── FeedError
└── NotParkedError
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class IntakeError(EprouvetteError):
    """Le message ne peut pas être traité."""

    hint = "Ouvrir le message dans « Messages reçus »."


class NotParkedError(IntakeError):
    """Ce message n'attend pas de dossier."""

    hint = "Recharger la page : il a peut-être déjà été rattaché."


class FeedError(IntakeError):
    """Ce flux d'identités ne peut pas être déclaré ainsi."""

    hint = "Corriger la déclaration du flux."
