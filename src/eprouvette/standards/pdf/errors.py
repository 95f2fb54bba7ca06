"""What can stop the typesetting of a report.

::

    EprouvetteError
    └── PdfError                the report cannot be typeset
        ├── MissingGlyphError   a text holds a character that our fonts do not have
        └── TypesettingError    the typesetter refused or warned: a defect of the template, never of the report
"""

from __future__ import annotations

from eprouvette.core.errors import EprouvetteError


class PdfError(EprouvetteError):
    """Le compte rendu ne peut pas être mis en page."""


class MissingGlyphError(PdfError):
    """Un texte contient un caractère que les polices du compte rendu n'ont pas."""

    hint = "Remplacer ce caractère dans le texte indiqué (par exemple par sa transcription en lettres latines)."

    def __init__(self, place: str, codepoint: int) -> None:
        self.place = place
        self.codepoint = codepoint
        super().__init__(f"{place} : le caractère U+{codepoint:04X} ne peut pas être imprimé.")


class TypesettingError(PdfError):
    """La mise en page a échoué."""

    hint = "Signaler ce défaut du modèle de mise en page avec le numéro de version du logiciel."
