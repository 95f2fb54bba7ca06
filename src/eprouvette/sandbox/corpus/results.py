"""Values of one patient: drawn, derived, placed against the reference range as the laboratory itself does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.lab.catalogue import rules
from eprouvette.lab.catalogue.files import ExamData
from eprouvette.sandbox.corpus import derived
from eprouvette.sandbox.corpus.draw import Draw
from eprouvette.sandbox.corpus.kinds import Kind, Part, Test, exams, texts, words
from eprouvette.sandbox.corpus.people import LOCAL, SAMPLE
from eprouvette.standards.report.people import Patient, Professional
from eprouvette.standards.report.results import (
    CodedResult,
    Limit,
    Method,
    Numeric,
    Observation,
    Prior,
    Ratio,
    ReferenceRange,
    Sample,
    TestCode,
    Text,
    Value,
)

NOT_DONE: Final = 0.012
"""Share of the tests that could not be made."""
RARE: Final = 0.25
"""Share of the words that have an earlier one."""
OTHER_METHOD: Final = Method("Automate précédent")


@dataclass(slots=True)
class Case:
    """One patient on one morning: who, when, and what was found so far."""

    kind: Kind
    rank: int
    patient: Patient
    sampled_at: datetime
    draw: Draw
    sampler: Professional | None = None
    numbers: dict[str, Decimal] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The dossier's number."""
        return f"{self.sampled_at:%y%j}-{self.rank:04d}"

    @property
    def received_at(self) -> datetime:
        """When the specimens arrived."""
        return self.sampled_at + timedelta(minutes=35)

    @property
    def measured_at(self) -> datetime:
        """When the results were measured."""
        return self.sampled_at + timedelta(minutes=110)

    @property
    def validated_at(self) -> datetime:
        """When the biologist validated."""
        return self.sampled_at + timedelta(minutes=165)

    @property
    def age_days(self) -> int:
        """The patient's age that day."""
        return rules.age_in_days(self.patient.birth_date, self.sampled_at.date())

    def sample(self, kind: str, part: Part | None = None) -> Sample:
        """The specimen of that type, the same for the whole report."""
        if kind not in self.samples:
            key = f"T{len(self.samples) + 1}"
            site = part.site if part else {}
            self.samples[kind] = Sample(
                key=key,
                id=Identifier(SAMPLE, f"{self.number}-{len(self.samples) + 1:02d}"),
                type=Coded(kind, oids.SPECIMEN_TYPE, words()["specimens"][kind]),
                collected_at=self.sampled_at,
                received_at=self.received_at,
                site=Coded(site["code"], oids.SNOMED_CT, site["display"]) if site else None,
            )
        return self.samples[kind]


def observation(case: Case, part: Part, test: Test) -> Observation | None:
    """The result of ``test`` for this patient; None when it was not asked, not fit, or cannot be calculated."""
    exam = exams()[test.exam]
    if not _asked(case, test):
        return None
    sample = case.sample(part.specimen or exam.specimen_code, part)
    usual = rules.range_for(exam.ranges, case.patient.sex, case.age_days)
    if exam.code not in derived.FORMULAS and case.draw.chance(NOT_DONE):
        return _not_done(case, exam, sample)
    value = _value(case, exam, test, usual)
    if value is None:
        return None
    reading = _reading(exam, value, usual)
    case.found[exam.code] = reading
    said, reference = rules.with_second_unit(value, _reference(exam, usual), _second_unit(exam))
    return Observation(
        code=_code(exam),
        value=said,
        time=case.measured_at,
        interpretation=reading or None,
        method=_method(exam),
        reference=reference,
        priors=_priors(case, exam, test, value, usual),
        sample=sample.key,
        derivation=derived.SAID.get(exam.code, ""),
    )


def _asked(case: Case, test: Test) -> bool:
    if test.sex not in {"", case.patient.sex}:
        return False
    if test.when:
        exam, code = test.when.split()
        return case.found.get(exam) == code
    return test.chance == 1.0 or case.draw.chance(test.chance)


def _value(case: Case, exam: ExamData, test: Test, usual: rules.Range | None) -> Value | None:
    if exam.kind == "numeric":
        return _numeric(case, exam, test, usual)
    if exam.kind == "ratio":
        return Ratio(Decimal(1), Decimal(case.draw.word(test.draw)))
    if exam.kind == "text":
        return Text(case.draw.pick(texts()[test.draw.removeprefix("@")]))
    word = case.draw.word(test.draw) if test.draw else case.draw.pick(exam.words)["text"]
    return _worded(exam, word)


def _worded(exam: ExamData, word: str) -> CodedResult:
    listed = next(known for known in exam.words if known["text"] == word)
    coded = Coded(listed["code"], listed["system"], listed["display"]) if listed["code"] else None
    return CodedResult(word, coded)


def _numeric(case: Case, exam: ExamData, test: Test, usual: rules.Range | None) -> Numeric | Limit | None:
    try:
        if exam.code in derived.FORMULAS and not test.draw:
            years = case.age_days // 365
            number = derived.value(exam.code, case.numbers, years, case.patient.sex, exam.decimals)
        else:
            number = case.numbers.get(exam.code) or drawn(case, exam, test.draw, usual)
    except KeyError:
        return None
    case.numbers[exam.code] = number
    return measured(exam, test, number)


