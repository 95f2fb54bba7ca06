"""What hangs from a result (isolates, pictures) shares its state: how it is found, locked, and said changed."""

from __future__ import annotations

from collections.abc import Collection

from eprouvette.lab.orders.models import Dossier, RequestedExam
from eprouvette.lab.results.errors import ObservationStateError
from eprouvette.lab.results.models import Observation
from eprouvette.lab.results.rules import State, may_become


def requested_in(dossier: Dossier, codes: Collection[str]) -> list[RequestedExam]:
    """The exams of a dossier that one of these local or LOINC codes names, local codes first."""
    rows = list(dossier.requested.select_related("exam"))
    named = [row for row in rows if row.exam.code in codes]
    return named or [row for row in rows if row.exam.loinc and row.exam.loinc in codes]


def locked(requested: RequestedExam) -> Observation | None:
    """The result of a requested exam, locked in the caller's transaction; None while it is expected."""
    rows = Observation.objects.select_for_update(of=("self",)).select_related("exam")
    return rows.filter(requested=requested).first()


def may_change(row: Observation) -> bool:
    """True while what hangs from a result may change: it has a value that nobody validated."""
    state = State(row.state)
    return state is not State.ABORTED and may_become(state, State.MEASURED)


def changed(row: Observation) -> None:
    """Say that what hangs from a result, locked by the caller, has changed: it must be checked again.

    Raises `ObservationStateError` when it is validated, or has no value.
    """
    if not may_change(row):
        raise ObservationStateError
    row.state, row.checked_by, row.checked_at = State.MEASURED.value, None, None
    row.save(update_fields=["state", "checked_by", "checked_at"])
