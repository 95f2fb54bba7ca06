"""The requested exams of a dossier and their results, read once and written at once."""

from __future__ import annotations

from collections.abc import Iterator

from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.lab.catalogue import queries as catalogue
from eprouvette.lab.catalogue import rules as catalogue_rules
from eprouvette.lab.catalogue.formulas import Who
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.orders.models import Dossier, RequestedExam
from eprouvette.lab.results import values
from eprouvette.lab.results.calculated import Part
from eprouvette.lab.results.errors import NotRequestedError, UnknownExamError
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.lab.results.models import Measurement, Observation
from eprouvette.standards.report.results import Numeric


class Book:
    """The requested exams of a dossier and their results, read once for a message."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        sampled, born = dossier.sampled_at.astimezone(PARIS).date(), PartialDate(dossier.patient.birth_date)
        self._age = catalogue_rules.age_in_days(born, sampled)
        self.who = Who(catalogue_rules.age_in_years(born, sampled), dossier.patient.sex)
        self._requested = list(dossier.requested.select_related("exam"))
        self._ranges = catalogue.ranges_by_exam({row.exam_id: row.exam.decimals for row in self._requested})
        self._to_write: dict[int, Observation] = {}
        self._measurements: list[Measurement] = []
        self._observations = {row.requested_id: row for row in dossier.observations.select_for_update(of=("self",))}

    def requested(self, incoming: IncomingResult) -> RequestedExam:
        """The request that a value answers: by local code, then by LOINC."""
        for row in self._requested:
            if row.exam.code == incoming.exam_code:
                return row
        known = Exam.objects.filter(code=incoming.exam_code).exists() if incoming.exam_code else False
        if not known and incoming.loinc:
            for row in self._requested:
                if row.exam.loinc == incoming.loinc:
                    return row
            known = Exam.objects.filter(loinc=incoming.loinc).exists()
        named = incoming.exam_code or incoming.loinc or "Examen sans code"
        if known:
            raise NotRequestedError(named, incoming.place)
        raise UnknownExamError(named, incoming.place)

    def calculable(self) -> Iterator[tuple[RequestedExam, list[Part | None]]]:
        """The exams that a formula gives, each with its parts: None for one that is still to come or not asked for."""
        known = {row.exam.code: row for row in self._requested}
        for row in self._requested:
            if row.exam.formula:
                yield row, [self._part(known.get(code)) for code in row.exam.inputs]

    def _part(self, requested: RequestedExam | None) -> Part | None:
        row = self.observation(requested) if requested else None
        if requested is None or row is None:
            return None
        value = values.from_json(row.value) if row.value is not None else None
        number = value.value if isinstance(value, Numeric) else None
        return Part(requested.exam.label, row.measured_at, value is not None, number)

    def usual(self, exam: Exam) -> catalogue_rules.Range | None:
        """The range of an exam that applies to the patient on the day of the sample."""
        return catalogue_rules.range_for(self._ranges.get(exam.pk, ()), self.dossier.patient.sex, self._age)

    def observation(self, requested: RequestedExam) -> Observation | None:
        """The result held for a request, if any."""
        return self._observations.get(requested.pk)

    def keep(self, row: Observation) -> None:
        """Remember a result to write, for a message that names an exam twice too."""
        self._to_write[row.requested_id] = row
        self._observations[row.requested_id] = row

    def measured(self, row: Measurement) -> None:
        """Remember a value as it came."""
        self._measurements.append(row)

    def write(self) -> None:
        """Write everything at once: a message of twenty values costs two statements, not forty."""
        new = [row for row in self._to_write.values() if row.pk is None]
        for row in self._to_write.values():
            if row.pk is not None:
                row.save()
        Observation.objects.bulk_create(new)
        Measurement.objects.bulk_create(self._measurements)
