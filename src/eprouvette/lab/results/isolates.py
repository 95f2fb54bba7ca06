"""Writing isolates: received from an analyser, typed by hand, taken back. Every state is kept as a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue import microbiology as catalogue
from eprouvette.lab.catalogue.growth import Names
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.orders.models import Dossier, RequestedExam
from eprouvette.lab.results import hanging, services, values
from eprouvette.lab.results.cultures import grown_of
from eprouvette.lab.results.errors import (
    FutureResultError,
    IsolateMissingError,
    IsolateRefusedError,
    IsolateTwiceError,
    NotACultureError,
    NotRequestedError,
    ObservationStateError,
    UnknownExamError,
)
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingResult
from eprouvette.lab.results.microbiology import Grown, completed, read, same, to_json
from eprouvette.lab.results.models import Isolate, IsolateTrace, Mark, Observation, Susceptibility

MOST_RANK: Final = 99
Outcome = IsolateTrace.Outcome


@dataclass(slots=True)
class RecordedIsolates:
    """How many isolates of a message were taken, changed nothing, or were set aside."""

    taken: int = 0
    same: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where isolates come from."""

    source: str
    actor: User | str
    typed: bool = False

    @property
    def who(self) -> str:
        return accounts.actor_of(self.actor)


@dataclass(slots=True)
class _Culture:
    """A culture of the dossier with its isolates, locked."""

    row: Observation
    held: dict[int, Isolate]
    seen: set[int] = field(default_factory=set)


def record(dossier_id: int, isolates: Sequence[IncomingIsolate], *, source: str, actor: User | str) -> RecordedIsolates:
    """Take in the isolates of a message: all of them or none.

    An isolate of a validated culture is kept aside, as one that is older than what is held; the same twice changes
    nothing; any change must be checked again. Raises a `ResultRefusedError` naming the place,
    `ReleasedDossierError` or `UnknownDossierError`.
    """
    recorded = RecordedIsolates()
    with transaction.atomic():
        dossier = services.open_dossier(dossier_id)
        names, origin = catalogue.names(), _Origin(source, actor)
        cultures: dict[int, _Culture] = {}
        for incoming in isolates:
            requested = _culture_of(dossier, incoming)
            if incoming.measured_at.tzinfo is None or incoming.measured_at > timezone.now() + services.CLOCK_SLACK:
                raise FutureResultError(requested.exam.label, incoming.place)
            said = _read(incoming, names, requested.exam)
            culture = cultures.get(requested.pk) or _opened(dossier, requested, incoming.measured_at, origin)
            cultures[requested.pk] = culture
            match _take(culture, incoming, said, names, origin):
                case None:
                    recorded.same += 1
                case Outcome.TAKEN:
                    recorded.taken += 1
                case _:
                    recorded.aside += 1
    return recorded


def save(requested_id: int, incoming: IncomingIsolate, *, user: User) -> None:
    """Write one isolate of a culture as the form says it, whole; rank 0 adds one.

    The culture becomes positive when it said nothing else. Raises `RightMissingError`, `NotRequestedError`,
    `NotACultureError`, `ObservationStateError` when it is validated, `ReleasedDossierError`, or
    `IsolateRefusedError` with every fault.
    """
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        requested = RequestedExam.objects.select_related("exam").filter(pk=requested_id).first()
        if requested is None:
            raise NotRequestedError("Culture", "")
        if not requested.exam.grows:
            raise NotACultureError(requested.exam.label, "")
        dossier = services.open_dossier(requested.dossier_id)
        before = hanging.locked(requested)
        if before is not None and before.validated_at is not None:
            raise ObservationStateError
        names, origin = catalogue.names(), _Origin("saisie", user, typed=True)
        said = _read(incoming, names, requested.exam)
        culture = _opened(dossier, requested, incoming.measured_at, origin)
        if _take(culture, incoming, said, names, origin) in {Outcome.ASIDE, Outcome.OLDER}:
            raise ObservationStateError


def remove(isolate_id: int, *, user: User) -> None:
    """Take back an isolate while its culture is not validated; what it said stays in its trace.

    Raises `RightMissingError`, `ObservationStateError` or `ReleasedDossierError`.
    """
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        isolate = Isolate.objects.select_related("observation").filter(pk=isolate_id).first()
        if isolate is None:
            raise ObservationStateError
        services.open_dossier(isolate.observation.dossier_id)
        row = hanging.locked(isolate.observation.requested)
        if row is None:
            raise ObservationStateError
        hanging.changed(row)
        origin = _Origin("saisie", user)
        _trace(row, isolate.rank, grown_of(isolate), Outcome.REMOVED, isolate.measured_at, origin)
        isolate.delete()


