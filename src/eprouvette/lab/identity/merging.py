"""Two files of one person become one, and two again when that was wrong.

What points to the lost file is found in the models themselves (`Patient`'s reverse foreign keys), not in a list that
rooms would fill: a room that is added is moved without knowing of merges, and cannot be forgotten. What is kept of a
merge is an `IdentityEvent` of the file that stays, with the id of every row moved; un-merging moves back those rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity import rules, writing
from eprouvette.lab.identity.errors import MergedPatientError, MergeError
from eprouvette.lab.identity.models import Alias, IdentityEvent, InsRecord, Patient
from eprouvette.lab.identity.services import require_no_master

MERGED: Final = "fusion"
CLOSED: Final = "fermeture"
SPLIT: Final = "separation"
REOPENED: Final = "reouverture"
STAYS: Final = frozenset({IdentityEvent, InsRecord, Patient})
"""Rows that tell the history of one file: they stay with it. Everything else that points to a patient moves."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A column of some model that points to a patient."""

    model: type[models.Model]
    field: str

    @property
    def name(self) -> str:
        """``orders.dossier.patient``."""
        return f"{self.model._meta.label_lower}.{self.field}"

    def ids_of(self, patient: Patient) -> list[int]:
        """The rows that point to ``patient``, locked."""
        rows = self.model._base_manager.filter(**{self.field: patient})
        return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))

    def move(self, ids: list[int], giver: Patient, taker: Patient) -> int:
        """Give rows that still point to ``giver`` to ``taker``; how many."""
        rows = self.model._base_manager.filter(pk__in=ids, **{self.field: giver})
        return rows.update(**{self.field: taker})


def movers() -> Iterator[Mover]:
    """Every column of the product that points to a patient and follows it when files are merged."""
    for relation in Patient._meta.related_objects:
        model: Any = relation.related_model
        if model not in STAYS and not relation.many_to_many:
            yield Mover(model, relation.field.name)


def merge(keep_id: int, lose_id: int, *, actor: str, by_master: bool = False) -> Patient:
    """Close the file ``lose_id`` into ``keep_id``, whatever their statuses (REQ-INS-22): documents and dossiers follow.

    ``by_master``: the master of identities itself asks, where there is one, and nobody else may. Status, traits and
    INS of the kept file do not change. Raises `MergeError` for a file with itself, or for two qualified INS that no
    history of INSi links; `MergedPatientError`, `MasterIdentityError`, `UnknownPatientError`.
    """
    if not by_master:
        require_no_master()
    if keep_id == lose_id:
        raise MergeError("Un dossier patient ne se fusionne pas avec lui-même.", hint="Choisir deux dossiers.")
    with transaction.atomic():
        keep, lose = _both(keep_id, lose_id)
        if problem := rules.same_person_problem(keep.standing, lose.standing, linked=_linked(keep, lose)):
            raise MergeError(problem, hint="Vérifier les deux identités par INSi, ou déclasser celle qui est fausse.")
        moved = _move_all(lose, keep)
        before_keep, before_lose = writing.snapshot(keep), writing.snapshot(lose)
        visits = [moment for moment in (keep.last_visit_at, lose.last_visit_at) if moment]
        keep.last_visit_at, lose.merged_into = max(visits, default=None), keep
        keep.save(update_fields=["last_visit_at"])
        lose.save(update_fields=["merged_into"])
        Alias.objects.create(ipp=lose.ipp, patient=keep, since=timezone.now())
        _tell(keep, MERGED, actor, before_keep, {"lost": lose.pk, "moved": moved})
        _tell(lose, CLOSED, actor, before_lose, {})
        writing.announce(keep.pk)
        audit.record(
            actor=actor,
            action="patient.merged",
            target=f"patient:{keep.pk}",
            details={"lost": lose.pk, "rows": sum(len(ids) for ids in moved.values())},
        )
    return keep


