"""Errors of the questions to INSi::

AskingError
├── NoServiceError        INSi has no address, or no certificate, here
│   └── NoApprovalError   no authorisation number of the CNDA, in production
├── StaleAnswerError      an answer that may no longer be taken
├── OtherCardError        nobody on the card is this patient
└── UnknownRetrievalError
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class AskingError(EprouvetteError):
    """INSi n'a pas pu être interrogé."""


class NoServiceError(AskingError):
    """INSi n'est pas réglé sur cette installation."""

    hint = (
        "Donner EPROUVETTE_INSI_URL et déposer les certificats INSI-MANU et INSI-AUTO ; « eprouvette doctor » vérifie."
    )


class NoApprovalError(NoServiceError):
    """Le numéro d'autorisation d'INSi manque : en production, INSi n'est pas appelé."""

    hint = "Donner EPROUVETTE_INSI_APPROVAL : le numéro délivré par le CNDA à l'issue de l'agrément."


class StaleAnswerError(AskingError):
    """Cette réponse d'INSi est dépassée : le dossier a pu changer depuis."""

    hint = "Interroger INSi de nouveau, puis comparer."


class OtherCardError(AskingError):
    """Personne, sur cette carte Vitale, n'a le nom et la date de naissance de ce patient."""

    hint = "Vérifier que la carte est celle du patient, ou interroger INSi par les traits d'identité."


class UnknownRetrievalError(AskingError):
    """Cette réponse d'INSi n'existe pas."""

    hint = "Ouvrir la fiche du patient et interroger INSi."
