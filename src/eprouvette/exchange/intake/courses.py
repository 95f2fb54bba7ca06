"""The course that the matrix gives to a received identity, taken through the services of the identity room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.conf import settings
from django.db import transaction

from eprouvette.core.ins import Ins, Profile
from eprouvette.exchange.identities import confirming
from eprouvette.exchange.intake import feeds, persons
from eprouvette.exchange.intake.fates import ACTOR
from eprouvette.exchange.intake.models import FeedSource
from eprouvette.lab.identity import following, queries, services, watches, writing
from eprouvette.lab.identity.errors import IdentityError, InvalidTraitsError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.received import Claim, Course, Outcome, Source, claim_of, decide
from eprouvette.lab.identity.rules import Attribute, Exemption, Status
from eprouvette.lab.identity.traits import Traits, checked_ins
from eprouvette.lab.identity.watches import Kind
from eprouvette.standards.hl7v2.adt import IdentityMessage

_ELSEWHERE: Final = "L'INS reçue est déjà celle d'un autre dossier patient : rien n'est repris."
_HOMONYMS: Final = frozenset({"HOMA", "HOMD"})
_DEATH: Final = "L'émetteur annonce le décès du patient : à vérifier."


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the identity of a message: whose it is, what is said of it, whether something was written."""

    patient: Patient | None
    sentence: str = ""
    changed: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """What a message says, judged by who says it."""

    source: Source
    claim: Claim
    ins: Ins | None
    message: IdentityMessage
    feed: FeedSource


def _said(feed: FeedSource, message: IdentityMessage) -> _Said:
    """Raises `InvalidInsError` for an INS said to be qualified whose key or authority is wrong.

    An INS beside any other status is left out (``hl7v2.md`` 2.5).
    """
    entry = persons.ins_said(message)
    claim = claim_of(message.person.statuses, has_ins=entry is not None)
    profile = cast("Profile", settings.EPROUVETTE_PROFILE)
    ins = checked_ins(entry, profile) if entry is not None and claim is Claim.QUALIFIED else None
    return _Said(feeds.worth(feed), claim, ins, message, feed)


def ours_of(patient: Patient) -> Traits:
    """The traits of a file."""
    return Traits(**{name: getattr(patient, name) for name in Traits.__slots__})


def first(feed: FeedSource, message: IdentityMessage) -> Taken:
    """A person whom this partner never named: a new file, or the one that bears the same INS with the same traits."""
    said = _said(feed, message)
    bearer = writing.bearer_of(said.ins.value) if said.ins and said.source is not Source.STRANGER else None
    if bearer is not None:
        held = queries.get(bearer)
        if persons.agrees(message.person, ours_of(held)):
            return _again(said, held)
        watches.raise_watch(held.pk, Kind.INS_ELSEWHERE, _ELSEWHERE, source=feed.name)
        return Taken(held, _ELSEWHERE, refused=True)
    traits = persons.traits_said(message.person)
    outcome = decide(said.source, said.claim, None)
    exemption = Exemption.ANONYMOUS if said.claim is Claim.ANONYMOUS else Exemption.NONE
    patient = services.create_patient(traits, actor=ACTOR, exemption=exemption)
    if said.source is Source.MASTER:
        following.follow(patient.pk, traits, outcome, said.ins, actor=ACTOR, source=feed.name)
    else:
        _reach(said, patient, outcome)
    if _HOMONYMS & set(message.person.statuses):
        services.mark(patient.pk, Attribute.HOMONYM, on=True, actor=ACTOR)
    _death(said, patient)
    return Taken(patient, outcome.sentence, changed=True)


def again(feed: FeedSource, message: IdentityMessage, patient: Patient) -> Taken:
    """A person whom this partner has named before."""
    return _again(_said(feed, message), patient)


def _again(said: _Said, patient: Patient) -> Taken:
    if said.ins is not None and writing.bearer_of(said.ins.value, but=patient.pk) is not None:
        watches.raise_watch(patient.pk, Kind.INS_ELSEWHERE, _ELSEWHERE, source=said.feed.name)
        return Taken(patient, _ELSEWHERE, refused=said.source is not Source.STRANGER)
    person, ours = said.message.person, ours_of(patient)
    same_ins = said.ins is None or patient.ins is None or said.ins.value == patient.ins.value
    agrees = persons.agrees(person, ours) and same_ins
    outcome = decide(said.source, said.claim, Status(patient.status), agrees=agrees)
    if said.source is Source.MASTER:
        traits = persons.over(person, ours)
        done = following.follow(patient.pk, traits, outcome, said.ins, actor=ACTOR, source=said.feed.name)
        _death(said, patient)
        return Taken(patient, outcome.sentence, changed=done is not None)
    changed = _reach(said, patient, outcome)
    if agrees and said.source is Source.CONTRACT:
        changed = _contact(patient, persons.freely_over(person, ours), ours) or changed
        _death(said, patient)
    return Taken(patient, outcome.sentence, changed=changed)


def _reach(said: _Said, patient: Patient, outcome: Outcome) -> bool:
    """Bring a file to the status of the outcome by the acts of the desk; True when something was written."""
    name = said.feed.name
    if outcome.course is Course.CREATE and (outcome.doubtful or outcome.fictitious):
        attribute = Attribute.DOUBTFUL if outcome.doubtful else Attribute.FICTITIOUS
        services.mark(patient.pk, attribute, on=True, actor=ACTOR)
    if outcome.watch:
        attributed = said.claim in {Claim.DOUBTFUL, Claim.FICTITIOUS}
        kind = Kind.ATTRIBUTE if attributed else Kind.DIFFERENCE
        watches.raise_watch(patient.pk, kind, outcome.sentence, source=name)
    changed = False
    if outcome.course is not Course.KEEP and outcome.status.value != patient.status:
        try:
            with transaction.atomic():
                services.see_document(patient.pk, document_type=services.THIRD_PARTY, actor=ACTOR)
            changed = True
        except IdentityError as error:
            # Doubtful here, or without a place of birth: the word of a third party does not lift that.
            watches.raise_watch(patient.pk, Kind.DIFFERENCE, error.message, source=name)
    if outcome.course is Course.CALL_INSI and said.ins is not None:
        confirming.promise(patient.pk, said.ins, source=name)
    return changed


def _contact(patient: Patient, said: Traits, ours: Traits) -> bool:
    if said == ours:
        return False
    services.edit_traits(patient.pk, said, actor=ACTOR)
    return True


def _death(said: _Said, patient: Patient) -> None:
    """A death told with its day by who is trusted is recorded; any other one is looked at by a person."""
    if not said.message.person.deceased or patient.deceased_at is not None:
        return
    at = persons.died_at(said.message.person)
    if at is None or said.source is Source.STRANGER or not _recorded(patient, at):
        watches.raise_watch(patient.pk, Kind.DEATH, _DEATH, source=said.feed.name)


def _recorded(patient: Patient, died_at: datetime) -> bool:
    """False for a death to come or before birth: a person looks at it."""
    try:
        services.record_death(patient.pk, died_at, actor=ACTOR)
    except InvalidTraitsError:
        return False
    return True
