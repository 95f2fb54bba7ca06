"""Who gets the report: a pure decision for every possible recipient.

`decide` sees plain values only, so that each line of the decision table can be read and tested. Source:
digests ``exchanges.md`` 2.6 and 3.6, ``requirements.md`` REQ-DMP, REQ-MSS, REQ-INS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from eprouvette.core.ins import Ins
from eprouvette.exchange.channels.base import ChannelCode
from eprouvette.exchange.dispatch.states import Reason
from eprouvette.lab.validation.forms import DEFAULT
from eprouvette.standards.crbio.profile import Version

Verdict = Literal["send", "wait", "never"]
NOTHING_TO_CANCEL: Final = "CAN-2"
SERVED: Final = "REI-1"


@dataclass(frozen=True, slots=True)
class Professional:
    """A professional to whom the report is due. ``role`` is in French, ``address`` empty when unknown.

    ``profile`` is the version of CR-BIO that he or she is sent.
    """

    id: str
    name: str
    role: str
    address: str
    profile: Version = DEFAULT


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has, or may have, an earlier version of this report: by which channel, where and how it was sent."""

    channel: ChannelCode
    key: str
    name: str
    address: str
    profile: Version = DEFAULT


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on.

    ``frozen_ins`` is the INS inside the released bytes, ``current_ins`` the one of the patient's file
    now; ``qualified`` is the status of the identity now. ``same_traits`` tells whether the traits of
    the released bytes are still those of the file (REQ-INS-26). ``cancels`` is set for a version that cancels the
    report, which is for the ``holders`` of an earlier one. ``served`` are the recipients, by channel and key, who
    have an earlier version and get nothing more of one that the product issued by itself.
    """

    complete: bool
    frozen_ins: Ins | None
    current_ins: Ins | None
    qualified: bool
    same_traits: bool
    deceased: bool
    patient_name: str
    patient_address: str
    professionals: tuple[Professional, ...]
    cancels: bool = False
    holders: tuple[Holder, ...] = ()
    served: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """One recipient's line: what is done, by which rule, in words."""

    channel: ChannelCode
    key: str
    name: str
    address: str
    verdict: Verdict
    rule: str
    requirement: str
    sentence: str
    reason: Reason = Reason.NONE
    profile: Version = DEFAULT


def decide(facts: Facts) -> tuple[Decision, ...]:
    """One decision per possible recipient: the DMP, each professional once, the patient."""
    lines = (_dmp(facts), *_professionals(facts), _patient(facts))
    if facts.cancels:
        return _cancellation(lines, facts.holders)
    return tuple(_served(line) if (line.channel, line.key) in facts.served else line for line in lines)


def unfit(line: Decision, finding: str) -> Decision:
    """``line`` held back because the form that its recipient asks for cannot be made right."""
    return _wait(line, "PRF-1", "REQ-CRB-01", finding, Reason.PROFILE)


def _cancellation(lines: tuple[Decision, ...], holders: tuple[Holder, ...]) -> tuple[Decision, ...]:
    """Who has an earlier version is told that it is cancelled; nobody else hears of it.

    The identity of the file is not asked again: it may be what was wrong, and the holder has these very traits.
    """
    now = {(line.channel, line.key): line for line in lines}
    told = {(one.channel, one.key): one for one in holders}
    sentence = "Ce destinataire a reçu ce compte rendu : il est averti de son annulation."
    sent = (
        Decision(
            one.channel,
            one.key,
            one.name,
            (now[key].address if key in now else "") or one.address,
            "send",
            "CAN-1",
            "REQ-MSS-13",
            sentence,
            profile=now[key].profile if key in now else one.profile,
        )
        for key, one in told.items()
    )
    nothing = "Rien à annuler : ce destinataire n'a pas reçu ce compte rendu."
    others = (_never(line, NOTHING_TO_CANCEL, "REQ-MSS-13", nothing) for key, line in now.items() if key not in told)
    return (*sent, *others)


def _served(line: Decision) -> Decision:
    sentence = "Ce destinataire a déjà ce compte rendu : la nouvelle version ne fait qu'y ajouter l'INS."
    return _never(line, SERVED, "REQ-INS-26", sentence)


def _wait(send: Decision, rule: str, requirement: str, sentence: str, reason: Reason) -> Decision:
    return replace(send, verdict="wait", rule=rule, requirement=requirement, sentence=sentence, reason=reason)


def _never(send: Decision, rule: str, requirement: str, sentence: str) -> Decision:
    return replace(send, verdict="never", rule=rule, requirement=requirement, sentence=sentence, reason=Reason.NONE)


def _identity_changed(send: Decision) -> Decision:
    sentence = "L'identité a changé depuis la libération : rien ne part avec les anciens traits."
    return _wait(send, "INS-2", "REQ-INS-26", sentence, Reason.IDENTITY_CHANGED)


def _national(facts: Facts, send: Decision) -> Decision:
    """``send``, unless a rule common to what needs a qualified INS (DMP, patient's mailbox) forbids it."""
    if facts.frozen_ins is None or not facts.qualified:
        sentence = "L'identité n'est pas qualifiée : l'envoi attend la qualification de l'INS."
        return _wait(send, "INS-1", "REQ-INS-09", sentence, Reason.INS)
    if facts.frozen_ins != facts.current_ins or not facts.same_traits:
        return _identity_changed(send)
    if facts.frozen_ins.is_nia:
        sentence = "L'INS est un NIA provisoire : ni DMP ni messagerie citoyenne."
        return _never(send, "INS-3", "REQ-DMP-09", sentence)
    return send


def _dmp(facts: Facts) -> Decision:
    sentence = "Compte rendu validé et identité qualifiée : dépôt automatique."
    send = Decision("dmp", "dmp", "DMP / Mon espace santé", "", "send", "DMP-1", "REQ-DMP-01", sentence)
    if not facts.complete:
        sentence = "Compte rendu partiel : le DMP reçoit le compte rendu complet."
        return _never(send, "DMP-2", "REC_GEN-1070", sentence)
    return _national(facts, send)


def _professionals(facts: Facts) -> Iterator[Decision]:
    seen: set[str] = set()
    for person in facts.professionals:
        if person.id in seen:
            continue
        seen.add(person.id)
        sentence = f"Envoi systématique ({person.role})."
        send = Decision(
            "mss_pro", person.id, person.name, person.address, "send", "PRO-1", "REQ-MSS-01", sentence,
            profile=person.profile,
        )  # fmt: skip
        if not person.address:
            sentence = f"Aucune adresse MSSanté connue pour ce destinataire ({person.role})."
            yield _wait(send, "PRO-2", "REQ-MSS-01", sentence, Reason.ADDRESS)
        elif not facts.same_traits:
            yield _identity_changed(send)
        else:
            yield send


def _patient(facts: Facts) -> Decision:
    sentence = "Identité qualifiée : envoi à la messagerie citoyenne."
    send = Decision(
        "mss_patient", "patient", facts.patient_name, facts.patient_address, "send", "PAT-1", "REQ-MSS-02", sentence
    )
    if facts.deceased:
        return _never(send, "PAT-2", "REQ-MSS-15", "Patient décédé : aucun courriel au patient.")
    if not facts.complete:
        sentence = "Compte rendu partiel : le patient reçoit le compte rendu complet."
        return _never(send, "PAT-3", "REC_GEN-1070", sentence)
    return _national(facts, send)
