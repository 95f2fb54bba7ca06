"""Errors of identity::

IdentityError
├── InvalidTraitsError        traits that cannot be saved, field by field
├── InvalidInsError           an INS that cannot be kept here
│   └── KnownInsError         the INS of another file of the laboratory
├── EvidenceMissingError      a status without the document that it needs
├── StatusChangeError         a change that the table forbids
└── UnknownPatientError
"""

from __future__ import annotations

from collections.abc import Mapping

from eprouvette.core.errors import EprouvetteError


class IdentityError(EprouvetteError):
    """L'opération sur l'identité a échoué."""


class InvalidTraitsError(IdentityError):
    """Des traits d'identité manquent ou sont mal écrits."""

    hint = "Corriger les champs indiqués."

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(problems.values()))


class InvalidInsError(IdentityError):
    """L'INS ne peut pas être enregistrée."""

    hint = "Vérifier le matricule et sa clé sur la réponse d'INSi."


class KnownInsError(InvalidInsError):
    """INS : un autre dossier patient du laboratoire la porte déjà."""

    hint = "Ouvrir le dossier patient existant au lieu d'en créer un second."


class EvidenceMissingError(IdentityError):
    """Ce statut demande un document d'identité à haut niveau de confiance."""

    hint = "Choisir le type du document présenté."


class StatusChangeError(IdentityError):
    """Le statut de l'identité ne peut pas changer ainsi."""

    hint = "Suivre les étapes : document présenté, INS récupérée, identité qualifiée."


class UnknownPatientError(IdentityError):
    """Ce patient n'existe pas."""

    hint = "Rechercher le patient depuis l'accueil."
