"""What differs between two versions is said in sentences; what only dates a version is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from eprouvette.core.dates import PartialDate
from eprouvette.standards.report.changes import changes
from eprouvette.standards.report.model import Attachment, LabReport
from eprouvette.standards.report.results import Isolate, Numeric, Observation, ReferenceRange
from support.report_data import DR_COPIE, NURSE
from support.reports import routine_report
from support.rich_reports import urine_culture

BEFORE = routine_report()


def first(report: LabReport) -> Observation:
    found = report.chapters[0].sections[0].entries[0]
    assert isinstance(found, Observation)
    return found


def with_first(observation: Observation | None) -> LabReport:
    """The report with another first result, or without it."""
    chapter = BEFORE.chapters[0]
    section = chapter.sections[0]
    rest = section.entries[1:]
    entries = rest if observation is None else (observation, *rest)
    changed = replace(chapter, sections=(replace(section, entries=entries), *chapter.sections[1:]))
    return replace(BEFORE, chapters=(changed, *BEFORE.chapters[1:]))


def test_equal_reports_have_no_change_and_dates_are_none() -> None:
    later = timedelta(hours=3)
    document = replace(BEFORE.document, id="1.2.3", version=2, created_at=BEFORE.document.created_at + later)
    assert changes(BEFORE, BEFORE) == ()
    assert changes(BEFORE, replace(BEFORE, document=document)) == ()
    assert changes(BEFORE, with_first(replace(first(BEFORE), time=BEFORE.document.created_at + later))) == ()


def test_a_value_says_what_it_was() -> None:
    assert changes(BEFORE, with_first(replace(first(BEFORE), value=Numeric(Decimal("13.2"), "g/L")))) == (
        "Glucose : 13,2 g/L au lieu de 1,32 g/L.",
    )


def test_a_result_given_up_removed_or_added_is_said() -> None:
    gone = replace(first(BEFORE), value=None, status="aborted", comments=("Tube hémolysé.",))
    assert changes(BEFORE, with_first(gone)) == ("Glucose : non réalisé au lieu de 1,32 g/L.",)
    assert changes(BEFORE, with_first(None)) == ("Glucose : retiré (était 1,32 g/L).",)
    assert changes(with_first(None), BEFORE) == ("Glucose : ajouté (1,32 g/L).",)


def test_what_goes_with_a_result_is_said() -> None:
    changed = replace(
        first(BEFORE),
        interpretation="N",
        reference=ReferenceRange(Decimal(1), Decimal(2), "g/L"),
        method=None,
        comments=("Autre.",),
    )
    assert changes(BEFORE, with_first(changed)) == (
        "Glucose : interprétation corrigée.",
        "Glucose : valeurs de référence corrigées.",
        "Glucose : méthode corrigée.",
        "Glucose : commentaire modifié.",
    )


def test_identity_people_and_words_are_said_without_the_patient_s_data() -> None:
    after = replace(
        BEFORE,
        patient=replace(BEFORE.patient, birth_date=PartialDate("19790329"), used_family_name="AUTRE"),
        order=replace(BEFORE.order, prescriber=NURSE, clinical_data="Fièvre."),
        copies=(*BEFORE.copies, NURSE),
        comments=("Autre.",),
        attachments=(Attachment("Caryotype", b"%PDF-"),),
    )
    said = changes(replace(BEFORE, copies=(DR_COPIE,)), after)
    assert said == (
        "Identité du patient corrigée : nom utilisé, date de naissance.",
        "Prescripteur : M. Hervé CHEVRIER.",
        "Copie ajoutée : M. Hervé CHEVRIER.",
        "Commentaire général modifié.",
        "Renseignements cliniques modifiés.",
        "Document joint ajouté : Caryotype.",
    )


def test_the_same_exam_of_two_isolates_is_told_apart() -> None:
    before = urine_culture()
    section = before.chapters[0].sections[0]
    second = section.entries[3]
    assert isinstance(second, Isolate)
    counted = replace(second.observations[0], value=Numeric(Decimal(5000), "/mL"))
    entries = (*section.entries[:3], replace(second, observations=(counted,)))
    after = replace(before, chapters=(replace(before.chapters[0], sections=(replace(section, entries=entries),)),))
    assert changes(before, after) == ("Numération bactérienne : 5\u202f000 /mL au lieu de 1\u202f000 /mL.",)
