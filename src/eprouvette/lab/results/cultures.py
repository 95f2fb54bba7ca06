"""Reading isolates and pictures: as a page shows them, as the form takes them back, as the rules compare them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from eprouvette.foundation.documents import queries as documents
from eprouvette.lab.catalogue.models import Organism
from eprouvette.lab.results import values
from eprouvette.lab.results.microbiology import CATEGORIES, Grown, Tested, mic_from_json
from eprouvette.lab.results.models import Isolate, IsolateTrace, Mark, Picture, Susceptibility
from eprouvette.standards.report.results import Value
from eprouvette.standards.report.words import PAGE, unit


@dataclass(frozen=True, slots=True)
class TestLine:
    """A line of an antibiogram, as shown."""

    __test__ = False

    label: str
    family: str
    mic: str
    diameter: str
    category: str
    meaning: str
    method: str


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A mark of resistance, as shown."""

    label: str
    present: bool


@dataclass(frozen=True, slots=True)
class IsolateLine:
    """An isolate, as shown."""

    id: int
    rank: int
    organism: str
    quantity: str
    comment: str
    marks: tuple[MarkLine, ...]
    tests: tuple[TestLine, ...]
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture, as listed."""

    id: int
    label: str
    aside: bool


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What an isolate was, and what became of it."""

    rank: int
    organism: str
    antibiotics: int
    outcome: str
    received_at: datetime
    source: str


def rows_of(dossier_id: int) -> QuerySet[Isolate]:
    """The isolates of a dossier with all that the report needs, in three queries."""
    return _whole(Isolate.objects.filter(observation__dossier_id=dossier_id))


def _whole(rows: QuerySet[Isolate]) -> QuerySet[Isolate]:
    return rows.select_related("organism").prefetch_related(
        Prefetch("tests", Susceptibility.objects.select_related("antibiotic")),
        Prefetch("marks", Mark.objects.select_related("marker")),
    )


def isolates_of(dossier_id: int) -> dict[int, tuple[IsolateLine, ...]]:
    """The isolates of a dossier by result, as shown."""
    found: dict[int, list[IsolateLine]] = {}
    for row in rows_of(dossier_id):
        found.setdefault(row.observation_id, []).append(_line(row))
    return {pk: tuple(lines) for pk, lines in found.items()}


def grown_of(isolate: Isolate) -> Grown:
    """What an isolate says, by local codes."""
    return Grown(
        organism=isolate.organism.code if isolate.organism else "",
        words=isolate.words,
        quantity=_quantity(isolate),
        comment=isolate.comment,
        tests=tuple(
            Tested(
                antibiotic=test.antibiotic.code,
                mic=mic_from_json(test.mic),
                diameter=_plain(test.diameter),
                category=test.category,
                method=test.method,
                technique_code=test.technique_code,
            )
            for test in isolate.tests.all()
        ),
        marks=tuple((mark.marker.code, mark.present) for mark in isolate.marks.all()),
    )


def isolate(isolate_id: int) -> tuple[Isolate, Grown] | None:
    """One isolate with what it says, or None."""
    row = _whole(Isolate.objects.filter(pk=isolate_id)).first()
    return (row, grown_of(row)) if row else None


def traces_of(observation_id: int) -> tuple[TraceLine, ...]:
    """Every state that the isolates of a result had, oldest first."""
    rows = list(IsolateTrace.objects.filter(observation_id=observation_id))
    codes = {row.content["organism"] for row in rows}
    labels = dict(Organism.objects.filter(code__in=codes).values_list("code", "label"))
    return tuple(
        TraceLine(
            rank=row.rank,
            organism=labels.get(row.content["organism"], row.content["words"]),
            antibiotics=len(row.content["tests"]),
            outcome=str(IsolateTrace.Outcome(row.outcome).label),
            received_at=row.received_at,
            source=row.source,
        )
        for row in rows
    )


def pictures_of(dossier_id: int) -> dict[int, tuple[PictureLine, ...]]:
    """The pictures of a dossier by result, those that were set aside last."""
    rows = Picture.objects.filter(observation__dossier_id=dossier_id).exclude(outcome=Picture.Outcome.REMOVED)
    found: dict[int, list[PictureLine]] = {}
    for row in sorted(rows, key=lambda one: (one.outcome != Picture.Outcome.KEPT, one.pk)):
        aside = row.outcome == Picture.Outcome.ASIDE
        found.setdefault(row.observation_id, []).append(PictureLine(row.pk, row.label, aside))
    return {pk: tuple(lines) for pk, lines in found.items()}


def kept_pictures(dossier_id: int) -> dict[int, tuple[Picture, ...]]:
    """The pictures that the report carries, by result."""
    found: dict[int, list[Picture]] = {}
    for row in Picture.objects.filter(observation__dossier_id=dossier_id, outcome=Picture.Outcome.KEPT):
        found.setdefault(row.observation_id, []).append(row)
    return {pk: tuple(rows) for pk, rows in found.items()}


def picture(picture_id: int) -> tuple[Picture, bytes] | None:
    """A picture and its bytes, or None; raises what the document store raises."""
    row = Picture.objects.select_related("observation").filter(pk=picture_id).first()
    return (row, documents.load(row.digest)) if row else None


def _line(row: Isolate) -> IsolateLine:
    return IsolateLine(
        id=row.pk,
        rank=row.rank,
        organism=row.organism.label if row.organism else row.words,
        quantity=_shown(_quantity(row)),
        comment=row.comment,
        marks=tuple(MarkLine(mark.marker.label, mark.present) for mark in row.marks.all()),
        tests=tuple(_tests(row.tests.all())),
        measured_at=row.measured_at,
    )


def _tests(rows: Iterable[Susceptibility]) -> Iterable[TestLine]:
    for row in rows:
        mic, diameter = mic_from_json(row.mic), _plain(row.diameter)
        yield TestLine(
            label=row.antibiotic.label,
            family=row.antibiotic.family,
            mic="" if mic is None else PAGE.value(mic),
            diameter="" if diameter is None else PAGE.number(diameter),
            category=row.category,
            meaning=CATEGORIES.get(row.category, ""),
            method=row.method,
        )


def _quantity(row: Isolate) -> Value | None:
    return None if row.quantity is None else values.from_json(row.quantity)


def _shown(value: Value | None) -> str:
    return "" if value is None else f"{PAGE.value(value)} {unit(value)}".strip()


def _plain(number: Decimal | None) -> Decimal | None:
    """``18`` for the column's ``18.0``."""
    if number is None:
        return None
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
