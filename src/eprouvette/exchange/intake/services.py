"""Receiving a message: stored, applied or set aside, and answered, in one transaction.

The answer leaves after the commit. Whatever the bytes are, they are kept. Source: digest ``hl7v2.md`` 5.2, 5.3.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.intake import feeds, identities, reading
from eprouvette.exchange.intake.errors import NotParkedError
from eprouvette.exchange.intake.fates import ACTOR, Fate
from eprouvette.exchange.intake.growth import Growth
from eprouvette.exchange.intake.models import ReceivedMessage, State
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import microbiology
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.errors import AmbiguousDossierError
from eprouvette.lab.results import isolates, pictures
from eprouvette.lab.results import services as results
from eprouvette.lab.results.errors import ResultRefusedError
from eprouvette.standards.hl7v2.ack import Problem, answer
from eprouvette.standards.hl7v2.er7 import Message
from eprouvette.standards.hl7v2.errors import Hl7Error
from eprouvette.standards.hl7v2.oru import ResultMessage, read_results

logger = logging.getLogger(__name__)


def receive(raw: bytes, *, peer: str) -> bytes:
    """Take one message and return its answer, once committed.

    ``AA``: stored, and applied or parked. ``AE``: kept, but its content is refused. ``AR``: this moment
    does not allow to take it; nothing was stored and the sender tries again.
    """
    try:
        with transaction.atomic():
            return _receive(raw, peer)
    except IntegrityError:
        return _repeat_race(raw, peer)
    except DatabaseError:
        logger.exception("message not stored")
        return answer_unavailable(raw)


def _repeat_race(raw: bytes, peer: str) -> bytes:
    """Two connections sent the same message at once: the other one has stored it, so this is a repetition."""
    try:
        with transaction.atomic():
            return _receive(raw, peer)
    except DatabaseError:
        logger.exception("message not stored")
        return answer_unavailable(raw)


def answer_unavailable(raw: bytes) -> bytes:
    """``AR``: the message could not be stored now."""
    problem = Problem("MSH^1", 207, "Le laboratoire ne peut pas enregistrer ce message maintenant.")
    try:
        header = reading.readable(raw).message.header
    except Hl7Error:
        header = None
    return answer(header, "AR", control_id=_control_id(), at=timezone.now(), problem=problem)


def keep_broken(raw: bytes, *, peer: str, sentence: str) -> bytes:
    """Keep bytes that are no whole message (truncated or over-long frame) and return the ``AE`` for them."""
    now = timezone.now()
    problem = Problem("MSH^1", 199, sentence)
    reply = answer(None, "AE", control_id=_control_id(), at=now, problem=problem)
    with transaction.atomic():
        _store(raw, peer, now, Fate(State.REFUSED, "AE", problem), reply)
    return reply


def _receive(raw: bytes, peer: str) -> bytes:
    now = timezone.now()
    try:
        readable = reading.readable(raw, feeds.default_charset(raw))
    except Hl7Error as error:
        problem = Problem(error.location, error.condition, error.message)
        reply = answer(None, "AE", control_id=_control_id(), at=now, problem=problem)
        _store(raw, peer, now, Fate(State.REFUSED, "AE", problem), reply)
        return reply
    message = readable.message
    if (known := _known(readable)) is not None:
        return _repeated(raw, peer, now, readable, known)
    fate = _apply(message, now)
    reply = answer(message.header, fate.code, control_id=_control_id(), at=now, problem=fate.problem)
    row = _store(raw, peer, now, fate, reply, readable)
    audit.record(actor=ACTOR, action=f"message.{fate.state}", target=f"message:{row.pk}")
    return reply


def _known(readable: reading.Readable) -> ReceivedMessage | None:
    application, facility, control_id = readable.key
    if not control_id:
        return None
    return ReceivedMessage.objects.filter(
        application=application, facility=facility, control_id=control_id, duplicate_of__isnull=True
    ).first()


def _repeated(raw: bytes, peer: str, now: datetime, readable: reading.Readable, known: ReceivedMessage) -> bytes:
    """The same bytes get the stored answer again; other bytes under the same MSH-10 are refused and kept."""
    if known.digest == _digest(raw):
        return bytes(known.answer)
    sentence = "Cet identifiant (MSH-10) a déjà servi pour un autre message."
    fate = Fate(State.REFUSED, "AE", Problem("MSH^1^10", 205, sentence))
    reply = answer(readable.message.header, "AE", control_id=_control_id(), at=now, problem=fate.problem)
    row = _store(raw, peer, now, fate, reply, readable)
    row.duplicate_of = known
    row.save(update_fields=["duplicate_of"])
    audit.record(actor=ACTOR, action="message.reused_id", target=f"message:{row.pk}")
    return reply


def _apply(message: Message, now: datetime) -> Fate:
    """Record what the message says, or say why not. A refusal undoes what it had begun to record."""
    if message.header.text(9) == "ADT":
        return identities.apply(message)
    try:
        with transaction.atomic():
            read = read_results(message)
            content = _content(read, now)
            dossier_id = _dossier_of(read)
            if dossier_id is None:
                sentence = "Aucun dossier ne porte ce numéro de tube ni de demande."
                return Fate(State.PARKED, "AA", Problem("OBR^1^3", 204, sentence))
            _record(dossier_id, content, read.control_id, ACTOR)
            return Fate(State.APPLIED, "AA", dossier_id=dossier_id)
    except Hl7Error as error:
        return Fate(State.REFUSED, "AE", Problem(error.location, error.condition, error.message))
    except AmbiguousDossierError as error:
        return Fate(State.PARKED, "AA", Problem("OBR^1^3", 204, error.message))
    except ResultRefusedError as error:
        location = f"{error.place}^5" if error.place else "OBX"
        return Fate(State.REFUSED, "AE", Problem(location, 102, error.message))
    except EprouvetteError as error:
        return Fate(State.REFUSED, "AE", Problem("OBR", 207, error.message))


def _content(read: ResultMessage, received_at: datetime) -> reading.Content:
    """What the message brings; the names of the catalogue are read only for one that may hold isolates."""
    if not reading.may_grow(read):
        return reading.content_of(read, received_at)
    codes, words = microbiology.cultures()
    return reading.content_of(read, received_at, Growth(microbiology.names(), codes, words))


def _record(dossier_id: int, content: reading.Content, control_id: str, actor: User | str) -> None:
    """Values first, since isolates and pictures hang from them; all or none, in the caller's transaction."""
    source = f"hl7:{control_id}"[:60]
    if content.results or not (content.isolates or content.pictures):
        results.record(dossier_id, content.results, source=source, actor=actor)
    if content.isolates:
        isolates.record(dossier_id, content.isolates, source=source, actor=actor)
    if content.pictures:
        pictures.record(dossier_id, content.pictures, source=source, actor=actor)


