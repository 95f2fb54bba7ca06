"""Stays as a partner's admission feed tells them, and what the patient said of the DMP (ZFA)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eprouvette.lab.identity.models import Patient
from eprouvette.lab.orders import visits
from eprouvette.lab.orders.models import DmpWill, Stay, StayMovement
from eprouvette.lab.orders.visits import STANDING_LABELS, Standing

FEEDING_LABELS = {"INO": "informé, pas d'opposition", "IO": "informé, opposé", "NA": "non recueilli"}
CONSULTATION_LABELS = {"IC": "informé, consent", "INC": "informé, ne consent pas", "NA": "non recueilli"}


@dataclass(frozen=True, slots=True)
class Told:
    """A movement as it came: ``event`` is the original one for a cancel or an update; ``number`` is ZBE-1."""

    number: str
    event: str
    action: Literal["INSERT", "CANCEL", "UPDATE"]
    at: datetime
    recorded_at: datetime
    patient_class: str = ""
    unit: str = ""
    unit_label: str = ""


@dataclass(frozen=True, slots=True)
class Will:
    """What the patient said, or that nobody asked (``NA``)."""

    dmp_state: str
    feeding: str
    feeding_at: datetime | None
    consultation: str
    consultation_at: datetime | None


@dataclass(frozen=True, slots=True)
class StayLine:
    """A stay as pages and policies read it."""

    source: str
    visit: str
    patient_class: str
    unit: str
    unit_label: str
    standing: Standing
    standing_label: str
    admitted_at: datetime | None
    discharged_at: datetime | None


def move(patient: Patient, source: str, visit: str, movement: Told, *, annul: bool = False) -> str:
    """Keep one movement of a visit and tell the stay again; returns what was not done, as a sentence.

    An older message about the same movement changes nothing. ``annul`` cancels the whole visit: its number is never
    used again for another patient.
    """
    stay = Stay.objects.select_for_update().filter(source=source, visit=visit).first()
    if stay is not None and stay.patient_id != patient.pk:
        return "Ce numéro de venue est celui d'un autre patient : le mouvement n'est pas repris."
    rows = {row.number: row for row in stay.movements.all()} if stay is not None else {}
    row = rows.get(movement.number)
    if row is not None and row.recorded_at > movement.recorded_at:
        return "Un message plus récent de ce mouvement a déjà été pris : celui-ci est mis de côté."
    stay = stay or Stay(patient=patient, source=source, visit=visit)
    # A cancel is kept even when what it cancels has not come yet: it may come after it.
    row = row or StayMovement(number=movement.number)
    row.event, row.at, row.recorded_at = movement.event, movement.at, movement.recorded_at
    row.patient_class, row.unit, row.unit_label = movement.patient_class, movement.unit, movement.unit_label
    row.cancelled = movement.action == "CANCEL"
    rows[row.number] = row
    if annul:
        for one in rows.values():
            one.cancelled = True
    _tell_again(stay, rows.values())
    row.stay = stay
    row.save()
    if annul:
        stay.movements.update(cancelled=True)
    return ""


def _tell_again(stay: Stay, rows: Iterable[StayMovement]) -> None:
    standing = (
        visits.Movement(row.event, row.at, row.patient_class, row.unit, row.unit_label)
        for row in rows
        if not row.cancelled
    )
    now = visits.told(standing)
    stay.standing, stay.patient_class = now.standing.value, now.patient_class
    stay.unit, stay.unit_label = now.unit, now.unit_label
    stay.admitted_at, stay.discharged_at = now.admitted_at, now.discharged_at
    stay.save()


def keep_will(patient: Patient, source: str, visit: str, will: Will, told_at: datetime) -> None:
    """Keep what a ZFA says; nothing when it says what the last one said."""
    last = DmpWill.objects.filter(patient=patient, source=source, visit=visit).order_by("-told_at", "-pk").first()
    if last is not None and _will(last) == will:
        return
    DmpWill.objects.create(
        patient=patient,
        source=source,
        visit=visit,
        told_at=told_at,
        dmp_state=will.dmp_state,
        feeding=will.feeding,
        feeding_at=will.feeding_at,
        consultation=will.consultation,
        consultation_at=will.consultation_at,
    )


def will_of(patient_id: int, visit: str = "") -> Will | None:
    """What the patient last said, for that visit when one is named; None when no feed ever told it."""
    rows = DmpWill.objects.filter(patient_id=patient_id)
    if visit:
        rows = rows.filter(visit=visit)
    row = rows.order_by("-told_at", "-pk").first()
    return _will(row) if row else None


def _will(row: DmpWill) -> Will:
    return Will(row.dmp_state, row.feeding, row.feeding_at, row.consultation, row.consultation_at)


def stays_of(patient_id: int) -> tuple[StayLine, ...]:
    """The stays of a patient, the newest first."""
    return tuple(
        StayLine(
            source=row.source,
            visit=row.visit,
            patient_class=row.patient_class,
            unit=row.unit,
            unit_label=row.unit_label,
            standing=Standing(row.standing),
            standing_label=STANDING_LABELS[Standing(row.standing)],
            admitted_at=row.admitted_at,
            discharged_at=row.discharged_at,
        )
        for row in Stay.objects.filter(patient_id=patient_id).order_by("-admitted_at", "-pk")
    )
