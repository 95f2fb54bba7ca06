"""What can be refused here::

    EprouvetteError
    └── CrbioError
        ├── ForbiddenCharacterError   a text holds a character that XML cannot carry
        ├── IncoherentReportError     the report contradicts itself, no document can say it
        └── UnreadableCdaError        bytes given to read or show are not a CDA document

Places are paths inside ``LabReport`` (``chapters[0].sections[1].entries[2]``), never values.
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class CrbioError(EprouvetteError):
    """Le compte rendu ne peut pas être écrit ou lu en CDA."""


class ForbiddenCharacterError(CrbioError):
    """Un texte contient un caractère interdit en XML."""

    hint = "Ressaisir ce texte sans le caractère invisible indiqué."

    def __init__(self, place: str, code_point: int) -> None:
        self.place = place
        self.code_point = code_point
        super().__init__(f"Le champ « {place} » contient un caractère interdit en XML (U+{code_point:04X}).")


class IncoherentReportError(CrbioError):
    """Le compte rendu se contredit."""

    hint = "Corriger le compte rendu à l'endroit indiqué."

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        super().__init__(f"Champ « {place} » : {reason}")


class UnreadableCdaError(CrbioError):
    """Ces octets ne sont pas un document CDA lisible."""

    hint = "Vérifier que le fichier est un document CDA complet (XML sans DTD)."
