"""Reading the catalogue: lists for the forms, ranges and words for the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eprouvette.lab.catalogue.models import Exam, Panel, ReferenceRange
from eprouvette.lab.catalogue.rules import Critical, Range, SecondUnit
from eprouvette.lab.catalogue.wording import at_precision, critical_text, range_text
from eprouvette.lab.directory.rules import search_key


@dataclass(frozen=True, slots=True)
class RangeLine:
    """A usual range, as shown."""

    text: str
    criteria: str


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam, as listed."""

    id: int
    code: str
    label: str
    loinc: str
    loinc_display: str
    kind: str
    unit: str
    ucum: str
    chapter: str
    specimen: str
    method: str
    critical: str
    words: tuple[str, ...]
    ranges: tuple[RangeLine, ...]


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A panel, as listed."""

    id: int
    code: str
    label: str
    exam_codes: tuple[str, ...]
    exam_labels: tuple[str, ...]


def exams(text: str = "") -> tuple[ExamLine, ...]:
    """Active exams in the order of the report, narrowed to those whose name, code or LOINC holds ``text``."""
    rows = Exam.objects.filter(active=True).prefetch_related("ranges")
    wanted = search_key(text)
    lines = (exam_line(row) for row in rows)
    return tuple(line for line in lines if not text or _speaks_of(line, wanted, text))


def _speaks_of(line: ExamLine, wanted: str, text: str) -> bool:
    return text == line.loinc or (bool(wanted) and (wanted in search_key(line.label) or wanted in line.code))


def by_code(code: str) -> ExamLine | None:
    """The exam of that local code, or None."""
    row = Exam.objects.filter(code=code).prefetch_related("ranges").first()
    return exam_line(row) if row else None


def exam_line(row: Exam) -> ExamLine:
    """A row, as listed."""
    return ExamLine(
        id=row.pk,
        code=row.code,
        label=row.label,
        loinc=row.loinc,
        loinc_display=row.loinc_display,
        kind=Exam.Kind(row.kind).label,
        unit=row.printed_unit,
        ucum=row.ucum,
        chapter=row.chapter_label,
        specimen=row.specimen_label,
        method=row.method,
        critical=critical_text(critical_of(row)),
        words=tuple(word["text"] for word in row.words),
        ranges=tuple(RangeLine(range_text(usual), usual.criteria) for usual in ranges_of(row)),
    )


def panels() -> tuple[PanelLine, ...]:
    """Every panel with its exams."""
    rows = Panel.objects.prefetch_related("places__exam")
    return tuple(
        PanelLine(
            id=row.pk,
            code=row.code,
            label=row.label,
            exam_codes=tuple(place.exam.code for place in row.places.all()),
            exam_labels=tuple(place.exam.label for place in row.places.all()),
        )
        for row in rows
    )


def ranges_of(row: Exam) -> tuple[Range, ...]:
    """The ranges of an exam, for the rules."""
    return tuple(
        Range(
            sex=line.sex,
            age_from=line.age_from,
            age_to=line.age_to,
            low=at_precision(line.low, row.decimals),
            high=at_precision(line.high, row.decimals),
            text=line.text,
            criteria=line.criteria,
        )
        for line in row.ranges.all()
    )


def ranges_by_exam(decimals: Mapping[int, int]) -> dict[int, tuple[Range, ...]]:
    """The ranges of several exams, for the rules; ``decimals`` maps the exam's id to its printed decimals."""
    fields = ("exam_id", "sex", "age_from", "age_to", "low", "high", "text", "criteria")
    found: dict[int, list[Range]] = {}
    rows = ReferenceRange.objects.filter(exam_id__in=decimals).order_by("rank", "pk").values_list(*fields)
    for exam_id, sex, age_from, age_to, low, high, text, criteria in rows:
        places = decimals[exam_id]
        usual = Range(sex, age_from, age_to, at_precision(low, places), at_precision(high, places), text, criteria)
        found.setdefault(exam_id, []).append(usual)
    return {exam_id: tuple(ranges) for exam_id, ranges in found.items()}


def critical_of(row: Exam) -> Critical:
    """The critical limits of an exam, for the rules."""
    low = at_precision(row.critical_low, row.decimals)
    return Critical(low, at_precision(row.critical_high, row.decimals))


def words_of(row: Exam) -> dict[str, str]:
    """The interpretation code of each admitted word of an exam."""
    return {word["text"]: word["interpretation"] for word in row.words}


def second_unit(exam: Exam) -> SecondUnit | None:
    """How the results of an exam are said in a second unit; None when they are not."""
    if exam.second_factor is None:
        return None
    return SecondUnit(exam.second_ucum, exam.second_printed_unit, exam.second_factor, exam.second_decimals)
