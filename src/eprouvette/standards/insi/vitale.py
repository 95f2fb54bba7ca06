"""What a Vitale card gives, and the interface of whatever reads one: a reader, a file, the application carte Vitale.

    EprouvetteError
    └── VitaleError                       no question can be asked from the card
        ├── NoReaderError                 (later)
        ├── NoCardError                   (later)
        ├── UnreadableCardError           (later)
        ├── ExpiredCardError
        ├── BlockedCardError
        └── SeveralBeneficiariesError     somebody must say which

Source: digest ``exchanges.md`` 1.2 (RECVITALE); RNIV 1, EXI PP 06 and SI 38. How a reader is driven belongs to its
supplier: this interface asks for data only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.insi.identity import CardTraits

Origin = Literal["vitale", "apcv"]


class VitaleError(EprouvetteError):
    """La carte Vitale ne peut pas être lue."""

    hint = "Interroger INSi par les traits d'identité."


class NoReaderError(VitaleError):
    """Aucun lecteur de carte Vitale ne répond."""

    permanent = False
    hint = "Vérifier le branchement du lecteur, ou interroger INSi par les traits d'identité."


class NoCardError(VitaleError):
    """Aucune carte Vitale n'est dans le lecteur."""

    permanent = False
    hint = "Insérer la carte, puce vers l'avant, puis recommencer."


class UnreadableCardError(VitaleError):
    """La carte insérée ne répond pas comme une carte Vitale."""

    permanent = False
    hint = "Vérifier le sens de la carte et sa puce, ou interroger INSi par les traits d'identité."


class ExpiredCardError(VitaleError):
    """La carte Vitale est périmée."""

    hint = "Demander la nouvelle carte, ou interroger INSi par les traits d'identité."


class BlockedCardError(VitaleError):
    """La carte Vitale est en opposition ou bloquée."""

    hint = "Ne pas utiliser cette carte ; interroger INSi par les traits d'identité."


class SeveralBeneficiariesError(VitaleError):
    """La carte porte plusieurs bénéficiaires."""

    hint = "Choisir la personne présente parmi les bénéficiaires de la carte."


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """One person on the card. ``matricule`` (15 characters) is empty for one known under the holder's only."""

    birth_name: str
    given_name: str
    birth_date: str
    rank: str
    matricule: str = ""
    used_name: str = ""


@dataclass(frozen=True, slots=True)
class VitaleCard:
    """What was read: the holder's number (15 characters) and every beneficiary. It holds no sex and no birth place."""

    holder: str
    beneficiaries: tuple[Beneficiary, ...]
    origin: Origin = "vitale"

    def only(self) -> Beneficiary:
        """The beneficiary of a card that has one; raises `SeveralBeneficiariesError`."""
        if len(self.beneficiaries) != 1:
            raise SeveralBeneficiariesError
        return self.beneficiaries[0]

    def question(self, one: Beneficiary) -> CardTraits:
        """What to ask INSi about a beneficiary of this card."""
        return CardTraits(self.holder, one.matricule, one.birth_name, one.birth_date, one.rank)


class VitaleReader(Protocol):
    """Whatever reads a card."""

    def read(self) -> VitaleCard:
        """The card that is there; raises `VitaleError`."""
        ...
