"""Errors of the directory::

DirectoryError
├── InvalidPractitionerError    a line that cannot be kept
├── UnknownPractitionerError    nobody of that number
├── UnknownAddressError         a mailbox that the sheet does not propose
└── UnknownProfileError         a version of the report that we do not write
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class DirectoryError(EprouvetteError):
    """L'opération sur l'annuaire a échoué."""


class InvalidPractitionerError(DirectoryError):
    """La fiche du professionnel est incomplète ou mal écrite."""

    hint = "Corriger le champ indiqué."


class UnknownPractitionerError(DirectoryError):
    """Ce correspondant n'est pas dans l'annuaire du laboratoire."""

    hint = "Le chercher par son nom ou son numéro RPPS."


class UnknownAddressError(DirectoryError):
    """Cette adresse n'est pas de celles que l'annuaire propose pour ce professionnel."""

    hint = "Choisir une adresse de la liste ; elle a pu changer depuis l'affichage."


class UnknownProfileError(DirectoryError):
    """Ce profil de compte rendu n'existe pas."""

    hint = "Choisir un profil de la liste."
