"""The stay and the will of the DMP that a movement message tells."""

from __future__ import annotations

from dataclasses import replace

from eprouvette.exchange.intake.models import FeedSource
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.orders import stays, visits
from eprouvette.standards.hl7v2.adt import CANCELS, MOVEMENTS, IdentityMessage, Movement


def keep(feed: FeedSource, patient: Patient, message: IdentityMessage) -> str:
    """Keep the movement and the will; returns what was not done, as a sentence."""
    source, visit = feed.name, (message.visit or message.person.account or "")[:60]
    if message.will is not None:
        will = message.will
        said = stays.Will(will.state, will.feeding, will.feeding_at, will.consultation, will.consultation_at)
        stays.keep_will(patient, source, visit, said, message.recorded_at)
    if message.movement is None or message.event not in MOVEMENTS:
        return ""
    if not visit:
        return "Le message ne nomme pas la venue (PV1-19, PID-18) : le mouvement n'est pas repris."
    told = _told(message, message.movement)
    if told.event not in visits.TRANSITIONS:
        return "Le mouvement d'origine (ZBE-6) n'est pas de ceux que le laboratoire suit."
    return stays.move(patient, source, visit, told, annul=message.visit_annulled)


def _told(message: IdentityMessage, movement: Movement) -> stays.Told:
    cancelled = CANCELS.get(message.event)
    said = stays.Told(
        number=movement.ids[0][:80],
        event=cancelled or message.event,
        action="CANCEL" if cancelled else movement.action,
        at=movement.at,
        recorded_at=message.recorded_at,
        patient_class="" if message.patient_class == "N" else message.patient_class,
        unit=movement.unit[:60],
        unit_label=movement.unit_label[:120],
    )
    # Z99, and the second message of a pair that cancels itself, name what they are about.
    return replace(said, event=movement.original_event) if movement.action != "INSERT" and not cancelled else said
