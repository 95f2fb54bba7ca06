"""Recording values, giving exams up, commenting: every change of a result but its validation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import queries as catalogue
from eprouvette.lab.catalogue import rules as catalogue_rules
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.orders import services as orders
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.orders.models import Dossier, RequestedExam
from eprouvette.lab.orders.rules import CLOSED, state_from
from eprouvette.lab.orders.rules import State as DossierState
from eprouvette.lab.results import calculated, values
from eprouvette.lab.results.book import Book
from eprouvette.lab.results.errors import (
    CancelledDossierError,
    FutureResultError,
    InputsNotValidatedError,
    IsolatesHeldError,
    NotRequestedError,
    ObservationStateError,
    ReasonMissingError,
    ReleasedDossierError,
    TooLongError,
)
from eprouvette.lab.results.incoming import NOT_DONE, PENDING, IncomingResult
from eprouvette.lab.results.models import Measurement, Observation
from eprouvette.lab.results.rules import CORRECTED, ENDED, State, may_become
from eprouvette.standards.report.results import Numeric, Value

CLOCK_SLACK = timedelta(minutes=10)
LONGEST_COMMENT = 2000
NOT_DONE_COMMENT = "Examen non réalisé."
NOT_GROWN = "NEG"
"""The interpretation of a culture on which nothing grew."""
Outcome = Measurement.Outcome


@dataclass(slots=True)
class Recorded:
    """What became of the values of one message, by local code of the exam."""

    taken: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    aborted: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    calculated: list[str] = field(default_factory=list)


def record(
    dossier_id: int, results: Sequence[IncomingResult], *, source: str, actor: User | str = "system:intake"
) -> Recorded:
    """Take in the values of a message: all of them or none.

    A value for a validated result is kept aside and never overwrites it; one that is older than the value held
    is kept aside too; the same value twice changes nothing. A new value for a checked result must be checked
    again. What is calculated from these values follows (`calculated`). Raises a `ResultRefusedError` naming exam and
    place, `ReleasedDossierError` or `UnknownDossierError`.
    """
    recorded = Recorded()
    with transaction.atomic():
        dossier = open_dossier(dossier_id)
        book = Book(dossier)
        for incoming in results:
            requested = book.requested(incoming)
            if incoming.status in PENDING:
                recorded.pending.append(requested.exam.code)
                continue
            _require_time(incoming, requested.exam)
            if incoming.status in NOT_DONE:
                _record_not_done(book, requested, incoming, source, recorded)
            else:
                _record_value(book, requested, incoming, source, recorded)
        recorded.calculated += _calculate(book)
        book.write()
        _follow(dossier)
        audit.record(
            actor=accounts.actor_of(actor),
            action="results.recorded",
            target=f"dossier:{dossier.pk}",
            details={"taken": len(recorded.taken), "aside": len(recorded.aside), "aborted": len(recorded.aborted)},
        )
    return recorded


def open_dossier(dossier_id: int) -> Dossier:
    """The dossier, locked in the caller's transaction; raises `UnknownDossierError` or `ReleasedDossierError`."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("patient")
    dossier = rows.filter(pk=dossier_id).first()
    if dossier is None:
        raise UnknownDossierError
    require_open(dossier)
    return dossier


def require_open(dossier: Dossier) -> None:
    """Raises `ReleasedDossierError` (`CancelledDossierError` when so) for a dossier that takes no result any more."""
    if dossier.state == DossierState.CANCELLED:
        raise CancelledDossierError
    if dossier.state in CLOSED:
        raise ReleasedDossierError


def _require_time(incoming: IncomingResult, exam: Exam) -> None:
    moment = incoming.measured_at
    if moment.tzinfo is None or moment > timezone.now() + CLOCK_SLACK:
        raise FutureResultError(exam.label, incoming.place)
    if len(incoming.comment) > LONGEST_COMMENT:
        raise TooLongError(exam.label, incoming.place)


def _record_value(
    book: Book, requested: RequestedExam, incoming: IncomingResult, source: str, recorded: Recorded
) -> None:
    exam = requested.exam
    value = values.parse(incoming, shape_of(exam))
    row = book.observation(requested)
    outcome = _outcome(row, value, incoming.measured_at)
    if row is None or outcome is Outcome.TAKEN:
        row = row or _blank(book.dossier, requested)
        _take(row, exam, value, incoming, source, book)
        book.keep(row)
    book.measured(_measurement(row, incoming, source, outcome, value))
    lists = {Outcome.TAKEN: recorded.taken, Outcome.SAME: recorded.same}
    lists.get(outcome, recorded.aside).append(exam.code)


