"""An ADT message applied: the file that it names is opened, updated, merged or left to a person, never linked wrongly.

What to do is decided by the matrix of RNIV (`lab.identity.received`); who a patient is, by the identifier that the
partner gave, and by nothing else but an INS that comes with the same traits. Source: digest ``hl7v2.md`` 2, 5.3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.db import transaction

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.intake import admissions, courses, feeds, fusions, persons
from eprouvette.exchange.intake.courses import Taken
from eprouvette.exchange.intake.fates import Fate
from eprouvette.exchange.intake.models import FeedAlias, FeedSource, State
from eprouvette.lab.identity import queries
from eprouvette.lab.identity.errors import InvalidInsError, InvalidTraitsError
from eprouvette.standards.hl7v2.ack import Problem
from eprouvette.standards.hl7v2.adt import EXCLUDED, IDENTITY, MOVEMENTS, IdentityMessage, read_identity
from eprouvette.standards.hl7v2.er7 import Message
from eprouvette.standards.hl7v2.errors import ContentError, Hl7Error

_TELLS_TRAITS: Final = frozenset({"A28", "A31", "A01", "A04", "A05"})
"""Events whose PID is the identity as it is now; the other ones carry it only to say whose movement it is."""
_CLOSED: Final = "Cet identifiant (PID-3) a été fusionné chez l'émetteur : il n'est plus repris."
_OLDER: Final = "Un message plus récent de ce patient a déjà été pris : l'identité de celui-ci est mise de côté."


def apply(message: Message) -> Fate:
    """What becomes of an ADT: applied, noted or refused, with a sentence; a refusal undoes what it had begun."""
    try:
        with transaction.atomic():
            return _fate(message)
    except Hl7Error as error:
        return _refused(error.location, error.condition, error.message)
    except InvalidTraitsError as error:
        return _refused("PID^1", 102, error.message)
    except InvalidInsError as error:
        return _refused("PID^1^3", 102, error.message)
    except EprouvetteError as error:
        return _refused("PID^1", 207, error.message)


def _refused(location: str, condition: int, sentence: str, patient_id: int | None = None) -> Fate:
    return Fate(State.REFUSED, "AE", Problem(location, condition, sentence), patient_id=patient_id)


def _fate(message: Message) -> Fate:
    event = message.header.text(9, 2)
    feed = feeds.source_of(message.header)
    if event not in IDENTITY | MOVEMENTS | EXCLUDED:
        return Fate(State.NOTED, "AA", note="Cet événement n'est pas suivi : le message est gardé, rien n'est changé.")
    if event in EXCLUDED:
        if not feed.takes_a08:
            sentence = "A08 n'est pas admis en France : les traits se changent par A31, un mouvement par Z99."
            raise ContentError(sentence, location="MSH^1^9", condition=201)
        event = "A31"
    read = replace(read_identity(message), event=event)
    taken = _taken(feed, read)
    if taken.patient is None:
        return Fate(State.NOTED, "AA", note=taken.sentence)
    if taken.refused:
        return _refused("PID^1^3", 207, taken.sentence, taken.patient.pk)
    note = " ".join(one for one in (taken.sentence, admissions.keep(feed, taken.patient, read)) if one)
    state = State.APPLIED if taken.changed or read.event in MOVEMENTS else State.NOTED
    return Fate(state, "AA", patient_id=taken.patient.pk, note=note)


def _taken(feed: FeedSource, message: IdentityMessage) -> Taken:
    ipp = persons.ipp_of(message.person.ids, feed.authority)
    if not ipp:
        sentence = "Le message ne donne pas l'identifiant du patient (PID-3, type PI) de l'autorité déclarée."
        raise ContentError(sentence, location="PID^1^3", condition=204)
    match message.event:
        case "A40":
            return fusions.merge(feed, message, ipp)
        case "A47":
            return fusions.change(feed, message, ipp)
    alias = fusions.alias_of(feed, ipp)
    if alias is None:
        return _first_time(feed, message, ipp)
    if alias.closed:
        raise ContentError(_CLOSED, location="PID^1^3", condition=204)
    patient = queries.survivor(alias.patient_id)
    if message.event not in _TELLS_TRAITS:
        return Taken(patient)
    if fusions.is_older(alias, message):
        return Taken(patient, _OLDER)
    taken = courses.again(feed, message, patient)
    if not taken.refused:
        fusions.mark_told(alias, message)
    return taken


def _first_time(feed: FeedSource, message: IdentityMessage, ipp: str) -> Taken:
    taken = courses.first(feed, message)
    if taken.patient is not None and not taken.refused:
        FeedAlias.objects.create(feed=feed, ipp=ipp, patient=taken.patient, told_at=message.recorded_at)
    return taken
