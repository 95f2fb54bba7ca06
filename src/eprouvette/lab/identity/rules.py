"""Decisions on identities: statuses and events, attributes, evidence, what of the INS may leave.

Source: RNIV 1 v2.0 (EXI SI 07-10, 22, 23, 25; EXI PP 09, 11), digest ``requirements.md`` 1, ``exchanges.md`` 1.8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from eprouvette.core.ins import Ins
from eprouvette.lab.identity.errors import LockedIdentityError, StatusChangeError


class Status(StrEnum):
    """The four statuses of an identity."""

    PROVISIONAL = "provisoire"
    RETRIEVED = "recuperee"
    VALIDATED = "validee"
    QUALIFIED = "qualifiee"


STATUS_LABELS: Final[dict[Status, str]] = {
    Status.PROVISIONAL: "provisoire",
    Status.RETRIEVED: "récupérée",
    Status.VALIDATED: "validée",
    Status.QUALIFIED: "qualifiée",
}


class Event(StrEnum):
    """What happens to an identity; attributes are put and removed by `marked`."""

    RETRIEVED = "ins_recuperee"
    HIGH_DOCUMENT = "document_fort"
    LOW_DOCUMENT = "document_faible"
    INS_TYPED = "ins_saisie"
    VERIFIED = "verification_ok"
    REFUTED = "verification_ko"
    WITHDRAWN = "ins_retiree"
    REPLACED = "ins_remplacee"
    RECEIVED = "qualifiee_recue"
    TRAITS_CHANGED = "traits_changes"
    DOWNGRADED = "declassee"


EVENT_LABELS: Final[dict[Event, str]] = {
    Event.RETRIEVED: "INS récupérée d'INSi, traits cohérents",
    Event.HIGH_DOCUMENT: "document à haut niveau de confiance vu",
    Event.LOW_DOCUMENT: "document à faible niveau de confiance vu",
    Event.INS_TYPED: "INS saisie avec sa clé (hors production)",
    Event.VERIFIED: "vérification INSi : OK",
    Event.REFUTED: "vérification INSi : KO",
    Event.WITHDRAWN: "INS retirée par sa source",
    Event.REPLACED: "INS remplacée (NIA devenu NIR, nouveau NIR)",
    Event.RECEIVED: "reçue qualifiée du référentiel d'identités",
    Event.TRAITS_CHANGED: "traits stricts modifiés au guichet",
    Event.DOWNGRADED: "identité déclassée",
}

_P, _R, _V, _Q = Status.PROVISIONAL, Status.RETRIEVED, Status.VALIDATED, Status.QUALIFIED

EVENTS: Final[dict[Event, dict[Status, Status]]] = {
    # RNIV 1, 3.2: INSi gives "récupérée", a high-trust document gives "validée", both give "qualifiée".
    Event.RETRIEVED: {_P: _R, _R: _R, _V: _Q, _Q: _Q},
    Event.HIGH_DOCUMENT: {_P: _V, _R: _Q, _V: _V, _Q: _Q},
    Event.LOW_DOCUMENT: {_P: _P, _R: _R, _V: _V, _Q: _Q},
    Event.INS_TYPED: {_V: _Q},
    Event.VERIFIED: {_R: _R, _Q: _Q},
    # REQ-INS-02: a verification that fails takes the INS away.
    Event.REFUTED: {_R: _P, _Q: _V},
    # hl7v2.md 2.5: A47 deletes the INS; the status follows from what remains of the evidence.
    Event.WITHDRAWN: {_R: _P, _Q: _V},
    Event.REPLACED: {_R: _R, _Q: _Q},
    # RNIV EXI SI 37: where a master of identities exists, its status is ours.
    Event.RECEIVED: {_V: _Q},
    # With an INS, strict traits are those of INSi: the identity is downgraded first.
    Event.TRAITS_CHANGED: {_P: _P, _V: _P},
    Event.DOWNGRADED: {_P: _P, _R: _P, _V: _P, _Q: _P},
}
"""REQ-INS-07: the status after each event; a status that an event does not name refuses it."""

TRANSITIONS: Final[dict[Status, frozenset[Status]]] = {
    before: frozenset(row[before] for row in EVENTS.values() if row.get(before, before) is not before)
    for before in Status
}
"""From a status, those that some event leads to."""

_GIVES_INS: Final = frozenset({Event.RETRIEVED, Event.INS_TYPED, Event.REPLACED, Event.RECEIVED})
_UNLOCKED: Final = frozenset({Event.LOW_DOCUMENT, Event.TRAITS_CHANGED, Event.DOWNGRADED})
"""Events that a doubtful or fictitious identity still takes."""


class Attribute(StrEnum):
    """Attributes of an identity, beside its status."""

    HOMONYM = "homonyme"
    DOUBTFUL = "douteuse"
    FICTITIOUS = "fictive"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an identity is worth: status, INS, attributes. The INS is there if and only if INSi gave or confirmed it."""

    status: Status = Status.PROVISIONAL
    ins: Ins | None = None
    homonym: bool = False
    doubtful: bool = False
    fictitious: bool = False

    @property
    def locked(self) -> bool:
        """True when an attribute keeps the identity provisional."""
        return self.doubtful or self.fictitious


