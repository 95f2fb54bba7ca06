"""What is asked for, as the form and the scenario player say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from eprouvette.lab.identity.traits import InsEntry, Traits
from eprouvette.lab.orders.rules import ENCOUNTER_LABELS

CLOCK_SLACK: Final = timedelta(minutes=10)
"""How far a time may lie ahead of ours: two clocks of one laboratory never agree wholly."""


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient to create with the dossier; with ``ins``, the identity is qualified on the document shown."""

    traits: Traits
    document_type: str = ""
    ins: InsEntry | None = None


@dataclass(frozen=True, slots=True)
class NewDossier:
    """A request. ``sample_numbers`` gives, by specimen type, the numbers of tubes labelled elsewhere."""

    site_id: int
    prescriber_id: int
    sampled_at: datetime
    received_at: datetime
    exam_codes: tuple[str, ...] = ()
    panel_codes: tuple[str, ...] = ()
    order_number: str = ""
    prescribed_at: datetime | None = None
    sampler_id: int | None = None
    attending_id: int | None = None
    copy_ids: tuple[int, ...] = ()
    clinical_data: str = ""
    comment: str = ""
    urgent: bool = False
    encounter_type: str = "AMB"
    sample_numbers: Mapping[str, str] = field(default_factory=dict)


def problems_of(new: NewDossier, now: datetime) -> dict[str, str]:
    """What keeps a request from being registered, by field; empty when nothing does."""
    return dict(_problems(new, now))


def _problems(new: NewDossier, now: datetime) -> Iterator[tuple[str, str]]:
    times = {"sampled_at": new.sampled_at, "received_at": new.received_at, "prescribed_at": new.prescribed_at}
    labels = {"sampled_at": "Prélevé le", "received_at": "Reçu le", "prescribed_at": "Prescrit le"}
    for name, moment in times.items():
        if moment is None:
            continue
        if moment.tzinfo is None:
            yield name, f"{labels[name]} : le décalage horaire manque."
            return
        if moment > now + CLOCK_SLACK:
            yield name, f"{labels[name]} : cette date est dans le futur."
    if new.received_at < new.sampled_at:
        yield "received_at", "Reçu le : la réception précède le prélèvement."
    if new.prescribed_at and new.prescribed_at > new.received_at:
        yield "prescribed_at", "Prescrit le : la prescription suit la réception."
    if not new.exam_codes and not new.panel_codes:
        yield "exam_codes", "Examens : choisir au moins un examen ou un bilan."
    if new.encounter_type not in ENCOUNTER_LABELS:
        yield "encounter_type", "Prise en charge : la valeur n'est pas dans la liste."