def measured(exam: ExamData, test: Test, number: Decimal) -> Numeric | Limit:
    """``number``, or the bound that the method cannot pass."""
    unit, printed = exam.ucum or None, exam.printed_unit
    if test.least and number < Decimal(test.least):
        return Limit("<", Decimal(test.least), unit, printed)
    if test.most and number > Decimal(test.most):
        return Limit(">", Decimal(test.most), unit, printed)
    return Numeric(number, unit, printed)


def drawn(case: Case, exam: ExamData, draw: str, usual: rules.Range | None) -> Decimal:
    """A number of that exam: within ``draw``, else about the usual range, beyond it as often as the kind says."""
    if draw:
        low, high = (Decimal(bound) for bound in draw.split(".."))
        return case.draw.number(low, high, exam.decimals)
    if exam.code in derived.HELD and case.age_days > 365:
        low, high = (Decimal(bound) for bound in derived.HELD[exam.code])
        return case.draw.number(low, high, exam.decimals)
    low, high = _around(usual, beyond=case.draw.chance(case.kind.abnormal), up=case.draw.chance(0.5))
    return case.draw.number(low, high, exam.decimals)


def _around(usual: rules.Range | None, *, beyond: bool, up: bool) -> tuple[Decimal, Decimal]:
    low = usual.low if usual else None
    high = usual.high if usual else None
    if low is None and high is None:
        return Decimal(1), Decimal(20)
    if low is None or high is None:
        bound = low if high is None else high
        assert bound is not None
        inside = (
            (bound * Decimal("1.1"), bound * Decimal("1.6")) if high is None else (bound / 5, bound * Decimal("0.9"))
        )
        outside = (bound / 2, bound * Decimal("0.95")) if high is None else (bound * Decimal("1.1"), bound * 2)
        return outside if beyond else inside
    width = high - low
    if not beyond:
        return low + width / 10, high - width / 10
    if up:
        return high + width / 10, high + width / 2
    return max(low / 2, low - width / 2), low - min(width / 20, low / 4)


def _reading(exam: ExamData, value: Value, usual: rules.Range | None) -> str:
    known = {word["text"]: word["interpretation"] for word in exam.words}
    critical = rules.Critical(exam.critical_low, exam.critical_high)
    return rules.interpret(value, usual, critical, known).interpretation


def _code(exam: ExamData) -> TestCode:
    if exam.loinc:
        return TestCode(exam.label, loinc=Coded(exam.loinc, oids.LOINC, exam.loinc_display))
    return TestCode(exam.label, local=Coded(exam.code, LOCAL, exam.label))


def _method(exam: ExamData) -> Method | None:
    if not exam.method:
        return None
    coded = Coded(exam.technique_code, oids.TECHNIQUE, exam.method) if exam.technique_code else None
    return Method(exam.method, coded)


def _reference(exam: ExamData, usual: rules.Range | None) -> ReferenceRange | None:
    if usual is None:
        return None
    if exam.kind != "numeric":
        return ReferenceRange(text=usual.text) if usual.text else None
    if usual.low is None and usual.high is None and not usual.text:
        return None
    return ReferenceRange(usual.low, usual.high, exam.ucum or None, usual.text, usual.criteria)


def _second_unit(exam: ExamData) -> rules.SecondUnit | None:
    if exam.second_factor is None:
        return None
    return rules.SecondUnit(exam.second_ucum, exam.second_printed_unit, exam.second_factor, exam.second_decimals)


def _priors(
    case: Case, exam: ExamData, test: Test, value: Value, usual: rules.Range | None
) -> tuple[Prior, ...]:  # fmt: skip
    """Earlier results, the latest first; a newborn has none."""
    drawn_ones = isinstance(value, Numeric | Limit)
    if case.kind.age[1] == 0 or isinstance(value, Text) or not case.draw.chance(case.kind.priors):
        return ()
    if not drawn_ones and not case.draw.chance(RARE):
        return ()
    found, moment = [], case.measured_at
    for _ in range(case.draw.integer(1, 4) if drawn_ones else 1):
        moment -= timedelta(days=case.draw.integer(case.kind.rhythm * 3 // 4, case.kind.rhythm * 5 // 4))
        if (moment.date() - case.patient.birth_date.first_day()).days < 1:
            break
        earlier = _earlier(case, exam, test, value, usual)
        method = OTHER_METHOD if exam.method and case.draw.chance(0.04) else _method(exam)
        found.append(Prior(earlier, moment, _reading(exam, earlier, usual) or None, method))
    return tuple(found)


def _earlier(case: Case, exam: ExamData, test: Test, value: Value, usual: rules.Range | None) -> Value:
    """A number near the one of today: within a third of the usual range, or of itself."""
    if not isinstance(value, Numeric | Limit):
        return value
    now = value.value
    third = now / 3
    if usual is not None and usual.low is not None and usual.high is not None:
        third = (usual.high - usual.low) / 3
    low = max(now / 2, now - third)
    return measured(exam, test, case.draw.number(low.quantize(now), now + third, exam.decimals))


def _not_done(case: Case, exam: ExamData, sample: Sample) -> Observation:
    return Observation(
        code=_code(exam),
        value=None,
        time=case.measured_at,
        status="aborted",
        comments=(case.draw.pick(texts()["not_done"]),),
        sample=sample.key,
    )
