"""What INSi answered about a patient, written into the file: retrieval, verification, INS withdrawn or replaced.

The call itself is not here: whoever called gives the answer as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from django.conf import settings
from django.utils import timezone

from eprouvette.core.ins import ACCEPTED_OIDS, Ins, Profile
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity import cog, rules, writing
from eprouvette.lab.identity.comparison import Comparison, InsiTraits, LocalTraits, compare
from eprouvette.lab.identity.errors import (
    DiscrepancyError,
    InvalidInsError,
    StatusChangeError,
)
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.rules import Event, Status
from eprouvette.lab.identity.services import QUALIFIED_WITH_INSI, require_no_master

SOURCE: Final = "INSi"


@dataclass(frozen=True, slots=True)
class PastIns:
    """An INS of the history that INSi gives, with its dates as INSi writes them."""

    ins: Ins
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class InsiIdentity:
    """The one identity of an INSi answer."""

    ins: Ins
    traits: InsiTraits
    history: tuple[PastIns, ...] = ()


def why_not(patient: Patient) -> str:
    """Why INSi may not be called for this patient, as a sentence; empty when it may."""
    return rules.why_not_insi(
        patient.standing, patient.exemption, provisional_allowed=settings.EPROUVETTE_INSI_PROVISIONAL
    )


def compared(patient: Patient, answer: InsiTraits) -> Comparison:
    """The file beside INSi's traits, for the comparison screen."""
    return compare(local_traits(patient), answer)


def local_traits(patient: Patient) -> LocalTraits:
    """The strict traits of a file, as the comparison takes them."""
    return LocalTraits(
        birth_family_name=patient.birth_family_name,
        first_given_name=patient.first_given_name,
        birth_given_names=patient.birth_given_names,
        sex=patient.sex,
        birth_date=patient.birth_date,
        birth_place_cog=patient.birth_place_cog,
    )


def retrieve(patient_id: int, answer: InsiIdentity, *, actor: str, channel: str = "traits") -> Patient:
    """Take the INS and the traits of INSi: *récupérée*, or *qualifiée* when a document was seen (REQ-INS-10, 12, 21).

    ``channel`` says how INSi was asked (``traits``, ``carte_vitale``, ``apcv``). Raises `DiscrepancyError`,
    `InvalidInsError` for the INS of another environment, `KnownInsError` with the other file, `LockedIdentityError`,
    `StatusChangeError` when INSi should not have been called, `MasterIdentityError`, `UnknownPatientError`.
    """
    require_no_master()
    _require_ours(answer.ins)
    with writing.changing(patient_id, "recuperation", actor=actor, details={"channel": channel}) as patient:
        if sentence := why_not(patient):
            raise StatusChangeError(sentence)
        comparison = compared(patient, answer.traits)
        if not comparison.may_retrieve:
            raise DiscrepancyError(" ".join(comparison.problems))
        standing = rules.after(patient.standing, Event.RETRIEVED, answer.ins)
        if standing.status is Status.QUALIFIED:
            if not comparison.may_qualify:
                raise DiscrepancyError(
                    "L'identité ne peut pas être qualifiée : le lieu de naissance ou la liste des prénoms manque."
                )
            patient.evidence = QUALIFIED_WITH_INSI
        _tell_of_key(answer.ins, patient, actor)
        writing.stand(patient, standing, source=SOURCE)
        patient.ins_since = timezone.now()
        _replace(patient, comparison.replacements)
        _remember_history(patient, answer.history)
    return patient


def verified(patient_id: int, *, agreed: bool, actor: str) -> Patient:
    """Write the answer of a verification: confirmed, or the INS goes and the identity is downgraded (REQ-INS-02).

    Raises `StatusChangeError` when the file bears no INS, `UnknownPatientError`, `MergedPatientError`.
    """
    event = Event.VERIFIED if agreed else Event.REFUTED
    with writing.changing(patient_id, "verification", actor=actor, details={"agreed": int(agreed)}) as patient:
        writing.stand(patient, rules.after(patient.standing, event))
        if agreed:
            patient.ins_since = timezone.now()
    return patient


def withdraw(patient_id: int, *, actor: str, source: str) -> Patient:
    """Take away an INS that its source withdrew (A47, answer of a service); ``source`` is kept in the journal."""
    with writing.changing(patient_id, "retrait_ins", actor=actor, details={"source": source}) as patient:
        writing.stand(patient, rules.after(patient.standing, Event.WITHDRAWN))
    return patient


def replace_ins(patient_id: int, ins: Ins, *, actor: str, source: str = SOURCE) -> Patient:
    """Put the INS that follows the one held (NIA become NIR, new NIR); the former stays in the history of the file.

    Raises `InvalidInsError`, `KnownInsError`, `StatusChangeError`, `UnknownPatientError`, `MergedPatientError`.
    """
    _require_ours(ins)
    with writing.changing(patient_id, "remplacement_ins", actor=actor, details={"source": source}) as patient:
        if patient.ins is not None and ins.is_nia and not patient.ins.is_nia:
            raise InvalidInsError("Un NIA ne remplace pas un NIR.")
        _tell_of_key(ins, patient, actor)
        writing.stand(patient, rules.after(patient.standing, Event.REPLACED, ins), source=source)
    return patient


def adopt(patient_id: int, ins: Ins, *, actor: str, source: str) -> Patient:
    """Take a validated identity as qualified, with its INS, because the master of identities says so (REQ-INS-24).

    Raises `StatusChangeError` where no master is set, and what `replace_ins` raises.
    """
    if not settings.EPROUVETTE_IDENTITY_MASTER:
        raise StatusChangeError(
            "Aucun référentiel d'identités n'est déclaré : une identité reçue ne se qualifie qu'ici."
        )
    _require_ours(ins)
    with writing.changing(patient_id, "reprise", actor=actor, details={"source": source}) as patient:
        _tell_of_key(ins, patient, actor)
        writing.stand(patient, rules.after(patient.standing, Event.RECEIVED, ins), source=source)
    return patient


def _require_ours(ins: Ins) -> None:
    profile = cast("Profile", settings.EPROUVETTE_PROFILE)
    if ins.oid not in ACCEPTED_OIDS[profile]:
        raise InvalidInsError("INS : son OID n'est pas admis dans cet environnement.")


def _tell_of_key(ins: Ins, patient: Patient, actor: str) -> None:
    """``exchanges.md``, trap 10: a wrong key in an answer is no reason to refuse it; it is told."""
    if not ins.has_valid_key:
        audit.record(actor=actor, action="identity.wrong_key", target=f"patient:{patient.pk}")


def _replace(patient: Patient, replacements: Mapping[str, str]) -> None:
    for field, value in replacements.items():
        setattr(patient, field, value)
    if "birth_place_cog" in replacements:
        place = cog.at(patient.birth_place_cog, patient.birth_date)
        patient.birth_place_name = place.name if place else ""


def _remember_history(patient: Patient, history: tuple[PastIns, ...]) -> None:
    """Keep the past INS that the file does not know yet, as received: INSi sometimes repeats the active one."""
    known = set(patient.ins_records.values_list("value", "valid_from", "valid_to"))
    for past in history:
        if past.ins == patient.ins or (past.ins.value, past.valid_from, past.valid_to) in known:
            continue
        writing.remember(
            patient,
            past.ins,
            SOURCE,
            valid_from=past.valid_from,
            valid_to=past.valid_to or timezone.localdate().isoformat(),
        )
