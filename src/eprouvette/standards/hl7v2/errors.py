"""Errors of this folder::

Hl7Error                 where, code of HL7 table 0357, sentence
├── UnreadableMessageError   no MSH that can be read: no answer can name the message
├── EncodingError
├── StructureError
└── ContentError
"""

from __future__ import annotations

from typing import ClassVar, Final

from eprouvette.core.errors import EprouvetteError

CONDITIONS: Final = {
    0: "Message accepted",
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    103: "Table value not found",
    198: "Non-Conformant Cardinality",
    199: "Other HL7 Error",
    200: "Unsupported message type",
    201: "Unsupported event code",
    202: "Unsupported processing id",
    203: "Unsupported version id",
    204: "Unknown key identifier",
    205: "Duplicate key identifier",
    207: "Application error",
}
"""HL7 table 0357, messageErrorCondition."""


class Hl7Error(EprouvetteError):
    """Le message HL7 ne peut pas être pris."""

    hint = "Corriger le message à l'endroit indiqué, puis le renvoyer sous un nouvel identifiant."
    default_condition: ClassVar[int] = 199

    def __init__(self, message: str, *, location: str = "MSH^1", condition: int | None = None) -> None:
        super().__init__(message)
        self.location = location
        self.condition = self.default_condition if condition is None else condition


class UnreadableMessageError(Hl7Error):
    """Le message n'a pas de segment MSH lisible."""


class EncodingError(Hl7Error):
    """Les caractères du message ne sont pas ceux qu'il annonce."""

    default_condition = 102


class StructureError(Hl7Error):
    """Un segment ou un champ exigé manque, ou n'est pas à sa place."""

    default_condition = 100


class ContentError(Hl7Error):
    """Un champ n'a pas le contenu attendu."""

    default_condition = 102