def unmerge(lose_id: int, *, actor: str) -> Patient:
    """Open a merged file again, with exactly what it had brought and is still there; returns it.

    What was recorded since then stays with the kept file. Raises `MergeError` when the file is not merged, or when its
    INS is borne by another file by now; `MergedPatientError` when the kept file was itself merged since.
    """
    with transaction.atomic():
        lose, keep, event = _merge_of(lose_id)
        if lose.ins_value and (other := writing.bearer_of(lose.ins_value)):
            hint = f"Déclasser d'abord l'identité du dossier patient {other}."
            raise MergeError("Un autre dossier porte désormais l'INS de celui-ci.", hint=hint)
        before_keep, before_lose = writing.snapshot(keep), writing.snapshot(lose)
        by_name = {mover.name: mover for mover in movers()}
        rows = sum(by_name[name].move(ids, keep, lose) for name, ids in event.after["moved"].items() if name in by_name)
        keep.aliases.filter(ipp=lose.ipp).delete()
        if "last_visit_at" in event.after and before_keep["last_visit_at"] == event.after["last_visit_at"]:
            keep.last_visit_at = Patient._meta.get_field("last_visit_at").to_python(event.before["last_visit_at"])
            keep.save(update_fields=["last_visit_at"])
        lose.merged_into = None
        lose.save(update_fields=["merged_into"])
        event.undone_at = timezone.now()
        event.save(update_fields=["undone_at"])
        _tell(keep, SPLIT, actor, before_keep, {"lost": lose.pk})
        _tell(lose, REOPENED, actor, before_lose, {})
        writing.announce(keep.pk)
        writing.announce(lose.pk)
        audit.record(
            actor=actor,
            action="patient.unmerged",
            target=f"patient:{keep.pk}",
            details={"reopened": lose.pk, "rows": rows},
        )
    return lose


def _both(keep_id: int, lose_id: int) -> tuple[Patient, Patient]:
    """Both files locked, always in the same order: two merges at once wait for one another and never lock for ever."""
    rows = {pk: writing.locked(pk) for pk in sorted((keep_id, lose_id))}
    return rows[keep_id], rows[lose_id]


def _merge_of(lose_id: int) -> tuple[Patient, Patient, IdentityEvent]:
    kept = Patient.objects.filter(pk=lose_id).values_list("merged_into_id", flat=True).first()
    rows = {pk: writing.locked(pk, closed_too=True) for pk in sorted({lose_id, kept or lose_id})}
    lose = rows[lose_id]
    event = (
        IdentityEvent.objects.filter(patient_id=kept, kind=MERGED, after__lost=lose_id, undone_at=None).first()
        if kept and lose.merged_into_id == kept
        else None
    )
    if kept is None or event is None:
        raise MergeError("Ce dossier patient n'a pas été fusionné.", hint="Le rechercher par son IPP.")
    if (higher := rows[kept].merged_into_id) is not None:
        raise MergedPatientError(higher)
    return lose, rows[kept], event


def _linked(first: Patient, second: Patient) -> bool:
    """True when one file has known the INS of the other."""
    known = InsRecord.objects.filter(patient=first, value=second.ins_value) | InsRecord.objects.filter(
        patient=second, value=first.ins_value
    )
    return known.exclude(value="").exists()


def _move_all(giver: Patient, taker: Patient) -> dict[str, list[int]]:
    moved = {}
    try:
        with transaction.atomic():
            for mover in movers():
                if ids := mover.ids_of(giver):
                    mover.move(ids, giver, taker)
                    moved[mover.name] = ids
    except IntegrityError as error:
        raise MergeError("Les deux dossiers ont chacun ce qu'un patient n'a qu'une fois.") from error
    return moved


def _tell(patient: Patient, kind: str, actor: str, before: dict[str, object], more: dict[str, object]) -> None:
    old, new = writing.difference(before, writing.snapshot(patient))
    IdentityEvent.objects.create(
        patient=patient, kind=kind, actor=actor, at=timezone.now(), before=old, after={**new, **more}
    )