def may_become(before: Status, after: Status) -> bool:
    """True when some event leads from one status to the other."""
    return after in TRANSITIONS[before]


def after(standing: Standing, event: Event, ins: Ins | None = None) -> Standing:
    """The standing once ``event`` happened, with the INS that it brings, if it brings one.

    Raises `StatusChangeError` when the table has no such cell, `LockedIdentityError` for a doubtful or fictitious
    identity.
    """
    if standing.locked and event not in _UNLOCKED:
        raise LockedIdentityError
    status = EVENTS[event].get(standing.status)
    if status is None:
        raise StatusChangeError(refusal(standing.status, event))
    held = ins if event in _GIVES_INS else standing.ins
    if status in {Status.RETRIEVED, Status.QUALIFIED}:
        if held is None:
            raise StatusChangeError("Ce statut demande une INS.")
        return replace(standing, status=status, ins=held)
    return replace(standing, status=status, ins=None)


def refusal(status: Status, event: Event) -> str:
    """Why a status takes no such event, as a sentence."""
    if event is Event.TRAITS_CHANGED:
        return f"Les traits stricts d'une identité {STATUS_LABELS[status]} sont ceux d'INSi : la déclasser d'abord."
    if event is Event.INS_TYPED and status is Status.QUALIFIED:
        return "L'identité est déjà qualifiée."
    return f"Identité {STATUS_LABELS[status]} : l'acte « {EVENT_LABELS[event]} » ne s'y applique pas."


def marked(standing: Standing, attribute: Attribute, *, on: bool) -> Standing:
    """The standing with an attribute put or removed (REQ-INS-08).

    Doubtful or fictitious makes it provisional, without INS; removing them leaves it provisional. Raises
    `LockedIdentityError` when both would stand together.
    """
    if attribute is Attribute.HOMONYM:
        return replace(standing, homonym=on)
    if not on:
        lifts_doubt = attribute is Attribute.DOUBTFUL
        return replace(
            standing,
            doubtful=standing.doubtful and not lifts_doubt,
            fictitious=standing.fictitious and lifts_doubt,
        )
    other = standing.fictitious if attribute is Attribute.DOUBTFUL else standing.doubtful
    if other:
        raise LockedIdentityError("Une identité ne peut pas être à la fois douteuse et fictive.")
    if attribute is Attribute.DOUBTFUL:
        return replace(standing, status=Status.PROVISIONAL, ins=None, doubtful=True)
    return replace(standing, status=Status.PROVISIONAL, ins=None, fictitious=True)


HIGH_TRUST: Final[dict[str, str]] = {
    "passeport": "Passeport",
    "carte_identite": "Carte nationale d'identité",
    "titre_sejour": "Titre permanent de séjour",
    "acte_naissance": "Extrait d'acte de naissance (mineur)",
    "livret_famille": "Livret de famille (mineur)",
    "identite_numerique": "Identité numérique de niveau élevé",
    "tiers_confiance": "Tiers de confiance (convention)",
}
"""REQ-INS-15: documents that allow *validée* and *qualifiée* (RNIV 1, EXI PP 09; EXI SI 34 for the third party)."""

LOW_TRUST: Final[dict[str, str]] = {
    "carte_vitale": "Carte Vitale",
    "permis_conduire": "Permis de conduire",
    "declaration": "Déclaration du patient",
    "aucun": "Aucun document",
}
DOCUMENTS: Final[dict[str, str]] = HIGH_TRUST | LOW_TRUST
ON_PAPER: Final = frozenset(DOCUMENTS) - {"identite_numerique", "tiers_confiance", "declaration", "aucun"}
"""Documents that can be copied: the others are words, or the word of a system."""

