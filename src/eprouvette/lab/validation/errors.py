"""Errors of validation::

ValidationError
├── UnknownReleaseError
├── NotReadyError           a dossier whose results are not all validated or given up
├── NeverReleasedError      nothing left yet: there is nothing to correct
├── ReasonRequiredError     a correction or a cancellation says why
├── AlreadyCancelledError   the report of this dossier must not be used: nothing follows
├── NotUnchangedError       a correction that changes something is released, not closed
├── AlreadyReleasedError    the report of this dossier left already
└── ReleaseRefusedError     our rules, or a form that cannot be made, refuse the report
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eprouvette.core.errors import EprouvetteError


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What a rule found: which rule, how bad, where, in words, from which text."""

    rule: str
    severity: str
    xpath: str
    message: str
    source: str

    @property
    def location(self) -> str:
        """Where, for a page."""
        return self.xpath


class ValidationError(EprouvetteError):
    """L'opération de validation a échoué."""


class UnknownReleaseError(ValidationError):
    """Ce compte rendu n'existe pas."""

    hint = "Ouvrir le compte rendu depuis son dossier."


class NotReadyError(ValidationError):
    """Le dossier n'est pas prêt à être libéré."""

    hint = "Valider les résultats restants, ou les déclarer non réalisés avec leur motif."

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problems))


class AlreadyReleasedError(ValidationError):
    """Ce compte rendu est déjà libéré, et le dossier n'a pas changé depuis."""

    hint = "Ouvrir le compte rendu libéré ; une correction passe par une nouvelle version."


class NeverReleasedError(ValidationError):
    """Ce dossier n'a pas encore de compte rendu libéré : il n'y a rien à corriger."""

    hint = "Saisir ou valider les résultats du dossier, puis libérer."


class ReasonRequiredError(ValidationError):
    """Une correction demande un motif, en 500 caractères au plus."""

    hint = "Écrire pourquoi le compte rendu change : le motif est imprimé sur la nouvelle version."


class AlreadyCancelledError(ValidationError):
    """Le compte rendu de ce dossier est annulé : il n'a pas de suite."""

    hint = "Enregistrer une nouvelle demande, pour le bon patient et avec le bon prélèvement."


class NotUnchangedError(ValidationError):
    """Cette correction ne peut pas être close sans nouvelle version."""

    hint = "Valider les résultats corrigés, puis libérer la nouvelle version ; ou rétablir les valeurs d'avant."


class ReleaseRefusedError(ValidationError):
    """Le compte rendu n'est pas conforme : rien n'est parti."""

    hint = "Corriger ce que les constats indiquent, puis libérer de nouveau."

    def __init__(self, findings: Sequence[FindingLine]) -> None:
        self.findings = tuple(findings)
        super().__init__()
