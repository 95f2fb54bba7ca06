"""What differs between two versions is said in sentences; what only dates a version is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.core.dates import PartialDate
from eprouvette.standards.report.changes import changes
from eprouvette.standards.report.model import Attachment, LabReport, Screening
from eprouvette.standards.report.results import (
    CodedResult,
    Image,
    Isolate,
    Material,
    Numeric,
    Observation,
    Organism,
    ReferenceRange,
    TestCode,
)
from support.report_data import DR_COPIE, NURSE
from support.reports import routine_report
from support.rich_reports import electrophoresis, urine_culture

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


def test_what_is_said_of_a_sample_is_told_once_though_two_sections_hold_it() -> None:
    sample = BEFORE.chapters[0].sections[0].samples[0]
    moved = replace(
        sample, site=Coded("11713004", oids.SNOMED_CT, "eau"), collected_at=sample.collected_at.replace(hour=1)
    )
    after = replace(
        BEFORE,
        chapters=tuple(
            replace(
                chapter,
                sections=tuple(
                    replace(section, samples=tuple(moved if one == sample else one for one in section.samples))
                    for section in chapter.sections
                ),
            )
            for chapter in BEFORE.chapters
        ),
    )
    assert changes(BEFORE, after) == (f"Prélèvement {sample.id.extension} corrigé : site, heure du prélèvement.",)


def test_a_calculation_a_kit_a_screening_and_a_confidentiality_are_said() -> None:
    kit = Material(Coded("KIT", oids.TECHNIQUE, "Trousse"))
    context = Coded("MED-1210", oids.MEDICAL_TERMS, "Test HPV-HR de dépistage primaire")
    after = with_first(replace(first(BEFORE), derivation="A - B", materials=(kit,)))
    after = replace(
        after,
        document=replace(after.document, confidentiality="R"),
        screening=Screening(context, Coded("B97.7", oids.CIM_10, "Papillovirus")),
    )
    assert changes(BEFORE, after) == (
        "Glucose : mode de calcul corrigé.",
        "Glucose : trousse ou milieu corrigés.",
        "Contexte du dépistage ou vaccinations modifiés.",
        "Confidentialité : restreinte.",
    )


CULTURE = urine_culture()


def isolates() -> tuple[Isolate, Isolate]:
    first, second = CULTURE.chapters[0].sections[0].entries[2:4]
    assert isinstance(first, Isolate)
    assert isinstance(second, Isolate)
    return first, second


def with_isolates(*kept: Isolate) -> LabReport:
    """The urine culture with these isolates."""
    chapter = CULTURE.chapters[0]
    section = chapter.sections[0]
    changed = replace(section, entries=(*section.entries[:2], *kept))
    return replace(CULTURE, chapters=(replace(chapter, sections=(changed,)),))


def test_the_same_exam_of_two_isolates_is_told_apart() -> None:
    coli, flora = isolates()
    counted = replace(flora.observations[0], value=Numeric(Decimal(5000), "/mL"))
    assert changes(CULTURE, with_isolates(coli, replace(flora, observations=(counted,)))) == (
        "Flore polymicrobienne, Numération bactérienne : 5\u202f000 /mL au lieu de 1\u202f000 /mL.",
    )


def test_another_organism_is_said_once_and_not_antibiotic_by_antibiotic() -> None:
    coli, flora = isolates()
    named = replace(
        coli, organism=Organism("Klebsiella pneumoniae", Coded("56415008", oids.SNOMED_CT, "K. pneumoniae"))
    )
    assert changes(CULTURE, with_isolates(named, flora)) == (
        "Isolat : Klebsiella pneumoniae au lieu de Escherichia coli.",
    )
    uncoded = replace(coli, organism=Organism("Escherichia coli"), comments=())
    assert changes(CULTURE, with_isolates(uncoded, flora)) == (
        "Escherichia coli : code du micro-organisme corrigé.",
        "Escherichia coli : commentaire modifié.",
    )


def test_an_isolate_that_comes_or_goes_is_said_once() -> None:
    _, flora = isolates()
    assert changes(CULTURE, with_isolates(flora)) == ("Isolat retiré : Escherichia coli.",)
    assert changes(with_isolates(flora), CULTURE) == ("Isolat ajouté : Escherichia coli.",)
    assert changes(with_isolates(flora), CULTURE, added=False) == ()


def test_a_category_or_a_mic_of_an_antibiotic_is_said_with_both() -> None:
    coli, flora = isolates()
    first, second, *rest = coli.batteries[0].observations
    for changed, sentence in (
        (
            replace(second, interpretation="R"),
            "Escherichia coli, Ampicilline, CMI : R au lieu de I.",
        ),
        (
            replace(second, interpretation=None),
            "Escherichia coli, Ampicilline, CMI : sans catégorie au lieu de I.",
        ),
        (
            replace(second, value=Numeric(Decimal(16), "ug/mL", "mg/L"), interpretation="R"),
            "Escherichia coli, Ampicilline, CMI : 16 mg/L, R au lieu de 8 mg/L, I.",
        ),
    ):
        battery = replace(coli.batteries[0], observations=(first, changed, *rest))
        assert changes(CULTURE, with_isolates(replace(coli, batteries=(battery,)), flora)) == (sentence,)
    gone = replace(coli.batteries[0], observations=(first, *rest))
    assert changes(CULTURE, with_isolates(replace(coli, batteries=(gone,)), flora)) == (
        "Escherichia coli, Ampicilline, CMI : retiré (était 8 mg/L, I).",
    )


def test_an_identification_that_stood_alone_is_not_said_to_be_withdrawn() -> None:
    coli, flora = isolates()
    word = CodedResult("Escherichia coli")
    code = TestCode("Identification", loinc=Coded("6463-4", oids.LOINC, "Identification"))
    alone = replace(coli, observations=(replace(coli.observations[0], code=code, value=word),), batteries=())
    assert changes(with_isolates(alone, flora), CULTURE, added=False) == ()


def test_pictures_that_come_go_or_change_their_name_are_said() -> None:
    report = electrophoresis()
    chapter = report.chapters[0]
    battery, image = chapter.sections[0].entries
    assert isinstance(image, Image)

    def carrying(*images: Image) -> LabReport:
        section = replace(chapter.sections[0], entries=(battery, *images))
        return replace(report, chapters=(replace(chapter, sections=(section,)),))

    assert changes(report, carrying()) == ("Image retirée : Tracé agrandi.",)
    assert changes(carrying(), report) == ("Image ajoutée : Tracé agrandi.",)
    assert changes(report, carrying(replace(image, label="Tracé"))) == ("Image : Tracé au lieu de Tracé agrandi.",)
