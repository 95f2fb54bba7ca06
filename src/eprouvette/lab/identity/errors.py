"""Errors of identity::

IdentityError
├── InvalidTraitsError        traits that cannot be saved, field by field
├── MisreadTextError          letters that were decoded with the wrong table
├── InvalidInsError           an INS that cannot be kept here
│   └── KnownInsError         the INS of another file of the laboratory
├── DiscrepancyError          INSi's traits are not those of the file
├── EvidenceMissingError      a status without the document that it needs
├── StatusChangeError         a change that the table forbids
│   └── LockedIdentityError   the identity is doubtful or fictitious
├── MasterIdentityError       another system decides on identities here
├── MergeError                two files that cannot become one, or no longer two
│   └── MergedPatientError    a file closed by a merge
├── CriteriaMissingError      a search too wide
├── CopyError                 the copy of an identity document
│   ├── CopyKeyError          no key, or not that of the copy
│   ├── CopyRefusedError      not a picture or a PDF that is kept
│   └── UnknownCopyError
├── PlaceFileError            a file of places that cannot be imported
└── UnknownPatientError
"""

from __future__ import annotations

from collections.abc import Mapping

from eprouvette.core.errors import EprouvetteError


class IdentityError(EprouvetteError):
    """L'opération sur l'identité a échoué."""


class InvalidTraitsError(IdentityError):
    """Des traits d'identité manquent ou sont mal écrits."""

    hint = "Corriger les champs indiqués."

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(problems.values()))


class MisreadTextError(IdentityError):
    """Les lettres accentuées du texte reçu ont été lues avec la mauvaise table de caractères."""

    hint = "Régler l'encodage de l'émetteur (UTF-8 ou ISO 8859-1), puis demander un nouvel envoi."


class InvalidInsError(IdentityError):
    """L'INS ne peut pas être enregistrée."""

    hint = "Vérifier le matricule et sa clé sur la réponse d'INSi."


class KnownInsError(InvalidInsError):
    """INS : un autre dossier patient du laboratoire la porte déjà."""

    hint = "Ouvrir le dossier patient existant au lieu d'en créer un second."

    def __init__(self, other_id: int | None = None) -> None:
        self.other_id = other_id
        super().__init__()


class DiscrepancyError(IdentityError):
    """Les traits d'INSi ne sont pas ceux du dossier : l'INS n'est pas reprise."""

    hint = "Comparer les deux identités, corriger les traits locaux d'après un document, puis recommencer."


class EvidenceMissingError(IdentityError):
    """Ce statut demande un document d'identité à haut niveau de confiance."""

    hint = "Choisir le type du document présenté."


class StatusChangeError(IdentityError):
    """Le statut de l'identité ne peut pas changer ainsi."""

    hint = "Suivre les étapes : document présenté, INS récupérée, identité qualifiée."


class LockedIdentityError(StatusChangeError):
    """L'identité est douteuse ou fictive : elle reste provisoire, sans INS."""

    hint = "Lever le doute sur l'identité, puis recommencer."


class MasterIdentityError(IdentityError):
    """Un référentiel d'identités décide ici : le laboratoire ne qualifie ni ne fusionne."""

    hint = "Faire l'acte dans le référentiel d'identités de l'établissement ; il sera transmis."


class MergeError(IdentityError):
    """Ces deux dossiers patients ne peuvent pas être fusionnés."""

    hint = "Comparer les deux identités."


class MergedPatientError(MergeError):
    """Ce dossier patient a été fusionné avec un autre."""

    hint = "Ouvrir le dossier patient conservé."

    def __init__(self, survivor_id: int | None = None) -> None:
        self.survivor_id = survivor_id
        super().__init__()


class CriteriaMissingError(IdentityError):
    """La recherche est trop large."""

    hint = "Donner la date de naissance, deux lettres du nom, ou l'INS avec sa clé."


class CopyError(IdentityError):
    """La copie du document d'identité n'est pas disponible."""


class CopyKeyError(CopyError):
    """La clé des copies de documents d'identité manque, ou n'est pas celle de cette copie."""

    hint = "Donner EPROUVETTE_IDENTITY_KEY_FILE : une clé de 64 signes hexadécimaux par ligne, la clé en cours d'abord."


class CopyRefusedError(CopyError):
    """Ce fichier ne peut pas être gardé comme copie d'un document d'identité."""

    hint = "Numériser le document en PDF (8 Mo au plus, sans mot de passe), JPEG ou PNG (4 Mo au plus)."


class UnknownCopyError(CopyError):
    """Cette copie n'existe pas, ou a été purgée."""

    hint = "Redemander le document au patient."


class PlaceFileError(IdentityError):
    """Ce fichier n'est pas un fichier du code officiel géographique."""

    hint = (
        "Donner un CSV de l'INSEE : communes, communes depuis 1943, pays et territoires, ou collectivités d'outre-mer."
    )


class UnknownPatientError(IdentityError):
    """Ce patient n'existe pas."""

    hint = "Rechercher le patient depuis l'accueil."
