"""Every answer of INSi, and every way of having none, as a typed value with what a person can do.

``permanent`` says whether asking the very same thing again can help; ``stops`` whether every other question would
meet it too. Source: digest ``exchanges.md`` 1.4 and 8.

    Found | NotFound | Several                                    the search answered
    Confirmed | Denied                                            the verification answered
    WrongEnvironment | Unusable                                   an answer that we must not use
    RequestRefused | ConfigurationFault                           our side must change something
    TransientFault | ServiceClosed | NotReached | NoAnswer        a moment of theirs
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from eprouvette.standards.insi.identity import InsiIdentity

UNKNOWN_ATTEMPTS: Final = 3
"""A fault that nobody listed is taken for a moment's, three times; then a person looks (digest 1.4)."""


@dataclass(frozen=True, slots=True)
class Found:
    """Code 00: one identity. Its key may be wrong (`InsiIdentity.key_is_valid`)."""

    identity: InsiIdentity
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False

    @property
    def remedy(self) -> str:
        """What to do with it."""
        if self.identity.key_is_valid:
            return "Comparer les traits reçus à ceux du dossier."
        return "Comparer les traits reçus à ceux du dossier ; la clé reçue n'est pas celle du matricule, la signaler."


@dataclass(frozen=True, slots=True)
class NotFound:
    """Code 01: nobody under these traits."""

    remedy: str = (
        "Essayer le prénom suivant, puis tous les prénoms, puis le lieu de naissance ; vérifier l'orthographe, "
        "tirets compris."
    )
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Several:
    """Code 02: several persons; the service gives no list."""

    remedy: str = "Ajouter les autres prénoms, puis le lieu de naissance."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The identity verified is the one of the base; ``schema`` names the table of names that read the answer."""

    schema: str
    remedy: str = ""
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Denied:
    """The identity verified is not, or is no longer, the one of the base."""

    schema: str
    code: str = ""
    text: str = ""
    remedy: str = "Retirer l'INS du dossier, abaisser le statut de l'identité, puis interroger INSi de nouveau."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class WrongEnvironment:
    """The answer carries an OID that this installation must not hold: test and production do not mix."""

    oid: str
    remedy: str = "Vérifier l'adresse d'INSi et le profil de l'installation : ils ne sont pas du même environnement."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that cannot be read, or that gives no number: ``reason`` in French, never a trait."""

    reason: str
    code: str = ""
    remedy: str = "Recommencer plus tard ; si cela dure, transmettre l'échange à l'assistance d'INSi."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """The service refuses this question and would refuse it again."""

    code: str
    text: str
    remedy: str = "Corriger les traits de l'interrogation ; si le refus dure, transmettre le code à l'éditeur."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ConfigurationFault:
    """Certificate, authorisation number or address: every question would be refused."""

    code: str
    text: str
    remedy: str
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TransientFault:
    """A technical error over there. ``attempts`` bounds the tries when the fault is not a known one (0: no bound)."""

    code: str
    text: str
    retry_after: int | None = None
    attempts: int = 0
    remedy: str = "Recommencer plus tard ; à défaut, enregistrer l'identité sans INSi et l'interroger ensuite."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ServiceClosed:
    """The service says that it is closed; ``retry_after`` in seconds when it says until when."""

    retry_after: int | None = None
    code: str = "HTTP 503"
    remedy: str = "INSi est fermé : continuer sans, l'identité sera interrogée à la réouverture."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NotReached:
    """No connection: nothing was sent."""

    reason: str
    remedy: str = "Vérifier le réseau et l'adresse d'INSi ; l'identité peut être enregistrée sans INSi."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The question left, no whole answer came: a search or a verification changes nothing, so it may be asked again."""

    reason: str
    remedy: str = "Recommencer : la question n'a rien changé ; à défaut, enregistrer l'identité sans INSi."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


Failure = (
    WrongEnvironment
    | Unusable
    | RequestRefused
    | ConfigurationFault
    | TransientFault
    | ServiceClosed
    | NotReached
    | NoAnswer
)
SearchOutcome = Found | NotFound | Several | Failure
VerifyOutcome = Confirmed | Denied | Failure

CONFIGURATION: Final[dict[str, str]] = {
    "desir_550": "Vérifier le numéro d'autorisation du logiciel (IDAM) délivré par le CNDA.",
    "desir_560": "Vérifier le certificat : son CN est INSI-MANU ou INSI-AUTO, et il porte le droit d'appeler INSi.",
    "siram_100": "Vérifier le numéro d'autorisation du logiciel et le certificat présenté à INSi.",
}
TRANSIENT: Final = frozenset({"siram_40", "insi_102"})


def from_fault(code: str, subcode: str, detail: str, text: str) -> Failure:
    """The outcome of a SOAP fault: by the code of its detail, then by its subcode, then by who is at fault.

    Codes are compared without regard to capitals: published texts write ``desir_550`` and ``DESIR_560``.
    """
    shown = " / ".join(part for part in (subcode, detail) if part) or code
    for known in (detail.lower(), subcode.lower()):
        if known in CONFIGURATION:
            return ConfigurationFault(shown, text, CONFIGURATION[known])
        if known in TRANSIENT:
            return TransientFault(shown, text)
    if code == "Sender" and not subcode.lower().startswith("siram_"):
        return RequestRefused(shown, text)
    return TransientFault(shown, text, attempts=UNKNOWN_ATTEMPTS)


def from_status(status: int, retry_after: int | None) -> Failure:
    """The outcome of an HTTP answer that holds no SOAP message."""
    shown = f"HTTP {status}"
    if status == 503:
        return ServiceClosed(retry_after)
    if status in {401, 403}:
        remedy = "Vérifier le certificat INSI-MANU ou INSI-AUTO et l'adresse du service."
        return ConfigurationFault(shown, "INSi refuse l'accès au laboratoire.", remedy)
    if status == 429:
        return TransientFault(shown, "INSi demande de ralentir.", retry_after)
    if status >= 500 or status == 408:
        return TransientFault(shown, "INSi a répondu par une erreur technique.", retry_after)
    if 300 <= status < 500:
        remedy = "Vérifier l'adresse d'INSi."
        return ConfigurationFault(shown, "Cette adresse n'est pas celle d'INSi.", remedy)
    return Unusable("La réponse d'INSi n'est pas un message lisible.", shown)