def _outcome(row: Observation | None, value: Value, measured_at: datetime) -> Measurement.Outcome:
    if row is None:
        return Outcome.TAKEN
    if row.value == values.to_json(value) and row.measured_at == measured_at:
        return Outcome.SAME
    if not may_become(State(row.state), State.MEASURED):
        return Outcome.ASIDE
    if row.source == calculated.SOURCE:
        # What was measured stands before what we calculated, whenever it was measured.
        return Outcome.TAKEN
    return Outcome.OLDER if measured_at < row.measured_at else Outcome.TAKEN


def _take(row: Observation, exam: Exam, value: Value, incoming: IncomingResult, source: str, book: Book) -> None:
    usual = book.usual(exam)
    reading = catalogue_rules.interpret(value, usual, catalogue.critical_of(exam), catalogue.words_of(exam))
    if reading.interpretation == NOT_GROWN:
        _require_no_isolate(row, exam, incoming.place)
    row.state = State.MEASURED.value
    row.value = values.to_json(value)
    row.interpretation, row.critical = reading.interpretation, reading.critical
    row.reference = reference_json(usual)
    row.measured_at = incoming.measured_at
    row.method = incoming.method or exam.method
    # A method named by the device is not the one that the catalogue's code stands for.
    row.technique_code = "" if incoming.method and incoming.method != exam.method else exam.technique_code
    if source == calculated.SOURCE:
        row.technique_code = calculated.TECHNIQUE
    row.derivation = exam.derivation if row.technique_code == calculated.TECHNIQUE else ""
    row.materials = exam.materials
    row.device, row.comment, row.source = incoming.device, incoming.comment.strip(), source
    row.checked_by, row.checked_at = None, None


def _calculate(book: Book) -> list[str]:
    """Bring the calculated results of a dossier to what their parts say; returns the codes of those that changed.

    A value that came from elsewhere (an analyser, a person, another laboratory) is never touched, nor one that is
    validated: its parts are validated too.
    """
    changed = []
    for requested, parts in book.calculable():
        row, exam = book.observation(requested), requested.exam
        if row is not None and (row.source != calculated.SOURCE or row.state == State.VALIDATED):
            continue
        found = calculated.result_of(exam.formula, parts, book.who, exam.decimals)
        if found is None or _holds(row, found):
            continue
        row = row or _blank(book.dossier, requested)
        said = "" if found.value is None else f"{found.value:f}"
        incoming = IncomingResult(exam.code, said, found.measured_at, method=calculated.METHOD, comment=found.reason)
        value = None
        if found.value is None:
            _give_up(row, found.reason, found.measured_at, calculated.SOURCE)
        else:
            value = Numeric(found.value, exam.ucum or None, exam.printed_unit)
            _take(row, exam, value, incoming, calculated.SOURCE, book)
        book.keep(row)
        book.measured(_measurement(row, incoming, calculated.SOURCE, Outcome.TAKEN, value))
        changed.append(exam.code)
    return changed


def _holds(row: Observation | None, found: calculated.Calculated) -> bool:
    """True when a calculated result says already what the calculation gives."""
    if row is None or row.measured_at != found.measured_at:
        return False
    value = values.from_json(row.value) if row.value is not None else None
    if found.value is None:
        return value is None and row.comment == found.reason
    return isinstance(value, Numeric) and value.value == found.value


def _require_no_isolate(row: Observation, exam: Exam, place: str) -> None:
    """What grew is taken back by a person first: a message never empties a culture."""
    if exam.grows and row.pk is not None and row.isolates.exists():
        raise IsolatesHeldError(exam.label, place)


def reference_json(usual: catalogue_rules.Range | None) -> dict[str, str | None] | None:
    """The range that applied, as a column holds it."""
    if usual is None:
        return None
    return {
        "low": None if usual.low is None else str(usual.low),
        "high": None if usual.high is None else str(usual.high),
        "text": usual.text,
        "criteria": usual.criteria,
    }


