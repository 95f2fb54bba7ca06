"""What the DMP answers, as values: typed final, transient, ambiguous or configuration, with a remedy in French.

Source: digest ``exchanges.md`` 2.8 and 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What an answer lets us do."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    FINAL = "final"
    TRANSIENT = "transient"
    AMBIGUOUS = "ambiguous"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its kind, the service's code and words, what a person can do."""

    kind: Kind
    code: str = ""
    text: str = ""
    remedy: str = ""


DUPLICATE_CODES: Final = frozenset({"XDSDuplicateUniqueIdInRegistry"})
"""The registry holds this very document already: after a time-out, that is success."""

BY_CODE: Final[dict[str, tuple[Kind, str]]] = {
    "XDSUnknownPatientId": (Kind.NOT_APPLICABLE, "Le patient n'a pas de DMP : rien à faire."),
    "DMPPatientClosed": (Kind.NOT_APPLICABLE, "Le DMP du patient est fermé : rien à faire."),
    "XDSPatientIdDoesNotMatch": (Kind.FINAL, "L'INS de l'envoi n'est pas celui du document : prévenir l'éditeur."),
    "XDSNonIdenticalHash": (Kind.FINAL, "Un autre document porte déjà cet identifiant : prévenir l'éditeur."),
    "XDSRepositoryMetadataError": (Kind.FINAL, "Une métadonnée est refusée : prévenir l'éditeur."),
    "XDSRegistryMetadataError": (Kind.FINAL, "Une métadonnée est refusée : prévenir l'éditeur."),
    "XDSMissingDocument": (Kind.FINAL, "Le document manque dans l'envoi : prévenir l'éditeur."),
    "XDSMissingDocumentMetadata": (Kind.FINAL, "Les métadonnées manquent dans l'envoi : prévenir l'éditeur."),
    "XDSDocumentUniqueIdError": (Kind.FINAL, "L'identifiant du document est refusé : prévenir l'éditeur."),
    "XDSReplaceFailed": (Kind.FINAL, "La version à remplacer n'est plus la dernière : vérifier l'historique."),
    "XDSRegistryBusy": (Kind.TRANSIENT, ""),
    "XDSRepositoryBusy": (Kind.TRANSIENT, ""),
    "XDSRegistryNotAvailable": (Kind.TRANSIENT, ""),
}

BY_FAULT_TEXT: Final[tuple[tuple[str, str], ...]] = (
    ("structure introuvable ou inactive", "Vérifier le FINESS du site et celui du certificat."),
    ("ps et structure non liés", "Vérifier le RPPS du biologiste et son lien avec le site."),
    ("aucune spécialité dans le vihf", "Renseigner la spécialité du biologiste dans son compte."),
    ("erreur d'authentification de la personne morale", "Vérifier les certificats ORG AUTH_CLI et ORG SIGN."),
    ("aucun authorinstitution ne correspond", "Vérifier que le site et l'auteur du lot sont les mêmes."),
)
"""Faults of configuration: every other document of the structure would meet them too."""


def from_error(code: str, text: str) -> Answer:
    """The answer for a registry error; an unknown code is final, shown as received."""
    name = code.rpartition(":")[2]
    kind, remedy = BY_CODE.get(name, (Kind.FINAL, "Erreur non prévue : transmettre le code à l'assistance du DMP."))
    return Answer(kind, name, text, remedy)


def from_fault(code: str, subcode: str, text: str) -> Answer:
    """The answer for a SOAP fault: configuration when its words are known, else transient (Receiver) or final."""
    lowered = text.lower()
    for words, remedy in BY_FAULT_TEXT:
        if words in lowered:
            return Answer(Kind.CONFIGURATION, subcode or code, text, remedy)
    if code == "Receiver":
        return Answer(Kind.TRANSIENT, subcode or code, text)
    remedy = "Refus du DMP : corriger la cause indiquée, puis remettre le canal en marche."
    return Answer(Kind.CONFIGURATION, subcode or code, text, remedy)
