"""Errors of results::

ResultError
├── ResultRefusedError          an incoming value, with its exam and its place in the message
│   ├── UnknownExamError        no such exam in the catalogue
│   ├── NotRequestedError       an exam that nobody asked for in this dossier
│   ├── NotANumberError         a word where a number is due
│   ├── NotARatioError          something else where a titre is due
│   ├── BackwardIntervalError   an interval whose bounds are the wrong way round
│   ├── UnknownWordError        a word that the exam does not admit
│   ├── WrongUnitError          another unit than the catalogue's
│   ├── EmptyResultError        a final result without a value
│   ├── TooLongError            a value or a comment that floods the report
│   └── FutureResultError       measured later than now
├── ReleasedDossierError        the report left: corrections come as a new version
│   └── CancelledDossierError   the report is cancelled
├── ObservationStateError       a change that the table forbids
├── InputsNotValidatedError     a calculated result validated before what it is made of
└── ReasonMissingError          an exam given up without a reason
"""

from __future__ import annotations

from collections.abc import Sequence

from eprouvette.core.errors import EprouvetteError


class ResultError(EprouvetteError):
    """L'opération sur le résultat a échoué."""


class ResultRefusedError(ResultError):
    """Un résultat reçu ne peut pas être enregistré."""

    hint = "Corriger à la source et renvoyer le message, ou saisir le résultat à la main."

    def __init__(self, exam: str, place: str) -> None:
        self.exam = exam
        self.place = place
        sentence = (type(self).__doc__ or "").strip().split("\n")[0]
        where = f" ({place})" if place else ""
        super().__init__(f"{exam}{where} : {sentence[0].lower()}{sentence[1:]}")


class UnknownExamError(ResultRefusedError):
    """Cet examen n'est pas au catalogue."""

    hint = "Ajouter l'examen au catalogue, ou corriger la table de correspondance de l'analyseur."


class NotRequestedError(ResultRefusedError):
    """Cet examen n'est pas demandé dans ce dossier."""

    hint = "Vérifier le tube, ou ajouter l'examen à la demande."


class NotANumberError(ResultRefusedError):
    """Un nombre est attendu."""


class BackwardIntervalError(ResultRefusedError):
    """La borne basse de l'intervalle dépasse la borne haute."""


class NotARatioError(ResultRefusedError):
    """Un titre (1/160) est attendu."""


class UnknownWordError(ResultRefusedError):
    """Ce mot n'est pas dans la liste des réponses admises."""


class WrongUnitError(ResultRefusedError):
    """L'unité n'est pas celle du catalogue."""

    hint = "Régler l'unité sur l'analyseur : aucune conversion n'est faite."


class EmptyResultError(ResultRefusedError):
    """La valeur est vide."""


class TooLongError(ResultRefusedError):
    """Le texte est trop long ou contient un caractère interdit."""


class FutureResultError(ResultRefusedError):
    """L'heure de mesure est dans le futur ou sans décalage horaire."""

    hint = "Régler l'heure de l'analyseur."


class ReleasedDossierError(ResultError):
    """Le compte rendu de ce dossier est déjà parti."""

    hint = "Rouvrir le dossier pour un compte rendu corrigé."


class CancelledDossierError(ReleasedDossierError):
    """Le compte rendu de ce dossier est annulé : rien ne s'y ajoute plus."""

    hint = "Enregistrer une nouvelle demande, pour le bon patient et avec le bon prélèvement."


class ObservationStateError(ResultError):
    """Ce résultat n'est pas dans un état qui permet cette action."""

    hint = "Recharger la page : le résultat a changé entre-temps."


class InputsNotValidatedError(ResultError):
    """Un résultat calculé ne se valide pas avant ses composantes."""

    hint = "Valider d'abord les composantes, ou tout ensemble."

    def __init__(self, exam: str, inputs: Sequence[str]) -> None:
        super().__init__(f"{exam} est calculé : valider d'abord {', '.join(inputs)}.")


class ReasonMissingError(ResultError):
    """Un motif est obligatoire."""

    hint = "Écrire pourquoi l'examen n'est pas réalisé : le motif est imprimé sur le compte rendu."
