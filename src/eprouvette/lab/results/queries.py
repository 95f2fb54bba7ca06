"""Reading results: the table of a dossier, what was measured before, how far a dossier is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from eprouvette.lab.catalogue.rules import Range
from eprouvette.lab.catalogue.wording import range_text
from eprouvette.lab.orders.models import Dossier, RequestedExam
from eprouvette.lab.results import values
from eprouvette.lab.results.hanging import may_change
from eprouvette.lab.results.models import Measurement, Observation
from eprouvette.lab.results.rules import ENDED, STATE_LABELS, STATE_MARKS, State
from eprouvette.standards.report.results import Numeric
from eprouvette.standards.report.words import PAGE, unit

MARKS: Final = {"LL": "▼▼", "L": "▼", "H": "▲", "HH": "▲▲", "A": "!", "POS": "+", "IND": "?"}
"""The mark that goes with an interpretation code, beside its colour."""
PRIORS = 3
"""How many earlier results a report recalls."""
_PRIOR_FIELDS: Final = (
    "exam_id", "value", "measured_at", "interpretation", "method", "technique_code", "dossier__sampled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A requested exam and its result, as a row of the dossier's table; ``id`` is None while it is expected."""

    id: int | None
    exam_code: str
    label: str
    text: str
    unit: str
    reference_text: str
    low: Decimal | None
    high: Decimal | None
    number: Decimal | None
    interpretation: str
    mark: str
    critical: bool
    prior_text: str
    prior_date: datetime | None
    prior_number: Decimal | None
    state: str
    state_label: str
    state_mark: str
    comment: str
    method: str
    device: str
    sample_number: str
    measured_at: datetime | None
    checked_by: str
    validated_by: str
    validated_at: datetime | None
    requested_id: int
    grows: bool
    may_change: bool
    derivation: str = ""


@dataclass(frozen=True, slots=True)
class GroupLines:
    """Rows under one panel, or without one."""

    label: str
    lines: tuple[ResultLine, ...]


