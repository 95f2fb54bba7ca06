"""What makes a report impossible to write, found before or while writing it, with the place.

Whether a written document is *right* is judged by ``standards.conformance``; here stands only what has no
written form at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from eprouvette.standards.crbio.errors import ForbiddenCharacterError, IncoherentReportError
from eprouvette.standards.crbio.markup import Xml
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import (
    Chapter,
    Interval,
    Limit,
    Numeric,
    Observation,
    Ratio,
    ReferenceRange,
    Sample,
    Section,
    Value,
)

# XML 1.0, 2.2 Char: all that is not one of them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").search
_LONGEST = 30
"""Digits before or after the point beyond which a number is a mistake (and its text a flood)."""


def require_coherent(report: LabReport, *, body: bool = True) -> None:
    """Raises `IncoherentReportError` at the first contradiction.

    Without ``body`` (the PDF alone is written) there may be no chapter, when the act has a code of its own.
    """
    if not report.authors:
        raise IncoherentReportError("authors", "un compte rendu a au moins un auteur.")
    if not report.chapters and (body or report.service_event.code is None):
        raise IncoherentReportError("chapters", "un compte rendu a au moins un chapitre.")
    known = _sample_keys(report)
    for number, chapter in enumerate(report.chapters):
        _check_chapter(chapter, f"chapters[{number}]", known)


def _sample_keys(report: LabReport) -> set[str]:
    """The keys of all samples; one key may come back in several sections, for one same sample."""
    known: dict[str, Sample] = {}
    for number, chapter in enumerate(report.chapters):
        for rank, section in enumerate(chapter.sections):
            for sample in section.samples:
                if known.setdefault(sample.key, sample) != sample:
                    place = f"chapters[{number}].sections[{rank}].samples"
                    raise IncoherentReportError(place, "deux échantillons différents ont la même clé.")
    return set(known)


def _check_chapter(chapter: Chapter, place: str, known: set[str]) -> None:
    if not chapter.sections:
        raise IncoherentReportError(f"{place}.sections", "un chapitre a au moins une partie.")
    coded = [section.code is not None for section in chapter.sections]
    if not all(coded) and len(coded) > 1:
        raise IncoherentReportError(f"{place}.sections", "un chapitre a soit ses résultats, soit des sous-chapitres.")
    for number, section in enumerate(chapter.sections):
        _check_section(section, f"{place}.sections[{number}]", known)


def _check_section(section: Section, place: str, known: set[str]) -> None:
    if not section.entries:
        raise IncoherentReportError(f"{place}.entries", "une partie a au moins un résultat.")
    for number, entry in enumerate(section.entries):
        inner = f"{place}.entries[{number}]"
        for below, battery in walk.batteries(entry):
            if not battery.observations:
                raise IncoherentReportError(f"{inner}.{below}observations", "un bilan a au moins un résultat.")
        for below, observation in walk.observations(entry):
            _check_observation(observation, f"{inner}.{below}".rstrip("."), known)


def _check_observation(observation: Observation, place: str, known: set[str]) -> None:
    if (observation.value is None) != (observation.status == "aborted"):
        raise IncoherentReportError(place, "seul un examen non réalisé est sans valeur.")
    if observation.code.loinc is None and observation.code.local is None:
        raise IncoherentReportError(f"{place}.code", "un examen a un code LOINC ou un code local.")
    if observation.sample is not None and observation.sample not in known:
        raise IncoherentReportError(f"{place}.sample", "cet échantillon n'est pas dans le compte rendu.")
    if observation.value is not None:
        _check_numbers(observation.value, f"{place}.value")
    if observation.reference is not None:
        _check_numbers(observation.reference, f"{place}.reference")
    for number, prior in enumerate(observation.priors):
        _check_numbers(prior.value, f"{place}.priors[{number}].value")


def _check_numbers(holder: Value | ReferenceRange, place: str) -> None:
    for name, number in _numbers(holder):
        if not number.is_finite():
            raise IncoherentReportError(f"{place}.{name}", "ce n'est pas un nombre fini.")
        exponent = number.as_tuple().exponent
        if number.adjusted() > _LONGEST or (isinstance(exponent, int) and exponent < -_LONGEST):
            raise IncoherentReportError(f"{place}.{name}", "ce nombre est trop long.")


def _numbers(holder: Value | ReferenceRange) -> Iterator[tuple[str, Decimal]]:
    match holder:
        case Numeric() | Limit():
            yield "value", holder.value
        case Ratio():
            yield "numerator", holder.numerator
            yield "denominator", holder.denominator
        case Interval() | ReferenceRange():
            for name, number in (("low", holder.low), ("high", holder.high)):
                if number is not None:
                    yield name, number


def require_writable(content: Xml, report: LabReport) -> None:
    """Raises `ForbiddenCharacterError` when ``content``, written from ``report``, holds what XML forbids.

    The written text is searched at once; the place is looked for only when something is found.
    """
    found = _FORBIDDEN(content)
    if found is None:
        return
    for place, words in _texts("", report):
        if bad := _FORBIDDEN(words):
            raise ForbiddenCharacterError(place, ord(bad[0]))
    raise ForbiddenCharacterError("compte rendu", ord(found[0]))


def _texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text under ``value`` with its path."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _texts(f"{place}[{number}]", item)
    elif is_dataclass(value):
        for field in fields(value):
            inner = f"{place}.{field.name}" if place else field.name
            yield from _texts(inner, getattr(value, field.name))
