"""Errors of the directory::

InvalidPractitionerError
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class InvalidPractitionerError(EprouvetteError):
    """La fiche du professionnel est incomplète ou mal écrite."""

    hint = "Corriger le champ indiqué."
