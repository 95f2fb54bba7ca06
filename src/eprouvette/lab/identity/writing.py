"""The one way in which an identity changes: file locked, change kept with its author, one line in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from eprouvette.core.ins import Ins
from eprouvette.foundation import jobs
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.errors import KnownInsError, MergedPatientError, UnknownPatientError
from eprouvette.lab.identity.models import IdentityEvent, InsRecord, Patient
from eprouvette.lab.identity.names import sound_of
from eprouvette.lab.identity.rules import Standing

_DERIVED: Final = ("search_", "sound_")
TRACKED: Final = tuple(
    field.attname
    for field in Patient._meta.concrete_fields
    if not field.primary_key and field.name not in {"ipp", "created_at"} and not field.name.startswith(_DERIVED)
)
"""The columns whose changes an `IdentityEvent` keeps."""
_ON_REPORTS: Final = frozenset(
    {
        "status",
        "ins_value",
        "ins_oid",
        "birth_family_name",
        "birth_given_names",
        "first_given_name",
        "sex",
        "birth_date",
        "birth_place_cog",
        "deceased_at",
    }
)
"""What of an identity decides whether a released report may leave (REQ-INS-26)."""


def locked(patient_id: int, *, closed_too: bool = False) -> Patient:
    """The patient's row, locked until the transaction ends.

    Raises `UnknownPatientError`, or `MergedPatientError` for a file that a merge closed.
    """
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None:
        raise UnknownPatientError
    if patient.merged_into_id is not None and not closed_too:
        raise MergedPatientError(patient.merged_into_id)
    return patient


@contextmanager
def changing(
    patient_id: int, act: str, *, actor: str, details: Mapping[str, str | int | None] | None = None
) -> Iterator[Patient]:
    """A patient, locked; what the block changed is saved with its author when the block ends well.

    Raises what `locked` raises, and `KnownInsError` when another living file bears the INS.
    """
    with transaction.atomic():
        patient = locked(patient_id)
        before = snapshot(patient)
        yield patient
        keep(patient, before, act, actor=actor, details=details)


def keep(
    patient: Patient,
    before: Mapping[str, object],
    act: str,
    *,
    actor: str,
    details: Mapping[str, str | int | None] | None = None,
) -> None:
    """Save a locked patient, the event with what changed, and the line of the journal (ids and statuses only)."""
    save(patient)
    old, new = difference(before, snapshot(patient))
    IdentityEvent.objects.create(patient=patient, kind=act, actor=actor, at=timezone.now(), before=old, after=new)
    if _ON_REPORTS & new.keys():
        announce(patient.pk)
    moved = {"before": str(before["status"]), "after": patient.status}
    status_changed = moved["before"] != moved["after"]
    audit.record(
        actor=actor,
        action="identity.status" if status_changed else "identity.changed",
        target=f"patient:{patient.pk}",
        details={"act": act, **(moved if status_changed else {}), **(details or {})},
    )


def announce(patient_id: int) -> None:
    """Promise, in the caller's transaction, that what was released for a patient is looked at again.

    One after the other for a patient, and never dropped for one that is promised already: that one may have read the
    file before this change is committed.
    """
    jobs.defer("dispatch.identity_changed", queue="dispatch", lock=f"identity:{patient_id}", patient_id=patient_id)


def save(patient: Patient) -> None:
    """Save with the search keys of the names; raises `KnownInsError` when two files would bear one INS."""
    patient.search_birth_name = search_key(patient.birth_family_name)[:100]
    patient.search_used_name = search_key(patient.used_family_name)[:100]
    patient.search_first_name = search_key(patient.first_given_name)[:100]
    patient.search_used_given = search_key(patient.used_given_name)[:100]
    patient.sound_birth_name = sound_of(patient.birth_family_name)
    patient.sound_used_name = sound_of(patient.used_family_name)
    patient.sound_first_name = sound_of(patient.first_given_name)
    try:
        with transaction.atomic():
            patient.save()
    except IntegrityError as error:
        if "ins_once" not in str(error):
            raise
        raise KnownInsError(bearer_of(patient.ins_value, but=patient.pk)) from None


def bearer_of(value: str, *, but: int | None = None) -> int | None:
    """The living file that bears an INS, other than ``but``."""
    rows = Patient.objects.filter(ins_value=value, merged_into__isnull=True).exclude(ins_value="")
    return rows.exclude(pk=but or 0).values_list("pk", flat=True).first()


def stand(patient: Patient, standing: Standing, *, source: str = "") -> None:
    """Bring a locked patient to ``standing``; an INS that comes or goes is kept in the history of the file."""
    now = timezone.now()
    before, after = patient.ins, standing.ins
    patient.status, patient.homonym = standing.status.value, standing.homonym
    patient.doubtful, patient.fictitious = standing.doubtful, standing.fictitious
    if before == after:
        return
    if before is not None:
        patient.ins_records.filter(value=before.value, ended_at=None).update(ended_at=now)
    if after is None:
        patient.ins_value = patient.ins_oid = patient.ins_received_from = ""
        patient.ins_since = None
        return
    if other := bearer_of(after.value, but=patient.pk):
        raise KnownInsError(other)
    patient.ins_value, patient.ins_oid = after.value, after.oid
    patient.ins_received_from, patient.ins_since = source, now
    remember(patient, after, source)


def remember(patient: Patient, ins: Ins, source: str, *, valid_from: str = "", valid_to: str = "") -> None:
    """Keep an INS in the history of a file; one that is no longer in force is kept as ended."""
    now = timezone.now()
    InsRecord.objects.create(
        patient=patient,
        value=ins.value,
        oid=ins.oid,
        source=source,
        key_valid=ins.has_valid_key,
        valid_from=valid_from,
        valid_to=valid_to,
        taken_at=now,
        ended_at=now if valid_to else None,
    )


def snapshot(patient: Patient) -> dict[str, object]:
    """The tracked columns as JSON holds them."""
    return {name: _plain(getattr(patient, name)) for name in TRACKED}


def difference(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """What was, and what is, for the columns that changed."""
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
