"""Errors of what a subcontracting laboratory sends::

PartnerError
├── PartnerFileError        neither a CR-BIO nor a PDF that can be joined
├── OtherPatientError       the report of somebody else
└── LaboratoryMissingError  a PDF that does not say who made it
"""

from __future__ import annotations

from collections.abc import Sequence

from eprouvette.core.errors import EprouvetteError


class PartnerError(EprouvetteError):
    """Le compte rendu du laboratoire sous-traitant ne peut pas être joint."""


class PartnerFileError(PartnerError):
    """Ce fichier n'est ni un CR-BIO lisible, ni un PDF qui puisse être joint."""

    hint = "Demander au laboratoire sous-traitant un CR-BIO (CDA) ou un PDF simple, sans mot de passe ni script."


class OtherPatientError(PartnerError):
    """Ce compte rendu n'est pas celui du patient du dossier : rien n'a été repris."""

    hint = "Vérifier le dossier ; si le patient est le bon, faire corriger l'identité par le laboratoire sous-traitant."

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__(f"{(type(self).__doc__ or '').strip()} Ce qui diffère : {', '.join(differences)}.")


class LaboratoryMissingError(PartnerError):
    """Un PDF ne dit pas qui l'a fait : le nom et le FINESS du laboratoire sous-traitant manquent."""

    hint = "Saisir le nom et le FINESS (9 chiffres) du laboratoire sous-traitant."
