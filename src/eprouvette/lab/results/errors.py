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
│   ├── FutureResultError       measured later than now
│   ├── NotACultureError        an isolate on an exam that grows nothing
│   ├── IsolatesHeldError       no growth said of a culture that has isolates
│   ├── IsolateRefusedError     all that is wrong in an isolate, the first fault ahead
│   │   (its faults: UnknownOrganismError, UnknownAntibioticError, AntibioticMissingError, AntibioticTwiceError,
│   │   UnknownMarkError, MarkTwiceError, NotAMicError, NotADiameterError, UnknownCategoryError, NotAQuantityError,
│   │   IsolateTwiceError, IsolateMissingError)
│   ├── PictureRefusedError     bytes that are no picture we can print
│   └── NoResultYetError        a picture of an exam without result
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

    def __init__(self, exam: str, place: str, sentence: str = "") -> None:
        self.exam = exam
        self.place = place
        self.sentence = sentence or (type(self).__doc__ or "").strip().split("\n")[0]
        where = f" ({place})" if place else ""
        super().__init__(f"{exam}{where} : {self.sentence[0].lower()}{self.sentence[1:]}")


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


class NotACultureError(ResultRefusedError):
    """Cet examen n'est pas une culture."""

    hint = "Inscrire l'isolat à une culture demandée dans le dossier."


class IsolatesHeldError(ResultRefusedError):
    """Des isolats sont inscrits à cette culture."""

    hint = "Retirer d'abord les isolats de cette culture."


class UnknownOrganismError(ResultRefusedError):
    """Le micro-organisme n'est pas nommé."""

    hint = "Choisir un micro-organisme de la liste, ou l'écrire en clair (120 signes au plus)."


class UnknownAntibioticError(ResultRefusedError):
    """Cet antibiotique n'est pas au catalogue."""

    hint = "Choisir un antibiotique du catalogue, ou l'y ajouter."


class AntibioticMissingError(ResultRefusedError):
    """Une CMI, un diamètre ou une catégorie est sans antibiotique."""

    hint = "Nommer l'antibiotique de cette ligne, ou vider la ligne."


class AntibioticTwiceError(ResultRefusedError):
    """Cet antibiotique est donné deux fois."""

    hint = "Garder une seule ligne par antibiotique."


class UnknownMarkError(ResultRefusedError):
    """Cette marque de résistance n'est pas au catalogue, ou n'est dite ni présente ni absente."""

    hint = "Choisir une marque de la liste, et dire si elle est présente ou absente."


class MarkTwiceError(ResultRefusedError):
    """Cette marque de résistance est donnée deux fois."""

    hint = "Garder une seule réponse par marque."


class NotAMicError(ResultRefusedError):
    """La CMI n'est pas un nombre de 0,001 à 9999 mg/L."""

    hint = "Écrire la CMI en mg/L : 8, <=0,5 ou >256."


class NotADiameterError(ResultRefusedError):
    """Le diamètre n'est pas un nombre de 5 à 60 mm."""

    hint = "Écrire le diamètre en mm, 6 quand il n'y a pas de zone."


class UnknownCategoryError(ResultRefusedError):
    """La catégorie n'est pas S, SDD, I, R, NS ou IE."""

    hint = "Choisir la catégorie dans la liste."


class NotAQuantityError(ResultRefusedError):
    """La numération ne se lit pas."""

    hint = "Écrire 10^5 UFC/mL, >=10^5, 1000 ou des mots (rares colonies, ++)."


class IsolateTwiceError(ResultRefusedError):
    """Deux isolats de cette culture portent le même numéro."""

    hint = "Numéroter chaque isolat à part (OBX-4)."


class IsolateMissingError(ResultRefusedError):
    """Un antibiogramme est sans isolat."""

    hint = "Envoyer l'identification avec l'antibiogramme, sous le même OBX-4."


class PictureRefusedError(ResultRefusedError):
    """Cette image ne peut pas être jointe."""

    hint = "Joindre une image PNG, JPEG ou GIF, de 4 Mo au plus."


class NoResultYetError(ResultRefusedError):
    """Cet examen n'a pas encore de résultat auquel joindre l'image."""

    hint = "Saisir ou envoyer d'abord le résultat, puis l'image."


class IsolateRefusedError(ResultRefusedError):
    """L'isolat ne peut pas être enregistré."""

    def __init__(self, faults: Sequence[ResultRefusedError]) -> None:
        first = faults[0]
        super().__init__(first.exam, first.place, first.sentence)
        self.hint, self.faults = first.hint, tuple(faults)


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
