"""From a dossier's facts to its `LabReport`: a pure mapping, without database nor clock.

Source of the order of chapters and of the shape of a chapter: CR-BIO 2024.01 (digest ``cr-bio.md`` 6.1).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.lab.validation.microbiology import GrownIsolate, isolate_of
from eprouvette.standards.report.model import (
    Attachment,
    Confidentiality,
    Document,
    Encounter,
    EncounterType,
    LabReport,
    Order,
    Sampler,
    Screening,
    SecondIntention,
    ServiceEvent,
    Signature,
)
from eprouvette.standards.report.people import Device, Organization, Patient, Professional
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    Entry,
    Image,
    Isolate,
    Material,
    Method,
    Observation,
    Performer,
    Prior,
    ReferenceRange,
    Sample,
    Section,
    TestCode,
    Validation,
    Value,
)

SOFTWARE = Device(manufacturer="Éprouvette", software="Éprouvette SGL")


@dataclass(frozen=True, slots=True)
class Result:
    """A validated or abandoned result, with the catalogue's words of its day."""

    code: TestCode
    chapter: Coded
    subchapter: Coded | None
    panel: tuple[str, Coded | None] | None
    value: Value | None
    time: datetime
    interpretation: str
    method: Method | None
    reference: ReferenceRange | None
    priors: tuple[Prior, ...]
    comment: str
    sample: str
    validated: Signature | None
    performer: Performer | None = None
    derivation: str = ""
    materials: tuple[Material, ...] = ()
    isolates: tuple[GrownIsolate, ...] = ()
    pictures: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """Where a result is still to come: chapter and sub-chapter codes (the chapter's own without one), panel."""

    chapter: str
    section: str
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report says, gathered; ``signer`` releases it at ``released_at``.

    With results ``pending`` the report is partial: it says what is validated, and where more will come.
    """

    document_id: str
    set_id: str
    patient: Patient
    laboratory: Organization
    director: Professional
    signer: Professional
    facility_type: Coded
    dossier: Identifier
    order: Identifier
    prescriber: Professional
    prescribed_at: datetime | None
    sampler: Professional | None
    sampled_at: datetime
    received_at: datetime
    attending: Professional | None
    copies: tuple[Professional, ...]
    encounter_type: EncounterType
    comment: str
    samples: tuple[Sample, ...]
    results: tuple[Result, ...]
    released_at: datetime
    clinical_data: str = ""
    pending: tuple[Pending, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    second_intention: SecondIntention | None = None
    version: int = 1
    replaces: str | None = None
    confidentiality: Confidentiality = "N"
    screening: Screening | None = None


def freeze(facts: Facts) -> LabReport:
    """The report of these facts; equal facts give equal reports."""
    signature = Signature(facts.signer, facts.released_at)
    done = [result.time for result in facts.results]
    return LabReport(
        document=Document(
            id=facts.document_id,
            set_id=facts.set_id,
            version=facts.version,
            created_at=facts.released_at,
            status="active" if facts.pending else "completed",
            confidentiality=facts.confidentiality,
            replaces=facts.replaces,
        ),
        patient=facts.patient,
        authors=(facts.signer, SOFTWARE),
        custodian=facts.laboratory,
        legal_authenticator=signature,
        order=Order(facts.order, facts.prescriber, facts.prescribed_at, facts.clinical_data),
        service_event=ServiceEvent(
            id=facts.dossier,
            started_at=facts.received_at,
            performed_at=max(done),
            director=facts.director,
            ended_at=facts.released_at,
        ),
        encounter=Encounter(
            type=facts.encounter_type,
            started_at=facts.sampled_at,
            responsible=facts.director,
            facility_type=facts.facility_type,
            ended_at=facts.received_at,
        ),
        chapters=_chapters(facts),
        validators=_validators(facts.results),
        sampler=Sampler(facts.sampler, facts.sampled_at) if facts.sampler else None,
        attending=facts.attending,
        copies=facts.copies,
        comments=(facts.comment,) if facts.comment else (),
        attachments=facts.attachments,
        second_intention=facts.second_intention,
        screening=facts.screening,
    )


def _validators(results: Iterable[Result]) -> tuple[Signature, ...]:
    """Each biologist once, at the time of his or her last validation."""
    last: dict[str, Signature] = {}
    for result in results:
        signature = result.validated
        if signature is None:
            continue
        known = last.get(signature.by.id.extension)
        if known is None or known.at < signature.at:
            last[signature.by.id.extension] = signature
    return tuple(last.values())


def _chapters(facts: Facts) -> tuple[Chapter, ...]:
    grouped: dict[str, list[Result]] = {}
    for result in facts.results:
        grouped.setdefault(result.chapter.code, []).append(result)
    return tuple(_chapter(results, facts) for results in grouped.values())


def _chapter(results: Sequence[Result], facts: Facts) -> Chapter:
    """A chapter holds either its results, or sub-chapters only: one coded result makes all sections coded."""
    chapter = results[0].chapter
    if all(result.subchapter is None for result in results):
        return Chapter(chapter, (_section(results, facts, None),))
    grouped: dict[str, list[Result]] = {}
    codes: dict[str, Coded] = {}
    for result in results:
        code = result.subchapter or chapter
        codes[code.code] = code
        grouped.setdefault(code.code, []).append(result)
    return Chapter(chapter, tuple(_section(found, facts, codes[code]) for code, found in grouped.items()))


def _section(results: Sequence[Result], facts: Facts, code: Coded | None) -> Section:
    chapter = results[0].chapter.code
    awaited = [one for one in facts.pending if one.chapter == chapter and (code is None or one.section == code.code)]
    used = {result.sample for result in results}
    signed = [result.validated for result in results if result.validated]
    last = max(signed, key=lambda signature: signature.at) if signed else None
    return Section(
        entries=_entries(results, {one.panel for one in awaited}),
        samples=tuple(sample for sample in facts.samples if sample.key in used),
        status="active" if awaited else "completed" if signed else "aborted",
        validation=Validation(last.by, last.at) if last else None,
        code=code,
    )


def _entries(results: Sequence[Result], awaited: Container[str]) -> tuple[Entry, ...]:
    """Single results and batteries, each battery where its first result stands; more will come in ``awaited`` ones.

    What a culture grew stands right after it or after its battery; a picture is in the battery, or after its result.
    """
    panels: dict[str, list[Result]] = {}
    for result in results:
        if result.panel is not None:
            panels.setdefault(result.panel[0], []).append(result)
    entries: list[Entry] = []
    for result in results:
        if result.panel is None:
            entries += [_observation(result), *result.pictures, *_grown(result)]
        elif (held := panels.pop(result.panel[0], None)) is not None:
            label, code = result.panel
            entries.append(_battery(label, code, held, awaited=label in awaited))
            entries += [isolate for one in held for isolate in _grown(one)]
    return tuple(entries)


def _grown(result: Result) -> tuple[Isolate, ...]:
    return tuple(isolate_of(grown, result.performer) for grown in result.isolates)


def _battery(label: str, code: Coded | None, results: Sequence[Result], *, awaited: bool) -> Battery:
    abandoned = all(result.value is None for result in results)
    return Battery(
        label,
        tuple(_observation(result) for result in results),
        code,
        "active" if awaited else "aborted" if abandoned else "completed",
        images=tuple(picture for result in results for picture in result.pictures),
    )


def _observation(result: Result) -> Observation:
    return Observation(
        code=result.code,
        value=result.value,
        time=result.time,
        status="completed" if result.value is not None else "aborted",
        interpretation=result.interpretation or None,
        method=result.method if result.value is not None else None,
        reference=result.reference if result.value is not None else None,
        priors=result.priors,
        comments=(result.comment,) if result.comment else (),
        sample=result.sample,
        performer=result.performer,
        derivation=result.derivation if result.value is not None else "",
        materials=result.materials if result.value is not None else (),
    )


def local_code(code: str, label: str, loinc: Coded | None, system: str) -> TestCode:
    """What was measured: LOINC when the exam is transcoded, and always the laboratory's own code."""
    return TestCode(label=label, loinc=loinc, local=Coded(code, system, label))


def loinc_code(code: str, display: str) -> Coded | None:
    """A LOINC triple, or None for an exam that is not transcoded."""
    return Coded(code, oids.LOINC, display) if code else None
