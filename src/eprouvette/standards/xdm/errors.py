"""Errors of this folder::

XdmError
└── IncompleteDocumentError   the CDA does not say what the metadata must say
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class XdmError(EprouvetteError):
    """Les métadonnées d'envoi ne peuvent pas être faites."""

    hint = "Contrôler le document par « eprouvette check » avant de l'envoyer."


class IncompleteDocumentError(XdmError):
    """Le document ne porte pas une information que l'envoi exige."""
