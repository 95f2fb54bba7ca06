"""From a change of identity to the message for each partner, made once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eprouvette.core.ins import Ins
from eprouvette.exchange.announcing.models import Announced, Correspondent
from eprouvette.exchange.announcing.rules import State, Telling, telling
from eprouvette.lab.identity import births, queries
from eprouvette.lab.identity.models import IdentityEvent, Patient
from eprouvette.lab.identity.rules import Status, ins_to_send
from eprouvette.standards.hl7v2.adt_out import Announcement, Ends, OutgoingPerson, write_identity

_IN_FLIGHT: Final = timedelta(minutes=10)
"""A transaction that lasted longer would leave its changes untold: those of this time are looked at again."""
_MOST: Final = 500


def gather(correspondent_id: int) -> int:
    """Make the messages of the changes that a partner has not been told; how many."""
    with transaction.atomic():
        partner = Correspondent.objects.select_for_update().get(pk=correspondent_id)
        now = timezone.now()
        told = Announced.objects.filter(correspondent=partner, event__gt=partner.first_event).values("event")
        events = IdentityEvent.objects.filter(pk__gt=partner.first_event).exclude(pk__in=told)
        made, settled = 0, partner.first_event
        for event in events.select_related("patient").order_by("pk")[:_MOST]:
            message = telling(event.kind, event.before, event.after, event.patient.status)
            if message is not None:
                _make(partner, event, message, now)
                made += 1
            if event.at < now - _IN_FLIGHT:
                settled = event.pk
        if settled != partner.first_event:
            partner.first_event = settled
            partner.save(update_fields=["first_event"])
    return made


def _make(partner: Correspondent, event: IdentityEvent, message: Telling, now: datetime) -> None:
    control_id = uuid.uuid4().hex[:20].upper()
    lost = queries.get(message.lost).ipp if message.lost is not None else ""
    former = _known_ins(event.patient, message.former)
    told = Announcement(message.event, control_id, event.at, person_of(event.patient), lost, former)
    ends = Ends(
        partner.our_application,
        partner.our_facility,
        partner.application,
        partner.facility,
        partner.authority,
        partner.finess,
    )
    Announced.objects.create(
        correspondent=partner,
        event=event,
        kind=message.event,
        control_id=control_id,
        raw=write_identity(told, ends, production=settings.EPROUVETTE_PROFILE == "production"),
        state=State.WAITING.value,
        made_at=now,
    )


def _known_ins(patient: Patient, value: str) -> Ins | None:
    """An INS of the history of a file; its change alone does not always say its authority."""
    oid = patient.ins_records.filter(value=value).values_list("oid", flat=True).first() if value else None
    return Ins(value, oid) if oid else None


def person_of(patient: Patient) -> OutgoingPerson:
    """A file as partners are told of it: the INS only when *qualifiée* (REQ-INS-09)."""
    status = Status(patient.status)
    ins = ins_to_send(status, patient.ins)
    codes = ["VALI" if status in {Status.VALIDATED, Status.QUALIFIED} else "PROV"]
    marks = {"HOMA": patient.homonym, "DOUT": patient.doubtful, "FICT": patient.fictitious}
    return OutgoingPerson(
        ipp=patient.ipp,
        birth_family_name=patient.birth_family_name,
        first_given_name=patient.first_given_name,
        birth_given_names=patient.birth_given_names,
        sex=patient.sex,
        birth_date=births.exchanged(patient.birth_date) if ins else patient.birth_date,
        statuses=(*codes, *(code for code, on in marks.items() if on)),
        ins=ins,
        birth_place_cog=patient.birth_place_cog,
        birth_place_name=patient.birth_place_name,
        birth_rank=patient.birth_rank,
        used_family_name=patient.used_family_name,
        used_given_name=patient.used_given_name,
        address_line=patient.address_line,
        postal_code=patient.postal_code,
        city=patient.city,
        phone=patient.phone,
        email=patient.email,
        deceased_at=patient.deceased_at,
    )