def shape_of(exam: Exam) -> values.Shape:
    """What a value of an exam must look like."""
    return values.Shape(exam.label, exam.kind, exam.ucum, exam.printed_unit, exam.decimals, tuple(exam.words))


def _record_not_done(
    book: Book, requested: RequestedExam, incoming: IncomingResult, source: str, recorded: Recorded
) -> None:
    row = book.observation(requested)
    before = State(row.state) if row else State.EXPECTED
    if before is State.ABORTED or not may_become(before, State.ABORTED):
        outcome = Outcome.SAME if before is State.ABORTED else Outcome.ASIDE
        (recorded.same if before is State.ABORTED else recorded.aside).append(requested.exam.code)
    else:
        outcome = Outcome.TAKEN
        row = row or _blank(book.dossier, requested)
        _require_no_isolate(row, requested.exam, incoming.place)
        _give_up(row, incoming.comment.strip() or NOT_DONE_COMMENT, incoming.measured_at, source)
        book.keep(row)
        recorded.aborted.append(requested.exam.code)
    if row is not None:
        book.measured(_measurement(row, incoming, source, outcome, None))


def _blank(dossier: Dossier, requested: RequestedExam) -> Observation:
    return Observation(dossier=dossier, requested=requested, exam=requested.exam, sample_id=requested.sample_id)


def _give_up(row: Observation, reason: str, moment: datetime, source: str) -> None:
    row.state, row.value, row.reference = State.ABORTED.value, None, None
    row.interpretation, row.critical = "", False
    row.derivation, row.materials = "", []
    row.comment, row.measured_at, row.source = reason, moment, source
    row.checked_by, row.checked_at = None, None


def _measurement(
    row: Observation, incoming: IncomingResult, source: str, outcome: Measurement.Outcome, value: Value | None
) -> Measurement:
    return Measurement(
        observation=row,
        raw_value=incoming.value,
        raw_unit=incoming.unit[:60],
        raw_flags=incoming.flags[:60],
        value=None if value is None else values.to_json(value),
        outcome=outcome,
        measured_at=incoming.measured_at,
        received_at=timezone.now(),
        device=incoming.device[:120],
        source=source,
    )


def enter(dossier_id: int, exam_code: str, value: str, *, user: User) -> Recorded:
    """Type a value by hand; raises `RightMissingError` or what `record` raises."""
    accounts.require(user, Act.ENTER_RESULT)
    incoming = IncomingResult(exam_code=exam_code, value=value, measured_at=timezone.now().replace(microsecond=0))
    return record(dossier_id, [incoming], source="saisie", actor=user)


def abort(dossier_id: int, exam_code: str, reason: str, *, user: User) -> None:
    """Give an exam up, with the reason that the report prints.

    Raises `RightMissingError`, `ReasonMissingError`, `NotRequestedError`, `ObservationStateError` when it is
    validated already, or `ReleasedDossierError`.
    """
    accounts.require(user, Act.ENTER_RESULT)
    if not reason.strip() or len(reason) > LONGEST_COMMENT:
        raise ReasonMissingError
    with transaction.atomic():
        dossier = open_dossier(dossier_id)
        requested = dossier.requested.select_related("exam").filter(exam__code=exam_code).first()
        if requested is None:
            raise NotRequestedError(exam_code, "")
        row = dossier.observations.select_for_update(of=("self",)).filter(requested=requested).first()
        row = row or _blank(dossier, requested)
        if not may_become(State(row.state or State.EXPECTED), State.ABORTED):
            raise ObservationStateError
        _require_no_isolate(row, requested.exam, "")
        _give_up(row, reason.strip(), timezone.now().replace(microsecond=0), "saisie")
        row.save()
        book = Book(dossier)
        _calculate(book)
        book.write()
        _follow(dossier)
        audit.record(actor=user.actor, action="result.aborted", target=f"observation:{row.pk}")


def correct(dossier_id: int, exam_code: str, value: str, reason: str, *, user: User) -> None:
    """Give an exam of a report that left another value, or give it up for ``reason`` when ``value`` is empty.

    In the caller's transaction, the dossier open again. Raises `NotRequestedError` or a `ResultRefusedError`. The
    time of the measure stays: what is corrected is what was said of it. What was calculated from it is opened too.
    """
    row = reopen(dossier_id, exam_code)
    if not value.strip():
        abort(dossier_id, exam_code, reason, user=user)
        return
    incoming = IncomingResult(exam_code=exam_code, value=value, measured_at=row.measured_at, comment=row.comment)
    record(dossier_id, [incoming], source="correction", actor=user)


