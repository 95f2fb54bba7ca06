"""Errors of the intake room::

IntakeError
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
