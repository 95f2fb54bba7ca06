"""How some reports end: joined documents, a part made elsewhere, silence asked by a minor, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.sandbox.corpus.people import BIOLOGIST, FAR_BIOLOGIST, LOCAL, SPECIALISED
from eprouvette.sandbox.corpus.results import Case
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.changes import changes
from eprouvette.standards.report.model import (
    Attachment,
    LabReport,
    Revision,
    Screening,
    SecondIntention,
    Signature,
    Vaccination,
)
from eprouvette.standards.report.results import (
    Chapter,
    Material,
    Numeric,
    Observation,
    Performer,
    Section,
    TestCode,
    Text,
    Validation,
)

_CONTEXT: Final = Coded(
    "MED-1210", oids.MEDICAL_TERMS, "Test HPV-HR de dépistage primaire réalisé sur prélèvement cervico-utérin"
)
_SOUGHT: Final = Coded("B97.7", oids.CIM_10, "Papillovirus, cause de maladies classées dans d'autres chapitres")
_MATERIALS: Final = (
    Material(Coded("VHEDA1GUR01LX", oids.TECHNIQUE, "ABBOTT - Alinity m HR HPV AMP Kit (09N15-090)")),
    Material(Coded("GEN-303", oids.MEDICAL_TERMS, "Hologic ThinPrep PreservCyt"), "consumable"),
)
Ending = Callable[[LabReport, Case], LabReport]


def _far(case: Case) -> Performer:
    return Performer(SPECIALISED, FAR_BIOLOGIST, case.measured_at)


def _partner_report(report: LabReport, case: Case, chapter: Coded, label: str, words: str) -> LabReport:
    """The report that the specialised laboratory made of its own, for the PDF that it sends."""
    result = Observation(
        TestCode(label, local=Coded("ENVOI", LOCAL, label)), Text(words), case.measured_at, sample="E1"
    )
    sample = replace(next(iter(case.samples.values())), key="E1")
    section = Section((result,), (sample,), validation=Validation(FAR_BIOLOGIST, case.validated_at))
    return replace(
        report,
        authors=(FAR_BIOLOGIST,),
        custodian=SPECIALISED,
        legal_authenticator=Signature(FAR_BIOLOGIST, case.validated_at),
        validators=(Signature(FAR_BIOLOGIST, case.validated_at),),
        service_event=replace(report.service_event, director=FAR_BIOLOGIST),
        encounter=replace(report.encounter, responsible=FAR_BIOLOGIST),
        chapters=(Chapter(chapter, (section,)),),
        comments=(),
        attachments=(),
        second_intention=None,
        copies=(BIOLOGIST,),
        attending=None,
        sampler=None,
    )


def _joined(report: LabReport, case: Case, title: str, chapter: Coded, label: str, words: str) -> Attachment:
    return Attachment(title, render_pdf(_partner_report(report, case, chapter, label, words)), _far(case))


def genetics(report: LabReport, case: Case) -> LabReport:
    """The report of the genetics laboratory joined as its PDF."""
    chapter = Coded("26435-8", oids.LOINC, "Génétique humaine")
    words = (
        "Technique : amplification puis séquençage Sanger des exons 2 et 4 du gène HFE (NM_000410).\n"
        "Le compte rendu de génétique est rendu au prescripteur, qui l'annonce au patient en consultation."
    )
    joined = _joined(report, case, "Génétique : gène HFE", chapter, "Gène HFE, séquençage", words)
    return replace(report, second_intention=_second(case), attachments=(joined,))


def second_intention(report: LabReport, case: Case) -> LabReport:
    """Results of the specialised laboratory as data, and its own report joined."""
    chapter = Coded("18727-8", oids.LOINC, "Auto-immunité")
    joined = _joined(report, case, "Auto-immunité spécialisée", chapter, "Anticorps onconeuronaux",
                     "Recherche négative : anti-Hu, anti-Yo, anti-Ri, anti-CV2, anti-amphiphysine.")  # fmt: skip
    return replace(report, second_intention=_second(case), attachments=(joined,))


def screening(report: LabReport, case: Case) -> LabReport:
    """Why the test was made, with what, the vaccination; the cytology joined when the virus was found."""
    vaccine = Coded("J07BM", oids.ATC, "vaccins contre le Papillomavirus")
    given = case.draw.chance(0.3)
    shot = Vaccination(vaccine, "not_given")
    if given:
        shot = Vaccination(vaccine, "given", case.sampled_at - timedelta(days=4015), "2")
    report = replace(report, screening=Screening(_CONTEXT, _SOUGHT, (shot,)), chapters=_equipped(report.chapters))
    if case.found.get("HPV") != "POS":
        return report
    chapter = Coded("26438-2", oids.LOINC, "Cytologie")
    words = case.draw.pick(
        [
            "Négatif pour une lésion intra-épithéliale ou maligne.",
            "Cellules malpighiennes atypiques de signification indéterminée (ASC-US).",
            "Lésion malpighienne intra-épithéliale de bas grade (LSIL).",
        ]
    )
    joined = _joined(report, case, "Examen cytologique du col de l'utérus", chapter, "Examen cytologique", words)
    return replace(report, second_intention=_second(case), attachments=(joined,))


def _equipped(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """The chapters with the kit and the medium of each result."""
    return tuple(
        replace(
            chapter,
            sections=tuple(
                replace(
                    section,
                    entries=tuple(
                        replace(entry, materials=_MATERIALS) if isinstance(entry, Observation) else entry
                        for entry in section.entries
                    ),
                )
                for section in chapter.sections
            ),
        )
        for chapter in chapters
    )


def _second(case: Case) -> SecondIntention:
    return SecondIntention(case.received_at, case.measured_at + timedelta(minutes=10))


def confidential(report: LabReport, case: Case) -> LabReport:
    """Care that a minor asked to keep from the legal representatives."""
    del case
    return replace(report, document=replace(report.document, confidentiality="R"), attending=None, copies=())


def corrected(report: LabReport, case: Case) -> LabReport:
    """The second version of a report whose first carried a slip of ten in one result."""
    before = replace(report, chapters=_slipped(report.chapters))
    document = replace(
        report.document,
        id=f"{report.document.set_id}.2",
        version=2,
        replaces=report.document.id,
        created_at=report.document.created_at + timedelta(hours=5),
    )
    said = tuple(f"{change} Erreur de saisie." for change in changes(before, report))
    moment = case.validated_at + timedelta(hours=5)
    return replace(
        report,
        document=document,
        legal_authenticator=Signature(BIOLOGIST, moment),
        revision=Revision(said, BIOLOGIST, moment),
    )


def _slipped(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """The chapters with the first number of the first section ten times too high."""
    first, *others = chapters
    section = first.sections[0]
    entries = list(section.entries)
    for rank, entry in enumerate(entries):
        if isinstance(entry, Observation) and isinstance(entry.value, Numeric):
            wrong = replace(entry.value, value=entry.value.value * Decimal(10))
            entries[rank] = replace(entry, value=wrong)
            break
    slipped = replace(section, entries=tuple(entries))
    return (replace(first, sections=(slipped, *first.sections[1:])), *others)


ENDINGS: Final[Mapping[str, Ending]] = {
    "confidential": confidential,
    "corrected": corrected,
    "genetics": genetics,
    "screening": screening,
    "second_intention": second_intention,
}