def reopen(dossier_id: int, exam_code: str) -> Observation:
    """Open a result of a report that left, with its isolates and its pictures, to be checked and validated again.

    What was calculated from it is opened too. In the caller's transaction, the dossier open again. Raises
    `NotRequestedError`.
    """
    dossier = open_dossier(dossier_id)
    rows = list(dossier.observations.select_for_update(of=("self",)).select_related("exam"))
    row = next((one for one in rows if one.exam.code == exam_code), None)
    if row is None:
        raise NotRequestedError(exam_code, "")
    followers = [one for one in rows if one.source == calculated.SOURCE and exam_code in one.exam.inputs]
    for one in (row, *followers):
        _reopen(one)
    _follow(dossier)
    return row


def _reopen(row: Observation) -> None:
    if row.state == State.VALIDATED:
        row.state, row.validated_by, row.validated_at = CORRECTED.value, None, None
        row.checked_by, row.checked_at = None, None
        row.save(update_fields=["state", "validated_by", "validated_at", "checked_by", "checked_at"])


def comment(observation_id: int, text: str, *, user: User) -> None:
    """Write the comment of a result that is not validated yet; raises `ObservationStateError` otherwise."""
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        rows = Observation.objects.select_for_update(of=("self",)).select_related("exam")
        row = rows.filter(pk=observation_id).first()
        if row is None or row.state == State.VALIDATED:
            raise ObservationStateError
        if len(text) > LONGEST_COMMENT:
            raise TooLongError(row.exam.label, "commentaire")
        if row.state == State.ABORTED and not text.strip():
            raise ReasonMissingError
        row.comment = text.strip()
        row.save(update_fields=["comment"])
        audit.record(actor=user.actor, action="result.commented", target=f"observation:{row.pk}")


def advance(observation_ids: Iterable[int], after: State, *, user: User, at: datetime) -> tuple[Observation, ...]:
    """Bring results to ``checked`` or ``validated`` in the caller's transaction, and their dossiers with them.

    All or nothing: raises `ObservationStateError` when one of them is elsewhere in its life,
    `InputsNotValidatedError` for a calculated one before its parts, `ReleasedDossierError` when a dossier is
    released. Rights are the caller's business (`validation.services`).
    """
    wanted = set(observation_ids)
    dossier_ids = Observation.objects.filter(pk__in=wanted).values("dossier_id")
    dossiers = list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=dossier_ids).order_by("pk"))
    rows = list(Observation.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    if len(rows) != len(wanted) or not rows:
        raise ObservationStateError
    for dossier in dossiers:
        require_open(dossier)
    for row in rows:
        if not may_become(State(row.state), after):
            raise ObservationStateError
    if after is State.VALIDATED:
        _require_inputs(rows)
    who_and_when = {State.CHECKED: ("checked_by", "checked_at"), State.VALIDATED: ("validated_by", "validated_at")}
    changes: dict[str, object] = {
        "state": after.value,
        **dict(zip(who_and_when.get(after, ()), (user, at), strict=False)),
    }
    Observation.objects.filter(pk__in=wanted).update(**changes)
    for row in rows:
        for name, value in changes.items():
            setattr(row, name, value)
    for dossier in dossiers:
        _follow(dossier)
    return tuple(rows)


def _require_inputs(rows: Sequence[Observation]) -> None:
    """What is calculated is validated with its parts or after them."""
    chosen = [row.pk for row in rows]
    for row in rows:
        if row.source != calculated.SOURCE:
            continue
        parts = Observation.objects.filter(dossier_id=row.dossier_id, exam__code__in=row.exam.inputs)
        left = parts.exclude(state=State.VALIDATED).exclude(pk__in=chosen).values_list("exam__label", flat=True)
        if left:
            raise InputsNotValidatedError(row.exam.label, list(left))


def _follow(dossier: Dossier) -> None:
    """Bring the dossier to the state that its results say."""
    states = list(dossier.requested.order_by().values_list("observation__state", flat=True))
    held = [state for state in states if state is not None]
    orders.move(dossier, state_from(len(states), len(held), sum(state in ENDED for state in held)))
