"""Reports with what a routine one has not: microbiology, pictures, other laboratories, joined PDF, corrections."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from PIL import Image as Picture
from PIL import ImageDraw

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.model import Attachment, LabReport, Note, Revision, SecondIntention
from eprouvette.standards.report.people import (
    Address,
    Addressee,
    Device,
    FurtherId,
    Informant,
    Organization,
    PersonName,
    Professional,
    Telecom,
)
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    CodedResult,
    Image,
    Isolate,
    Limit,
    Material,
    Method,
    NonHumanSubject,
    Numeric,
    Observation,
    Organism,
    Performer,
    Prior,
    ReferenceRange,
    Sample,
    Section,
    TestCode,
    Text,
    Validation,
    Value,
)
from support import report_data as data
from support.reports import routine_report

NOON = datetime(2026, 3, 12, 9, 40, tzinfo=PARIS)
SPECIALISED = Organization(
    id=Identifier(oids.STRUCTURE, "1750999999"),
    name="LABORATOIRE DE BIOLOGIE SPÉCIALISÉE",
    address=Address(lines=("1 rue du Labo",), postal_code="75013", city="PARIS"),
    telecoms=(Telecom("tel:0140000000", "WP"),),
    industry=Coded("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé"),
)
DR_LOIN = Professional(
    id=Identifier(oids.PROFESSIONAL, "810000000031"),
    name=PersonName(family="LOIN", given="Claire", prefix="MME", suffix="DR"),
    specialty=data.BIOLOGIST,
    address=SPECIALISED.address,
    telecoms=SPECIALISED.telecoms,
    organization=SPECIALISED,
)
ELSEWHERE = Performer(SPECIALISED, DR_LOIN, NOON)
URINE = Sample(
    "U1",
    Identifier(data.SAMPLE_ROOT, "26071-0127-04"),
    data.specimen_type("UR"),
    NOON - timedelta(hours=2),
    NOON - timedelta(hours=1),
    collector=data.NURSE,
)


@cache
def curve(mode: str = "RGB") -> bytes:
    """A curve of protein electrophoresis, as PNG."""
    picture = Picture.new(mode, (420, 160), (255, 255, 255, 0)[: len(mode)])
    peaks = ((60, 130, 9), (150, 18, 10), (205, 25, 12), (260, 30, 13), (340, 45, 30))
    heights = [sum(top * math.exp(-(((x - at) / width) ** 2)) for at, top, width in peaks) for x in range(420)]
    points = [(x, 150 - height) for x, height in enumerate(heights)]
    ImageDraw.Draw(picture).line(points, fill=(20, 60, 80, 255)[: len(mode)], width=2)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


@cache
def partner_pdf() -> bytes:
    """A PDF as a partner sends it."""
    return render_pdf(routine_report())


def _test(
    loinc: str, label: str, value: Value, *, interpretation: str | None = None, technique: str = ""
) -> Observation:
    method = Method(technique) if technique else None
    code = TestCode(label, loinc=Coded(loinc, oids.LOINC, label))
    return Observation(code, value, NOON, interpretation=interpretation, method=method, sample=URINE.key)


def _step(code: str, label: str, *observations: Observation) -> Battery:
    return Battery(label, observations, Coded(code, oids.OBSERVATION_METHOD, label))


def antibiogram() -> Battery:
    """Three antibiotics by MIC and one by diameter."""
    strip = "Antibiogramme - bandelette gradient"
    return Battery(
        "Antibiogramme",
        (
            _test(
                "20-8",
                "Amoxicilline + clavulanate, CMI",
                Limit(">=", Decimal("0.512"), "ug/mL", "mg/L"),
                interpretation="R",
                technique=strip,
            ),
            _test(
                "28-1", "Ampicilline, CMI", Numeric(Decimal(8), "ug/mL", "mg/L"), interpretation="I", technique=strip
            ),
            _test(
                "267-5",
                "Gentamicine, CMI",
                Limit("<", Decimal("0.032"), "ug/mL", "mg/L"),
                interpretation="S",
                technique=strip,
            ),
            _test("18906-8", "Ciprofloxacine, diamètre", Numeric(Decimal(31), "mm"), interpretation="S"),
        ),
        Coded("18769-0", oids.LOINC, "Antibiogramme"),
    )


def urine_culture() -> LabReport:
    """A urine culture: macroscopy, microscopy, an isolate with its count, its marks and its antibiogram."""
    isolate = Isolate(
        id=Identifier(data.SAMPLE_ROOT, "26071-0127-04-I1"),
        organism=Organism(
            "Escherichia coli",
            Coded("112283007", oids.SNOMED_CT, "Escherichia coli"),
            Coded("562", oids.NCBI_TAXONOMY, "Escherichia coli"),
        ),
        time=NOON,
        observations=(
            _test("51480-2", "Numération bactérienne", Numeric(Decimal(100000), "/mL")),
            _test("6984-9", "Bêta-lactamase à spectre étendu", CodedResult("Présence"), interpretation="POS"),
        ),
        batteries=(antibiogram(),),
        comments=("Souche productrice de BLSE : avis spécialisé conseillé.",),
    )
    unknown = Isolate(
        id=Identifier(data.SAMPLE_ROOT, "26071-0127-04-I2"),
        organism=Organism("Flore polymicrobienne"),
        time=NOON,
        observations=(_test("51480-2", "Numération bactérienne", Numeric(Decimal(1000), "/mL")),),
    )
    section = Section(
        entries=(
            _step("4", "Examen macroscopique", _test("5767-9", "Aspect", CodedResult("Trouble"))),
            _step(
                "107",
                "Microscopie",
                _test("30405-5", "Leucocytes", Numeric(Decimal(500), "/uL", "/µL"), interpretation="H"),
                _test("653-6", "Examen direct après coloration de Gram", Text("Nombreux bacilles à Gram négatif.")),
            ),
            isolate,
            unknown,
        ),
        samples=(URINE,),
        validation=Validation(data.DR_AUBIN, NOON),
    )
    chapter = Chapter(Coded("18725-2", oids.LOINC, "Microbiologie"), (section,))
    order = replace(routine_report().order, clinical_data="Fièvre, brûlures mictionnelles depuis 48 heures.")
    return replace(routine_report(), chapters=(chapter,), order=order)


def electrophoresis() -> LabReport:
    """Serum proteins with a curve, a calculated ratio, and an earlier result by another method."""
    fractions = (
        ("2862-1", "Albumine", "38.2"),
        ("2865-4", "Alpha-1-globulines", "2.4"),
        ("2871-2", "Bêta-globulines", "7.1"),
    )
    results = tuple(
        Observation(
            TestCode(label, loinc=Coded(code, oids.LOINC, label)),
            Numeric(Decimal(value), "g/L"),
            NOON,
            method=Method("Électrophorèse capillaire"),
            reference=ReferenceRange(Decimal(2), Decimal(45), "g/L"),
            priors=(
                Prior(Numeric(Decimal("36.0"), "g/L"), NOON - timedelta(days=400), method=Method("Gel d'agarose")),
            ),
        )
        for code, label, value in fractions
    )
    ratio = Observation(
        TestCode("Rapport albumine / globulines", loinc=Coded("1759-0", oids.LOINC, "Albumine/Globulines")),
        Numeric(Decimal("1.32")),
        NOON,
        derivation="albumine / (protéines totales - albumine)",
    )
    battery = Battery(
        "Électrophorèse des protéines sériques",
        (*results, ratio),
        Coded("24351-9", oids.LOINC, "Électrophorèse des protéines"),
        comments=("Profil sans anomalie.",),
        images=(Image("Tracé", "image/png", curve()),),
    )
    section = Section((battery, Image("Tracé agrandi", "image/png", curve("RGBA"))), ())
    chapter = Chapter(data.chapter_code("18719-5"), (section,))
    return replace(routine_report(), chapters=(chapter,))


def corrected() -> LabReport:
    """A second version that says what it changes, with results of a specialised laboratory, as data and as PDF."""
    report = routine_report()
    chapter = report.chapters[-1]
    far = Observation(
        TestCode(
            "Anticorps anti-récepteur NMDA", local=Coded("NMDA", data.LOCAL_CODES, "Anticorps anti-récepteur NMDA")
        ),
        CodedResult("Négatif"),
        NOON,
        interpretation="NEG",
        performer=ELSEWHERE,
    )
    whole = Section((far,), performer=replace(ELSEWHERE, biologist=None, at=None), code=None)
    panel = Battery("Bilan envoyé", (far,), performer=ELSEWHERE)
    document = replace(report.document, id=f"{report.document.set_id}.2", version=2, replaces=report.document.id)
    return replace(
        report,
        document=document,
        chapters=(
            *report.chapters[:-1],
            chapter,
            Chapter(Coded("82314-6", oids.LOINC, "Analyses spécialisées"), (whole,)),
            Chapter(Coded("18727-8", oids.LOINC, "Auto-immunité"), (Section((panel,)),)),
        ),
        revision=Revision(("Glucose : 1,32 g/L au lieu de 13,2 g/L (erreur de saisie).",), data.DR_AUBIN, NOON),
        second_intention=SecondIntention(NOON - timedelta(days=3), NOON),
        attachments=(
            Attachment("Caryotype constitutionnel", partner_pdf(), ELSEWHERE),
            Attachment("Annexe", partner_pdf()),
        ),
    )


TICK = NonHumanSubject("Tique", place=Address(lines=("Forêt de Chaux",), postal_code="39380", city="LA VIEILLE-LOYE"))
WATER = NonHumanSubject(
    "Eau du réseau", Coded("11713004", oids.SNOMED_CT, "eau"), Address(lines=("Robinet de la chambre 12",))
)


def beyond_the_patient() -> LabReport:
    """What was not taken from the patient: a tick that was brought, the water of a tap; and one sample that was."""
    samples = tuple(
        Sample(f"T{rank}", Identifier(data.SAMPLE_ROOT, f"26071-0127-1{rank}"), kind, NOON, NOON, subject=subject)
        for rank, (kind, subject) in enumerate(
            (
                (Coded("OTH", oids.SPECIMEN_TYPE, "Autre"), TICK),
                (Coded("WAT", oids.SPECIMEN_TYPE, "Eau"), WATER),
                (Coded("SER", oids.SPECIMEN_TYPE, "Sérum"), None),
            ),
            1,
        )
    )
    results = tuple(
        Observation(
            TestCode(label, local=Coded(code, data.LOCAL_CODES, label)), CodedResult("Négatif"), NOON, sample=key
        )
        for key, code, label in (
            ("T1", "BORR", "Borrelia, recherche d'ADN"),
            ("T2", "LEGI", "Legionella, recherche d'ADN"),
            ("T3", "LYME", "Anticorps anti-Borrelia"),
        )
    )
    section = Section(results, samples, validation=Validation(data.DR_AUBIN, NOON))
    return routine_report(chapters=(Chapter(Coded("18725-2", oids.LOINC, "Microbiologie"), (section,)),))


def told() -> LabReport:
    """A report as other software writes it: who informed and receives, titles, words, further codes and numbers."""
    report = routine_report()
    centre = Organization(
        id=data.LABORATORY.id,
        name=data.LABORATORY.name,
        address=data.LABORATORY.address,
        telecoms=data.LABORATORY.telecoms,
        industry=data.LABORATORY.industry,
        part_of=Coded("80", "1.2.250.1.213.1.6.1.44", "Société Interprofessionnelle Soins Ambulatoires (S.I.S.A.)"),
        further_ids=(FurtherId(Identifier("1.2.250.1.213.6.3.2", "125896317"), "EFI"),),
    )
    machine = Device(
        "ACME",
        "Automate 3",
        id=Identifier(oids.STRUCTURE, "1390999999"),
        type=Coded("DISPOSITIF", "1.2.250.1.213.1.1.4.6", "Dispositif médical"),
        address=Address(postal_code="39100", city="DOLE"),
        telecoms=(Telecom("tel:0384000001", "WP"),),
    )
    return replace(
        report,
        patient=replace(report.patient, address=Address(("2 place du Marché",), "39100", "DOLE", use="HP")),
        authors=(data.DR_AUBIN, machine),
        authored_at=(NOON, NOON + timedelta(minutes=4)),
        order=replace(report.order, further_ids=(Identifier(data.ORDER_ROOT, "ORD-SUITE"),)),
        service_event=replace(
            report.service_event,
            director=replace(data.DR_AUBIN, organization=centre),
            further_codes=(Coded("18727-8", oids.LOINC, "Sérologie"),),
        ),
        encounter=replace(report.encounter, responsible=replace(data.DR_AUBIN, organization=centre)),
        chapters=(_told_chapter(),),
        attachments=(Attachment("Cytologie (PDF)", partner_pdf(), type=_CYTOLOGY, text="Examen cytologique"),),
        informants=(
            Informant(
                PersonName("NESSI", "Sophie"),
                "ECON",
                Coded("SIS", "2.16.840.1.113883.5.111", "Soeur"),
                telecoms=(Telecom("tel:0600000002", "MC"),),
            ),
            data.NURSE,
        ),
        addressees=(Addressee("Collecteur national", telecoms=(Telecom("mailto:collecteur@example.mssante.fr"),)),),
        notes=(Note("Non conformité", ("Tube hémolysé.", "Résultat rendu sous réserve.")),),
    )


_CYTOLOGY = Coded("26438-2", oids.LOINC, "Cytologie")


def _told_chapter() -> Chapter:
    """One chapter under other titles, with a result that says all that a result may say."""
    sample = replace(
        URINE,
        act=Coded("5201", "1.2.250.1.213.2.7", "EX MICROBIO URINES (ECBU)"),
        act_text="Recueil au milieu du jet",
        type_text="urine du matin",
    )
    glucose = Coded("53049-3", oids.LOINC, "Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique")
    usual = ReferenceRange(Decimal("0.74"), Decimal("1.06"), "g/L")
    result = Observation(
        TestCode("Glycémie", glucose, Coded("GLY", data.LOCAL_CODES, "Glycémie"), (_FURTHER,)),
        Numeric(Decimal("0.88"), "g/L"),
        NOON,
        reference=ReferenceRange(Decimal("0.70"), Decimal("1.10"), "g/L"),
        priors=(Prior(Numeric(Decimal("0.91"), "g/L"), NOON - timedelta(days=90), "N", reference=usual),),
        sample=URINE.key,
        materials=(Material(_KIT, text="Trousse de glucose"), Material(replace(_KIT, code="GEN-2"), "consumable")),
    )
    untimed = replace(_test("20570-8", "Hématocrite", Numeric(Decimal(42), "%")), time=None)
    section = Section(
        (result, untimed),
        (sample,),
        code=data.chapter_code("18719-5"),
        title="GLYCÉMIE",
        act_codes=(data.chapter_code("18719-5"), Coded("BILAN", data.LOCAL_CODES, "Bilan du matin")),
        words=("Motif de l'examen : bilan préopératoire.", "Facteur de risque · Objectif\nAucun · < 1,60 g/L"),
    )
    return Chapter(data.chapter_code("18719-5"), (section,), title="BIOCHIMIE DU SANG")


_FURTHER = Coded("GLU-OLD", f"{data.LOCAL_CODES}.1", "Glucose (ancien code)")
_KIT = Coded("GEN-1", "1.2.250.1.213.1.1.4.322", "Trousse de dosage du glucose")


def rich_reports() -> dict[str, LabReport]:
    """Every report of this module by name."""
    return {
        "urine culture": urine_culture(),
        "electrophoresis": electrophoresis(),
        "corrected": corrected(),
        "beyond the patient": beyond_the_patient(),
        "told": told(),
    }