def _dossier_of(read: ResultMessage) -> int | None:
    """The dossier of the message: by its tubes first, then by its order numbers."""
    for specimen in read.specimens:
        if (found := orders.find_for_result(specimen, "")) is not None:
            return found
    for number in read.order_numbers:
        if (found := orders.find_for_result(number, number)) is not None:
            return found
    return None


def attach(message_id: int, dossier_id: int, *, user: User) -> None:
    """Record a parked message's results in a dossier that a person chose.

    Raises `NotParkedError`, or what refuses the results (`ResultRefusedError` names the place).
    """
    accounts.require(user, Act.ATTACH_MESSAGE)
    with transaction.atomic():
        row = ReceivedMessage.objects.select_for_update().get(pk=message_id)
        if row.state != State.PARKED:
            raise NotParkedError
        read = read_results(_read_again(row).message)
        _record(dossier_id, _content(read, row.received_at), row.control_id, user)
        row.state, row.dossier_id, row.attached_by = State.APPLIED, dossier_id, user.actor
        row.sentence = ""
        row.save(update_fields=["state", "dossier", "attached_by", "sentence"])
        audit.record(
            actor=user.actor, action="message.attached", target=f"message:{row.pk}", details={"dossier": dossier_id}
        )


def _read_again(row: ReceivedMessage) -> reading.Readable:
    raw = bytes(row.raw)
    return reading.readable(raw, feeds.default_charset(raw))


def _store(
    raw: bytes, peer: str, now: datetime, fate: Fate, reply: bytes, readable: reading.Readable | None = None
) -> ReceivedMessage:
    application, facility, control_id = readable.key if readable else ("", "", "")
    reused = fate.problem is not None and fate.problem.condition == 205
    problem = fate.problem
    return ReceivedMessage.objects.create(
        raw=raw,
        digest=_digest(raw),
        peer=peer,
        application=application,
        facility=facility,
        control_id="" if reused else control_id,
        received_at=now,
        state=fate.state,
        location=problem.location[:40] if problem else "",
        condition=problem.condition if problem else None,
        sentence=problem.sentence if problem else fate.note,
        warning=readable.warning if readable else "",
        answer=reply,
        dossier_id=fate.dossier_id,
        patient_id=fate.patient_id,
    )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _control_id() -> str:
    return uuid.uuid4().hex[:20].upper()