@dataclass(frozen=True, slots=True)
class ChapterLines:
    """Rows under one chapter or sub-chapter."""

    code: str
    label: str
    groups: tuple[GroupLines, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many results of a dossier stand in each state."""

    expected: int
    measured: int
    checked: int
    validated: int
    aborted: int

    @property
    def total(self) -> int:
        """All exams asked for."""
        return self.expected + self.measured + self.checked + self.validated + self.aborted


@dataclass(frozen=True, slots=True)
class MeasurementLine:
    """A value as it came, and what became of it."""

    raw_value: str
    raw_unit: str
    raw_flags: str
    outcome: str
    measured_at: datetime
    received_at: datetime
    device: str
    source: str


def lines(dossier_id: int) -> tuple[ChapterLines, ...]:
    """The table of a dossier, by chapter then panel, expected exams included."""
    requested = list(_requested(dossier_id))
    held = {row.requested_id: row for row in observations_of(dossier_id)}
    before = priors(Dossier.objects.only("patient_id", "sampled_at").get(pk=dossier_id))
    chapters: dict[tuple[str, str], dict[str, list[ResultLine]]] = {}
    for row in requested:
        exam = row.exam
        chapter = (exam.subchapter_code or exam.chapter_code, exam.subchapter_label or exam.chapter_label)
        group = row.panel.label if row.panel else ""
        observation = held.get(row.pk)
        line = _line(row, observation, before.get(exam.pk, ()))
        chapters.setdefault(chapter, {}).setdefault(group, []).append(line)
    return tuple(
        ChapterLines(code, label, tuple(GroupLines(name, tuple(rows)) for name, rows in groups.items()))
        for (code, label), groups in chapters.items()
    )


def states(dossier_id: int) -> tuple[tuple[str, State], ...]:
    """Every exam of a dossier, by its label, with the state of its result."""
    rows = RequestedExam.objects.filter(dossier_id=dossier_id).values_list("exam__label", "observation__state")
    return tuple((label, State(state or State.EXPECTED)) for label, state in rows)


def _requested(dossier_id: int) -> Iterable[RequestedExam]:
    return RequestedExam.objects.filter(dossier_id=dossier_id).select_related("exam", "panel", "sample")


def observations_of(dossier_id: int) -> list[Observation]:
    """The results of a dossier in the order of the report, with all that their rows need."""
    related = ("exam", "sample", "requested__panel", "checked_by", "validated_by")
    return list(Observation.objects.filter(dossier_id=dossier_id).select_related(*related))


def awaited(dossier_id: int) -> list[RequestedExam]:
    """The exams of a dossier whose result is neither validated nor given up, in the order of the report."""
    rows = RequestedExam.objects.filter(dossier_id=dossier_id).select_related("exam", "panel")
    return list(rows.exclude(observation__state__in=[state.value for state in ENDED]))


def priors(dossier: Dossier) -> dict[int, tuple[Observation, ...]]:
    """By exam, the latest validated results of the same patient in dossiers sampled before this one.

    The database keeps the last ones: a patient who comes every week has hundreds.
    """
    wanted = RequestedExam.objects.filter(dossier=dossier).values("exam_id")
    latest = [F("dossier__sampled_at").desc(), F("pk").desc()]
    rows = (
        Observation.objects.filter(
            dossier__patient_id=dossier.patient_id,
            dossier__sampled_at__lt=dossier.sampled_at,
            exam_id__in=wanted,
            state=State.VALIDATED,
        )
        .exclude(dossier=dossier)
        .annotate(rank=Window(RowNumber(), partition_by="exam_id", order_by=latest))
        .filter(rank__lte=PRIORS)
        .select_related("dossier")
        .only(*_PRIOR_FIELDS)
        .order_by("rank")
    )
    found: dict[int, list[Observation]] = {}
    for row in rows:
        found.setdefault(row.exam_id, []).append(row)
    return {exam: tuple(kept) for exam, kept in found.items()}


def _line(requested: RequestedExam, row: Observation | None, before: Sequence[Observation]) -> ResultLine:
    value = values.from_json(row.value) if row and row.value is not None else None
    earlier = values.from_json(before[0].value) if before else None
    usual = range_of(row.reference) if row else None
    state = State(row.state) if row else State.EXPECTED
    return ResultLine(
        id=row.pk if row else None,
        exam_code=requested.exam.code,
        label=requested.exam.label,
        text=PAGE.value(value) if value else "",
        unit=unit(value) if value else requested.exam.printed_unit,
        reference_text=range_text(usual),
        low=usual.low if usual else None,
        high=usual.high if usual else None,
        number=value.value if isinstance(value, Numeric) else None,
        interpretation=row.interpretation if row else "",
        mark=MARKS.get(row.interpretation, "") if row else "",
        critical=row.critical if row else False,
        prior_text=PAGE.value(earlier) if earlier else "",
        prior_date=before[0].dossier.sampled_at if before else None,
        prior_number=earlier.value if isinstance(earlier, Numeric) else None,
        state=state.value,
        state_label=STATE_LABELS[state],
        state_mark=STATE_MARKS[state],
        comment=row.comment if row else "",
        method=row.method if row else "",
        device=row.device if row else "",
        sample_number=requested.sample.number,
        measured_at=row.measured_at if row else None,
        checked_by=row.checked_by.display_name if row and row.checked_by else "",
        validated_by=row.validated_by.display_name if row and row.validated_by else "",
        validated_at=row.validated_at if row else None,
        derivation=row.derivation if row else "",
        requested_id=requested.pk,
        grows=requested.exam.grows,
        may_change=row is not None and may_change(row),
    )


def range_of(reference: dict[str, str | None] | None) -> Range | None:
    """The range that a result's column holds."""
    if reference is None:
        return None
    low, high = reference["low"], reference["high"]
    return Range(
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        text=reference["text"] or "",
        criteria=reference["criteria"] or "",
    )


def history(observation_id: int) -> tuple[MeasurementLine, ...]:
    """Every value ever received for a result, oldest first."""
    return tuple(
        MeasurementLine(
            raw_value=row.raw_value,
            raw_unit=row.raw_unit,
            raw_flags=row.raw_flags,
            outcome=Measurement.Outcome(row.outcome).label,
            measured_at=row.measured_at,
            received_at=row.received_at,
            device=row.device,
            source=row.source,
        )
        for row in Measurement.objects.filter(observation_id=observation_id)
    )


def progress(dossier_ids: Sequence[int]) -> dict[int, Progress]:
    """How far each of these dossiers is, in two queries."""
    asked = dict(
        RequestedExam.objects.filter(dossier_id__in=dossier_ids)
        .order_by()
        .values_list("dossier_id")
        .annotate(n=Count("pk"))
    )
    counts: dict[int, dict[str, int]] = {}
    rows = Observation.objects.filter(dossier_id__in=dossier_ids).order_by()
    for dossier_id, state, number in rows.values_list("dossier_id", "state").annotate(n=Count("pk")):
        counts.setdefault(dossier_id, {})[state] = number
    return {pk: _progress(total, counts.get(pk, {})) for pk, total in asked.items()}


def _progress(total: int, counts: dict[str, int]) -> Progress:
    return Progress(
        expected=total - sum(counts.values()),
        measured=counts.get(State.MEASURED, 0),
        checked=counts.get(State.CHECKED, 0),
        validated=counts.get(State.VALIDATED, 0),
        aborted=counts.get(State.ABORTED, 0),
    )
