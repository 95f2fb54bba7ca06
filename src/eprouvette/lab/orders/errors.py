"""Errors of dossiers::

OrderError
├── InvalidDossierError      a request that cannot be registered, field by field
├── UnknownDossierError
├── AmbiguousDossierError    an order number that several open dossiers carry
└── StateChangeError         a change that the table forbids
"""

from __future__ import annotations

from collections.abc import Mapping

from eprouvette.core.errors import EprouvetteError


class OrderError(EprouvetteError):
    """L'opération sur le dossier a échoué."""


class InvalidDossierError(OrderError):
    """Le dossier ne peut pas être enregistré."""

    hint = "Corriger les champs indiqués."

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(problems.values()))


class UnknownDossierError(OrderError):
    """Ce dossier n'existe pas."""

    hint = "Rechercher le dossier par son numéro ou par le patient."


class AmbiguousDossierError(OrderError):
    """Plusieurs dossiers ouverts portent ce numéro de prescription."""

    hint = "Rattacher le message au bon dossier, à la main."


class StateChangeError(OrderError):
    """L'état du dossier ne peut pas changer ainsi."""

    hint = "Recharger la page : le dossier a changé entre-temps."
