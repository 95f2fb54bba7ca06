"""Errors of dossiers::

OrderError
├── InvalidDossierError      a request that cannot be registered, field by field
├── UnknownDossierError
├── AmbiguousDossierError    an order number that several open dossiers carry
├── InvalidAmendmentError    a sample or a screening that does not hold together, field by field
├── UnknownSampleError
├── ClosedDossierError       the report left: nothing of the request changes any more
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


class InvalidAmendmentError(InvalidDossierError):
    """Cette modification ne peut pas être enregistrée."""


class UnknownSampleError(OrderError):
    """Ce prélèvement n'existe pas."""

    hint = "Recharger la page du dossier."


class ClosedDossierError(OrderError):
    """Le compte rendu de ce dossier est déjà libéré : la demande ne se modifie plus."""

    hint = "Ouvrir une correction du compte rendu, puis modifier."


class UnknownDossierError(OrderError):
    """Ce dossier n'existe pas."""

    hint = "Rechercher le dossier par son numéro ou par le patient."


class AmbiguousDossierError(OrderError):
    """Plusieurs dossiers ouverts portent ce numéro de prescription."""

    hint = "Rattacher le message au bon dossier, à la main."


class StateChangeError(OrderError):
    """L'état du dossier ne peut pas changer ainsi."""

    hint = "Recharger la page : le dossier a changé entre-temps."
