"""Errors of the catalogue::

CatalogueError
└── CatalogueDataError     a data file that does not hold together
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class CatalogueError(EprouvetteError):
    """Le catalogue des examens ne peut pas être utilisé."""


class CatalogueDataError(CatalogueError):
    """Un fichier du catalogue est incohérent."""

    hint = "Corriger le fichier indiqué, puis recharger le catalogue."
