"""Errors of the document store::

DocumentError
├── MissingDocumentError
└── DamagedDocumentError
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class DocumentError(EprouvetteError):
    """Un document ne peut pas être lu."""

    hint = "Restaurer le dossier des documents depuis la sauvegarde."


class MissingDocumentError(DocumentError):
    """Un document enregistré n'est plus dans le dossier des documents."""


class DamagedDocumentError(DocumentError):
    """Un document enregistré n'a plus le contenu qu'il avait."""
