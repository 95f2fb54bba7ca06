"""The identity work list: what a received message left for a person to decide.

A line says of which file, why, and who sent; it is closed by whoever looked. The same line open already is not doubled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity.models import IdentityWatch


class Kind(StrEnum):
    """Why a person must look."""

    DIFFERENCE = "ecart"
    ATTRIBUTE = "attribut"
    INSI = "insi"
    INS_ELSEWHERE = "ins_autre"
    INS_WITHDRAWN = "ins_retiree"
    MERGE = "fusion"
    DEATH = "deces"


KIND_LABELS: Final[dict[Kind, str]] = {
    Kind.DIFFERENCE: "traits ou INS différents",
    Kind.ATTRIBUTE: "attribut posé par l'émetteur",
    Kind.INSI: "récupération INSi à faire",
    Kind.INS_ELSEWHERE: "INS d'un autre dossier patient",
    Kind.INS_WITHDRAWN: "INS retirée ou remplacée par l'émetteur",
    Kind.MERGE: "fusion demandée par l'émetteur",
    Kind.DEATH: "décès annoncé",
}


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One line of the work list; the sentence holds no trait."""

    id: int
    patient_id: int
    kind: Kind
    label: str
    sentence: str
    source: str
    at: datetime


def raise_watch(patient_id: int, kind: Kind, sentence: str, *, source: str) -> None:
    """Put a line on the work list, in the caller's transaction."""
    open_ones = IdentityWatch.objects.filter(patient_id=patient_id, kind=kind.value, source=source, closed_at=None)
    if not open_ones.filter(sentence=sentence).exists():
        IdentityWatch.objects.create(
            patient_id=patient_id, kind=kind.value, sentence=sentence, source=source, at=timezone.now()
        )


def close(watch_id: int, *, actor: str) -> bool:
    """Close a line that somebody looked at; False when it was closed already."""
    with transaction.atomic():
        row = IdentityWatch.objects.select_for_update().filter(pk=watch_id, closed_at=None).first()
        if row is None:
            return False
        row.closed_at, row.closed_by = timezone.now(), actor
        row.save(update_fields=["closed_at", "closed_by"])
        audit.record(
            actor=actor, action="identity.watched", target=f"patient:{row.patient_id}", details={"watch": row.pk}
        )
    return True


def settle(patient_id: int, kind: Kind, *, actor: str) -> int:
    """Close every line of a kind about a patient, because what it asked for was done; how many were open."""
    with transaction.atomic():
        rows = IdentityWatch.objects.filter(patient_id=patient_id, kind=kind.value, closed_at=None)
        count = rows.update(closed_at=timezone.now(), closed_by=actor)
        if count:
            details: dict[str, str | int | None] = {"kind": kind.value, "lines": count}
            audit.record(actor=actor, action="identity.watched", target=f"patient:{patient_id}", details=details)
    return count


def open_watches(patient_id: int | None = None, limit: int = 200) -> tuple[WatchLine, ...]:
    """What waits for a person, oldest first: of one patient, or of all."""
    rows = IdentityWatch.objects.filter(closed_at=None).order_by("at", "pk")
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    return tuple(
        WatchLine(row.pk, row.patient_id, Kind(row.kind), KIND_LABELS[Kind(row.kind)], row.sentence, row.source, row.at)
        for row in rows[:limit]
    )


def open_ids() -> list[int]:
    """The patients of whom something waits for a person, oldest first."""
    rows = IdentityWatch.objects.filter(closed_at=None, patient__merged_into__isnull=True).order_by("at", "pk")
    return list(dict.fromkeys(rows.values_list("patient_id", flat=True)))
