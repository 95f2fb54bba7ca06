"""A document of ours read back is the report that was written, but for what the format cannot carry, named here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.crbio.errors import IncoherentReportError, UnreadableCdaError
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report.model import Attachment, LabReport, Signature
from eprouvette.standards.report.people import Organization, Professional
from eprouvette.standards.report.results import (
    Interval,
    Limit,
    Numeric,
    Observation,
    Performer,
    Prior,
    Sample,
    Validation,
    Value,
)
from support.report_strategies import reports
from support.reports import forty_results, routine_report
from support.rich_reports import rich_reports

PDF = b"%PDF-1.4 any bytes"
_BESIDE = "Des mots à côté de ceux que l'entrée désigne ne sont pas repris."


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """``value`` with ``change`` applied to every dataclass in it, the innermost first."""
    if isinstance(value, tuple):
        return tuple(mapped(item, change) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    inside = {one.name: mapped(getattr(value, one.name), change) for one in fields(value) if one.init}
    return change(type(value)(**inside))


def carried(report: LabReport) -> LabReport:
    """What the format carries of ``report``."""
    keys: dict[str, str] = {}
    for chapter in report.chapters:
        for section in chapter.sections:
            for sample in section.samples:
                keys.setdefault(sample.key, f"T{len(keys) + 1}")

    def change(value: Any) -> Any:
        match value:
            case Organization():
                return replace(value, accreditation=())
            case Numeric() | Limit() | Interval():
                return replace(value, printed_unit="" if value.printed_unit == value.unit else value.printed_unit)
            case Performer(biologist=Professional() as who):
                return replace(value, biologist=replace(who, organization=None))
            case Validation():
                return replace(value, by=replace(value.by, specialty=None, organization=None))
            case Attachment():
                return replace(value, performer=None)
            case Sample():
                return replace(value, key=keys[value.key])
            case Observation():
                return _observation(value, keys)
        return value

    kept: LabReport = mapped(report, change)
    industry = report.laboratory.industry
    return replace(
        kept,
        custodian=replace(kept.custodian, telecoms=kept.custodian.telecoms[:1], industry=None),
        copies=tuple(_recipient(copy) for copy in kept.copies),
        legal_authenticator=replace(kept.legal_authenticator, by=_with(kept.legal_authenticator.by, industry)),
        service_event=replace(kept.service_event, director=_with(kept.service_event.director, industry)),
        encounter=replace(kept.encounter, responsible=report.encounter.responsible),
        revision=_revision(kept),
    )


def _observation(value: Observation, keys: dict[str, str]) -> Observation:
    reference = value.reference
    if reference is not None and (reference.low is not None or reference.high is not None):
        words = " ; ".join(part for part in (reference.text, reference.criteria) if part)
        unit = reference.unit or (value.value.unit if isinstance(value.value, Numeric | Limit | Interval) else None)
        reference = replace(reference, text=words, criteria="", unit=unit)
    priors = tuple(replace(prior, value=_prior_value(prior, value.value)) for prior in value.priors)
    sample = keys[value.sample] if value.sample else None
    return replace(value, reference=reference, sample=sample, priors=priors)


def _prior_value(prior: Prior, result: Value | None) -> Value:
    """A prior is shown under the unit of the result; in another one, only UCUM is known."""
    if not isinstance(prior.value, Numeric | Limit | Interval):
        return prior.value
    same = isinstance(result, Numeric | Limit | Interval) and result.unit == prior.value.unit
    shown = result.printed_unit if same and isinstance(result, Numeric | Limit | Interval) else ""
    return replace(prior.value, printed_unit=shown)


def _recipient(copy: Professional) -> Professional:
    laboratory = replace(copy.organization, industry=None) if copy.organization else None
    return replace(copy, specialty=None, organization=laboratory)


def _with(who: Professional, industry: Any) -> Professional:
    if who.organization is None:
        return who
    return replace(who, organization=replace(who.organization, industry=who.organization.industry or industry))


def _revision(report: LabReport) -> Any:
    signed: Signature = report.legal_authenticator
    return (
        replace(report.revision, by=_with(signed.by, report.laboratory.industry), at=signed.at)
        if report.revision
        else None
    )


ALL = {**rich_reports(), "routine": routine_report(), "forty": forty_results()}


@pytest.mark.parametrize("stylesheet", [False, True], ids=["plain", "self-presentable"])
@pytest.mark.parametrize("name", list(ALL))
def test_what_we_write_is_read_back(name: str, stylesheet: bool) -> None:
    found = read_report(write_n3(ALL[name], PDF, stylesheet=stylesheet))
    assert found.report == carried(ALL[name])
    assert found.pdf == PDF
    # Who made a joined document stands in its words alone: that is said, and nothing else.
    made = sum(1 for one in ALL[name].attachments if one.performer)
    assert [one.message for one in found.remarks] == [_BESIDE] * made


@settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(reports())
def test_generated_reports_are_read_back(report: LabReport) -> None:
    found = read_report(write_n3(report, PDF))
    assert found.report == carried(report)
    assert found.remarks == ()


def test_a_level_one_document_gives_its_header_and_its_pdf() -> None:
    report = routine_report()
    found = read_report(write_n1(report, PDF))
    assert (found.pdf, found.remarks) == (PDF, ())
    first, *others = (chapter.code for chapter in report.chapters)
    event = replace(carried(report).service_event, code=first, further_codes=tuple(others))
    assert found.report == replace(carried(report), chapters=(), comments=(), service_event=event)
    assert read_report(write_n1(found.report, PDF)).report == found.report


def test_a_report_without_chapter_is_written_at_level_one_only_and_says_what_its_act_was() -> None:
    bare = replace(routine_report(), chapters=())
    for write in (write_n1, write_n3):
        with pytest.raises(IncoherentReportError):
            write(bare, PDF)
    code = routine_report().chapters[0].code
    coded = replace(bare, service_event=replace(bare.service_event, code=code))
    assert read_report(write_n1(coded, PDF)).report.service_event.code == code
    with pytest.raises(IncoherentReportError):
        write_n3(coded, PDF)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("recordTarget", "recordTarget"),
        ("legalAuthenticator", "legalAuthenticator"),
        ("documentationOf", "documentationOf"),
        ("componentOf", "componentOf"),
        ("id", "identifiant"),
        ("effectiveTime", "création"),
        ("custodian", "conservateur"),
        ("inFulfillmentOf", "prescription"),
    ],
)
def test_a_document_without_what_no_report_can_be_without_is_refused_by_name(path: str, words: str) -> None:
    root = etree.fromstring(write_n3(rich_reports()["electrophoresis"], PDF))
    for one in root.findall(f"{{urn:hl7-org:v3}}{path}"):
        root.remove(one)
    with pytest.raises(UnreadableCdaError, match=words):
        read_report(etree.tostring(root))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument xmlns="urn:hl7-org:v3">&a;</ClinicalDocument>',
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
    ],
)
def test_other_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableCdaError) as refused:
        read_report(data)
    assert refused.value.message.endswith(".")


def test_five_thousand_results_are_read() -> None:
    report = forty_results()
    section = report.chapters[0].sections[0]
    many = replace(section, entries=(section.entries * 1000)[:5000])
    chapter = replace(report.chapters[0], sections=(many, *report.chapters[0].sections[1:]))
    data = write_n3(replace(report, chapters=(chapter,)), PDF)
    assert len(read_report(data).report.chapters[0].sections[0].entries) == 5000
