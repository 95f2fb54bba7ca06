"""From a kind, a rank and a seed to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.lab.catalogue import rules
from eprouvette.sandbox.corpus import derived
from eprouvette.sandbox.corpus.draw import Draw
from eprouvette.sandbox.corpus.electrophoresis import electrophoresis
from eprouvette.sandbox.corpus.endings import ENDINGS
from eprouvette.sandbox.corpus.kinds import Kind, Part, Test, exams, kinds, panels, words
from eprouvette.sandbox.corpus.microbiology import blood_culture, urine_culture
from eprouvette.sandbox.corpus.people import (
    BIOLOGIST,
    DOCUMENT,
    DOSSIER,
    FAR_BIOLOGIST,
    LABORATORY,
    ORDER,
    SPECIALISED,
    patient,
    professionals,
)
from eprouvette.sandbox.corpus.results import Case, drawn, observation
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import (
    Document,
    Encounter,
    EncounterType,
    LabReport,
    Order,
    Sampler,
    ServiceEvent,
    Signature,
)
from eprouvette.standards.report.people import Device
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    Entry,
    Observation,
    Performer,
    Section,
    Validation,
)

FIRST_MORNING: Final = datetime(2026, 3, 2, 7, 0, tzinfo=PARIS)
A_DAY: Final = 40
"""Reports a day, six minutes apart."""
_FACILITY: Final = Coded("SA25", oids.FACILITY_TYPE, "Laboratoire de biologie médicale")
_SPECIAL: Final[Mapping[str, Callable[[Case, Part], tuple[Entry, ...]]]] = {
    "blood_culture": blood_culture,
    "electrophoresis": electrophoresis,
    "urine_culture": urine_culture,
}


@dataclass(frozen=True, slots=True)
class Made:
    """One report of the corpus, with its rank from 1 and its kind."""

    rank: int
    kind: Kind
    report: LabReport


def reports(number: int, seed: int, *, only: str = "") -> Iterator[Made]:
    """That many reports, the kinds in turn (or one kind, by its code); the same seed gives the same reports."""
    chosen = [kind for kind in kinds() if only in {"", kind.code}]
    for rank in range(1, number + 1):
        kind = chosen[(rank - 1) % len(chosen)]
        yield Made(rank, kind, report(kind, rank, seed))


def report(kind: Kind, rank: int, seed: int) -> LabReport:
    """The report of that kind, rank and seed."""
    draw = Draw(seed, kind.code, rank)
    day, turn = divmod(rank - 1, A_DAY)
    sampled_at = FIRST_MORNING + timedelta(days=day, minutes=6 * turn)
    case = Case(kind, rank, patient(kind, rank, sampled_at.date(), draw), sampled_at, draw)
    made = _report(case, _chapters(case))
    return ENDINGS[kind.finish](made, case) if kind.finish else made


def _report(case: Case, chapters: tuple[Chapter, ...]) -> LabReport:
    kind, draw, signed = case.kind, case.draw, Signature(BIOLOGIST, case.validated_at)
    prescriber = professionals()[kind.prescriber]
    generalist = professionals()["generalist"]
    set_id = f"{DOCUMENT}.{case.sampled_at:%y%j}.{case.rank}"
    return LabReport(
        document=Document(f"{set_id}.1", set_id, 1, case.validated_at + timedelta(minutes=3)),
        patient=case.patient,
        authors=(BIOLOGIST, Device("Éprouvette", "Éprouvette SGL")),
        custodian=LABORATORY,
        legal_authenticator=signed,
        order=Order(
            Identifier(ORDER, f"ORD-{case.number}"),
            prescriber,
            case.sampled_at - timedelta(days=draw.integer(0, 9), hours=15),
            draw.pick(kind.clinical),
        ),
        service_event=ServiceEvent(
            id=Identifier(DOSSIER, case.number),
            started_at=case.received_at,
            performed_at=case.measured_at,
            director=BIOLOGIST,
            ended_at=case.validated_at,
        ),
        encounter=Encounter(
            cast("EncounterType", kind.encounter), case.sampled_at, BIOLOGIST, _FACILITY, ended_at=case.received_at
        ),
        chapters=chapters,
        validators=(signed,),
        sampler=Sampler(professionals()["nurse"], case.sampled_at) if draw.chance(0.4) else None,
        attending=generalist,
        copies=() if prescriber == generalist else (generalist,),
        comments=kind.remarks,
    )


def _chapters(case: Case) -> tuple[Chapter, ...]:
    """Sections gathered by chapter; the first section is always there, so that the report says something."""
    gathered: dict[str, list[Section]] = {}
    for rank, part in enumerate(case.kind.section):
        if rank and part.chance < 1 and not case.draw.chance(part.chance):
            continue
        section = _section(case, part)
        if section is not None:
            gathered.setdefault(part.chapter, []).append(section)
    return tuple(Chapter(_chapter_code(code), tuple(sections)) for code, sections in gathered.items())


def _chapter_code(code: str) -> Coded:
    system = oids.LOINC if "-" in code else oids.TA_ASIP
    return Coded(code, system, words()["chapters"][code])


def _section(case: Case, part: Part) -> Section | None:
    _draw_ahead(case, part)
    entries = _SPECIAL[part.special](case, part) if part.special else _entries(case, part)
    if not entries:
        return None
    used = {one.sample for entry in entries for _, one in walk.observations(entry)}
    performer = Performer(SPECIALISED, FAR_BIOLOGIST, case.measured_at) if part.elsewhere else None
    return Section(
        entries=entries,
        samples=tuple(sample for sample in case.samples.values() if sample.key in used),
        comments=(*part.comments, *(note.say for note in part.notes if case.found.get(note.exam) == note.found)),
        validation=Validation(BIOLOGIST, case.validated_at),
        code=_chapter_code(part.sub) if part.sub else None,
        performer=performer,
    )


def _draw_ahead(case: Case, part: Part) -> None:
    """Draw what a result shown earlier in the section is calculated from."""
    draws = {test.exam: test.draw for test in part.tests} | {
        code: test.draws.get(code, "") for test in part.tests if test.panel for code in panels()[test.panel].exam_codes
    }
    needed = [code for wanted in draws for code in derived.AFTER.get(wanted, ()) if code in draws]
    for code in needed:
        if code not in case.numbers:
            exam = exams()[code]
            usual = rules.range_for(exam.ranges, case.patient.sex, case.age_days)
            case.numbers[code] = drawn(case, exam, draws[code], usual)


def _entries(case: Case, part: Part) -> tuple[Entry, ...]:
    found = (_battery(case, part, test) if test.panel or test.battery else observation(case, part, test)
             for test in part.tests)  # fmt: skip
    return tuple(entry for entry in found if entry is not None)


def _battery(case: Case, part: Part, test: Test) -> Battery | None:
    if test.chance < 1 and not case.draw.chance(test.chance):
        return None
    if test.battery:
        observations = _observed(case, part, test.tests)
        return Battery(test.battery, observations) if observations else None
    panel = panels()[test.panel]
    asked = tuple(Test(exam=code, draw=test.draws.get(code, "")) for code in panel.exam_codes)
    code = Coded(panel.loinc, oids.LOINC, panel.loinc_display) if panel.loinc else None
    observations = _observed(case, part, asked)
    return Battery(panel.label, observations, code) if observations else None


def _observed(case: Case, part: Part, tests: tuple[Test, ...]) -> tuple[Observation, ...]:
    found = (observation(case, part, test) for test in tests)
    return tuple(one for one in found if one is not None)
