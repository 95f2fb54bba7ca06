"""From the report that left to the version that cancels it: a pure mapping, without database nor clock.

The cancelling version keeps what names the report (patient as sent, request, people, exams, specimens) and says no
result. Source: digest ``cr-bio.md`` 6.6 (an exam without value says why; replacement keeps the series).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.lab.validation.freeze import SOFTWARE
from eprouvette.standards.report.model import Document, LabReport, Revision, Signature
from eprouvette.standards.report.results import Battery, Chapter, Entry, Image, Isolate, Observation, Section, TestCode


def void(before: LabReport, *, document_id: str, signature: Signature, reason: str) -> LabReport:
    """The version that cancels ``before``, signed by who cancels it, for ``reason``; equal arguments, equal reports."""
    said = f"Compte rendu annulé : {reason}"
    document = before.document
    return replace(
        before,
        document=Document(
            id=document_id,
            set_id=document.set_id,
            version=document.version + 1,
            created_at=signature.at,
            status="aborted",
            confidentiality=document.confidentiality,
            replaces=document.id,
        ),
        authors=(signature.by, SOFTWARE),
        legal_authenticator=signature,
        order=replace(before.order, clinical_data=""),
        service_event=replace(before.service_event, ended_at=signature.at),
        chapters=tuple(_chapter(chapter, before, said) for chapter in before.chapters),
        validators=(),
        comments=(),
        revision=Revision((said,), signature.by, signature.at),
        second_intention=None,
        attachments=(),
        screening=None,
    )


def _chapter(chapter: Chapter, report: LabReport, said: str) -> Chapter:
    sections = tuple(_section(section, section.code or chapter.code, report, said) for section in chapter.sections)
    return replace(chapter, sections=sections)


def _section(section: Section, code: Coded, report: LabReport, said: str) -> Section:
    """A section without result; one that held only pictures or isolates is named by its own code."""
    entries = tuple(kept for entry in section.entries for kept in _entry(entry, said))
    return Section(
        entries=entries or (_named(code, report, said),),
        samples=section.samples,
        status="aborted",
        code=section.code,
    )


def _entry(entry: Entry, said: str) -> Iterator[Entry]:
    match entry:
        case Observation():
            yield _observation(entry, said)
        case Battery():
            yield Battery(
                entry.label, tuple(_observation(one, said) for one in entry.observations), entry.code, "aborted"
            )
        case Isolate() | Image():
            # What grew and what was seen are results.
            return


def _observation(observation: Observation, said: str) -> Observation:
    return Observation(
        code=observation.code,
        value=None,
        time=observation.time,
        status="aborted",
        comments=(said,),
        sample=observation.sample,
    )


def _named(code: Coded, report: LabReport, said: str) -> Observation:
    loinc = code if code.system == oids.LOINC else None
    named = TestCode(code.display, loinc=loinc, local=None if loinc else code)
    return Observation(named, None, report.service_event.performed_at, status="aborted", comments=(said,))