def _culture_of(dossier: Dossier, incoming: IncomingIsolate) -> RequestedExam:
    """The culture that an isolate answers: the one named, or the only one of the dossier."""
    if not incoming.exam_codes:
        grown = list(dossier.requested.select_related("exam").filter(exam__grows=True))
        if len(grown) == 1:
            return grown[0]
        raise NotACultureError("Isolat", incoming.place)
    found = hanging.requested_in(dossier, incoming.exam_codes)
    if not found:
        known = Exam.objects.filter(code__in=incoming.exam_codes).exists()
        known = known or Exam.objects.filter(loinc__in=incoming.exam_codes).exists()
        raise (NotRequestedError if known else UnknownExamError)(incoming.exam_codes[0], incoming.place)
    if not found[0].exam.grows:
        raise NotACultureError(found[0].exam.label, incoming.place)
    return found[0]


def _read(incoming: IncomingIsolate, names: Names, exam: Exam) -> Grown:
    grown, faults = read(incoming, names, exam.label)
    if not 0 <= incoming.rank <= MOST_RANK:
        said = f"Le numéro d'un isolat va de 1 à {MOST_RANK}."
        faults = (*faults, IsolateTwiceError(exam.label, incoming.place, said))
    if faults:
        raise IsolateRefusedError(faults)
    return grown


def _opened(dossier: Dossier, requested: RequestedExam, moment: datetime, origin: _Origin) -> _Culture:
    """The culture, positive from now on unless a later value or a validation says otherwise."""
    row = hanging.locked(requested)
    if row is None or (row.validated_at is None and (row.value is None or row.interpretation == services.NOT_GROWN)):
        word = next(word["text"] for word in requested.exam.words if word["interpretation"] == "POS")
        # What is typed is of now, whatever the clock of the analyser said before.
        moment = max(moment, row.measured_at) if row is not None and origin.typed else moment
        line = IncomingResult(exam_code=requested.exam.code, value=word, measured_at=moment)
        services.record(dossier.pk, [line], source=origin.source, actor=origin.actor)
        row = hanging.locked(requested)
    assert row is not None
    isolates = row.isolates.select_for_update(of=("self",)).select_related("organism")
    rows = isolates.prefetch_related("tests__antibiotic", "marks__marker")
    return _Culture(row, {one.rank: one for one in rows})


def _take(
    culture: _Culture, incoming: IncomingIsolate, said: Grown, names: Names, origin: _Origin
) -> IsolateTrace.Outcome | None:
    """Write an isolate or keep it aside; None when it says what is held already."""
    row, rank = culture.row, incoming.rank or max(culture.held, default=0) + 1
    if rank in culture.seen:
        raise IsolateTwiceError(row.exam.label, incoming.place)
    culture.seen.add(rank)
    held = culture.held.get(rank)
    if held is None and not said.named:
        raise IsolateMissingError(row.exam.label, incoming.place)
    before = grown_of(held) if held else None
    after = completed(before, said) if before and not incoming.whole else said
    if before is not None and same(before, after):
        return None
    outcome = Outcome.TAKEN
    if not hanging.may_change(row):
        outcome = Outcome.ASIDE
    elif row.interpretation == services.NOT_GROWN or _is_older(held, incoming, origin):
        outcome = Outcome.OLDER
    if outcome is Outcome.TAKEN:
        hanging.changed(row)
        culture.held[rank] = _written(row, rank, held, after, names, incoming.measured_at, origin)
    _trace(row, rank, after, outcome, incoming.measured_at, origin)
    return outcome


def _is_older(held: Isolate | None, incoming: IncomingIsolate, origin: _Origin) -> bool:
    """True for a message measured before what is held; what is typed is always of now."""
    return held is not None and not origin.typed and incoming.measured_at < held.measured_at


def _written(
    row: Observation,
    rank: int,
    held: Isolate | None,
    grown: Grown,
    names: Names,
    moment: datetime,
    origin: _Origin,
) -> Isolate:
    isolate = held or Isolate(observation=row, rank=rank)
    organism = names.organism(grown.organism)
    isolate.organism_id, isolate.words = (organism.id, "") if organism else (None, grown.words)
    isolate.quantity = None if grown.quantity is None else values.to_json(grown.quantity)
    isolate.comment, isolate.measured_at, isolate.source = grown.comment, moment, origin.source
    isolate.save()
    isolate.tests.all().delete()
    Susceptibility.objects.bulk_create(
        Susceptibility(
            isolate=isolate,
            antibiotic_id=names.antibiotics[test.antibiotic].id,
            mic=None if test.mic is None else values.to_json(test.mic),
            diameter=test.diameter,
            category=test.category,
            method=test.method,
            technique_code=test.technique_code,
        )
        for test in grown.tests
    )
    isolate.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(isolate=isolate, marker_id=names.markers[code].id, present=present) for code, present in grown.marks
    )
    return isolate


def _trace(
    row: Observation, rank: int, grown: Grown, outcome: IsolateTrace.Outcome, moment: datetime, origin: _Origin
) -> None:
    trace = IsolateTrace.objects.create(
        observation=row,
        rank=rank,
        content=to_json(grown),
        outcome=outcome,
        measured_at=moment,
        received_at=timezone.now(),
        source=origin.source,
        actor=origin.who,
    )
    audit.record(
        actor=origin.who, action=f"isolate.{outcome}", target=f"observation:{row.pk}", details={"trace": trace.pk}
    )