LONGEST_COPY_YEARS: Final = 5
"""No copy outlives this, whatever the setting (RNIV 1, EXI SI 24)."""
COPY_YEAR: Final = timedelta(days=365.25)


def copy_kept_until(stored_at: datetime, last_visit_at: datetime | None, years: int) -> datetime:
    """Until when a copy is kept: ``years`` after the last visit, and in any case five years after it was made."""
    seen = max(stored_at, last_visit_at or stored_at)
    return min(seen + years * COPY_YEAR, stored_at + LONGEST_COPY_YEARS * COPY_YEAR)


class Exemption(StrEnum):
    """Why INSi is not called for a person (RNIV 1, 4.1)."""

    NONE = ""
    ANONYMOUS = "anonyme"
    AME = "ame"
    NEWBORN = "nouveau_ne"


EXEMPTION_SENTENCES: Final[dict[Exemption, str]] = {
    Exemption.ANONYMOUS: "Prise en charge anonyme : INSi n'est pas appelé.",
    Exemption.AME: "Bénéficiaire de l'AME sans NIR ni NIA : INSi n'est pas appelé.",
    Exemption.NEWBORN: "Nouveau-né sans NIR : INSi n'est pas encore appelé.",
}
EXEMPTION_LABELS: Final[dict[Exemption, str]] = {
    Exemption.NONE: "aucune dispense : INSi peut être appelé",
    Exemption.ANONYMOUS: "prise en charge anonyme",
    Exemption.AME: "bénéficiaire de l'AME sans NIR ni NIA",
    Exemption.NEWBORN: "nouveau-né sans NIR",
}
NEWBORN_DAYS: Final = 90
"""After so many days a newborn without NIR is worth a look: the number comes with the declaration of birth."""


def why_not_insi(standing: Standing, exemption: Exemption, *, provisional_allowed: bool) -> str:
    """Why INSi may not be called for an identity, as a sentence; empty when it may (REQ-INS-08, REQ-INS-28)."""
    if standing.doubtful:
        return "Identité douteuse : lever le doute avant d'appeler INSi."
    if standing.fictitious:
        return "Identité fictive : INSi n'est jamais appelé."
    if exemption is not Exemption.NONE:
        return EXEMPTION_SENTENCES[exemption]
    if standing.status is Status.PROVISIONAL and not provisional_allowed:
        return "Le laboratoire n'appelle INSi qu'après la présentation d'un document : enregistrer le document."
    return ""


def exemption_refusal(standing: Standing, exemption: Exemption) -> str:
    """Why a person cannot be exempted from INSi, as a sentence; empty when nothing forbids it."""
    if exemption is Exemption.NONE or standing.ins is None:
        return ""
    return "Cette identité porte une INS : une dispense d'INSi la contredirait."


def death_problem(at: datetime, born: date, now: datetime) -> str:
    """Why a death cannot have been then, as a sentence; empty when it can. ``at`` is in the zone of ``born``."""
    if at > now:
        return "Décès : sa date est dans l'avenir."
    if at.date() < born:
        return "Décès : sa date précède la naissance."
    return ""


def newborn_is_over(exemption: Exemption, born: date, today: date) -> bool:
    """True when a newborn's exemption has lasted long enough for the NIR to exist."""
    return exemption is Exemption.NEWBORN and today - born > timedelta(days=NEWBORN_DAYS)


def ins_to_send(status: Status, ins: Ins | None) -> Ins | None:
    """The INS that may leave the laboratory: that of a *qualifiée* identity only (REQ-INS-09)."""
    return ins if status is Status.QUALIFIED else None


def same_person_problem(first: Standing, second: Standing, *, linked: bool) -> str:
    """Why two files cannot be merged, as a sentence; empty when they can, whatever the statuses (REQ-INS-22).

    ``linked``: INSi's history says that one INS followed the other.
    """
    both = first.status is Status.QUALIFIED and second.status is Status.QUALIFIED
    if both and first.ins and second.ins and first.ins.value != second.ins.value and not linked:
        return (
            "Ces deux dossiers portent deux INS qualifiées différentes : sans un historique d'INSi qui les relie, "
            "ce sont deux personnes."
        )
    return ""
