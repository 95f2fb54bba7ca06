"""Decisions on a subcontractor's report: is it this patient's, which results answer which requests.

Source: RNIV (strict traits), REQ-INS-26; ISO 15189:2022 6.8 (examinations by referral laboratories).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from eprouvette.lab.directory.rules import search_key
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Patient
from eprouvette.standards.report.results import (
    CodedResult,
    Interval,
    Limit,
    Numeric,
    Observation,
    Ratio,
    Text,
    Value,
)

_NAMES: Final = (("birth_family_name", "nom de naissance"), ("first_given_name", "premier prénom"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exam of the dossier that still waits: local code, LOINC (empty when none), words."""

    code: str
    loinc: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A result of the partner that answers a request."""

    wanted: Wanted
    observation: Observation


def differences(theirs: Patient, ours: Patient) -> tuple[str, ...]:
    """The strict traits that tell two persons apart, by name and never by value; empty for the same person.

    Names are compared without accents nor punctuation; an INS counts only when both have one.
    """
    return tuple(_differences(theirs, ours))


def _differences(theirs: Patient, ours: Patient) -> Iterator[str]:
    if theirs.ins is not None and ours.ins is not None and theirs.ins.value != ours.ins.value:
        yield "matricule INS"
    for name, words in _NAMES:
        if search_key(getattr(theirs, name)) != search_key(getattr(ours, name)):
            yield words
    if theirs.birth_date != ours.birth_date:
        yield "date de naissance"
    if "UN" not in {theirs.sex, ours.sex} and theirs.sex != ours.sex:
        yield "sexe"


def answers(report: LabReport, wanted: Sequence[Wanted]) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """The results that answer a request, by LOINC then by words, and the names of those that answer none."""
    by_loinc = {one.loinc: one for one in wanted if one.loinc}
    by_words = {search_key(one.label): one for one in wanted}
    found: list[Answer] = []
    others: list[str] = []
    for observation in _observations(report):
        loinc = observation.code.loinc.code if observation.code.loinc else ""
        request = by_loinc.get(loinc) or by_words.get(search_key(observation.code.label))
        if request is None or any(answer.wanted == request for answer in found):
            others.append(observation.code.label)
        else:
            found.append(Answer(request, observation))
    return tuple(found), tuple(others)


def _observations(report: LabReport) -> Iterator[Observation]:
    for chapter in report.chapters:
        for section in chapter.sections:
            for entry in section.entries:
                for _, observation in walk.observations(entry):
                    yield observation


def spelled(value: Value) -> tuple[str, str]:
    """A value as a message would carry it, and its UCUM unit: ``("<0.01", "ug/L")``."""
    match value:
        case Numeric():
            return f"{value.value:f}", value.unit or ""
        case Limit():
            return f"{value.comparator}{value.value:f}", value.unit or ""
        case Interval():
            return f"{value.low:f} - {value.high:f}", value.unit or ""
        case Ratio():
            return f"{value.numerator:f}/{value.denominator:f}", ""
        case CodedResult() | Text():
            return value.text, ""
