"""The reports of the tests: one routine report, one of forty results, and a strategy for any other.

`routine_report` is what a laboratory releases a hundred times a day; its fields may be replaced one by one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.standards.report.model import (
    Document,
    Encounter,
    LabReport,
    Order,
    Sampler,
    ServiceEvent,
    Signature,
)
from eprouvette.standards.report.people import Device, Organization, Patient, Professional
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    CodedResult,
    Interval,
    Limit,
    Method,
    Numeric,
    Observation,
    Prior,
    Ratio,
    ReferenceRange,
    Sample,
    Section,
    TestCode,
    Text,
    Validation,
)
from support.report_data import (
    BIOCHEMISTRY,
    BLOOD_COUNT,
    COAGULATION,
    DOCUMENT_ROOT,
    DOMINIQUE,
    DOSSIER_ROOT,
    DR_AUBIN,
    DR_COPIE,
    DR_LEVESQUE,
    FACILITY,
    HORMONES,
    LABORATORY,
    LIPIDS,
    LOCAL_CODES,
    NURSE,
    ORDER_ROOT,
    SAMPLE_ROOT,
    TECHNIQUES,
    Exam,
    chapter_code,
    specimen_type,
)
from support.report_strategies import reports

__all__ = ["forty_results", "numeric", "reports", "routine_report", "sample"]

if TYPE_CHECKING:
    from typing import Unpack

SAMPLED = datetime(2026, 3, 12, 7, 40, tzinfo=PARIS)
RECEIVED = datetime(2026, 3, 12, 8, 15, tzinfo=PARIS)
MEASURED = datetime(2026, 3, 12, 9, 52, tzinfo=PARIS)
VALIDATED = datetime(2026, 3, 12, 10, 42, tzinfo=PARIS)
EARLIER = datetime(2025, 9, 18, 9, 5, tzinfo=PARIS)

DETECTED = Coded("260373001", oids.SNOMED_CT, "Détecté")
NOT_DETECTED = Coded("260415000", oids.SNOMED_CT, "Non détecté")


class ReportChanges(TypedDict, total=False):
    """The fields of `LabReport` that a test may replace."""

    document: Document
    patient: Patient
    authors: tuple[Professional | Device, ...]
    custodian: Organization
    legal_authenticator: Signature
    order: Order
    service_event: ServiceEvent
    encounter: Encounter
    chapters: tuple[Chapter, ...]
    validators: tuple[Signature, ...]
    sampler: Sampler | None
    attending: Professional | None
    copies: tuple[Professional, ...]
    comments: tuple[str, ...]


def numeric(
    exam: Exam,
    value: str | None = None,
    *,
    sample: str | None = None,
    prior: str | None = None,
    comments: tuple[str, ...] = (),
) -> Observation:
    """The observation of ``exam`` with its range, interpreted by its bounds."""
    number = Decimal(value if value is not None else exam.typical)
    ranged = exam.low is not None or exam.high is not None
    earlier = Prior(Numeric(Decimal(prior), exam.unit, exam.printed), EARLIER) if prior else None
    technique = exam.technique
    return Observation(
        code=TestCode(exam.label, loinc=exam.coded),
        value=Numeric(number, exam.unit, exam.printed),
        time=MEASURED,
        interpretation=interpretation(exam, number) if ranged else None,
        method=Method(TECHNIQUES[technique], Coded(technique, oids.TECHNIQUE, TECHNIQUES[technique]))
        if technique
        else None,
        reference=ReferenceRange(exam.low_bound, exam.high_bound, exam.unit) if ranged else None,
        priors=(earlier,) if earlier else (),
        comments=comments,
        sample=sample,
    )


def interpretation(exam: Exam, number: Decimal) -> str:
    """``L``, ``N`` or ``H`` by the usual range of ``exam``."""
    if exam.low_bound is not None and number < exam.low_bound:
        return "L"
    return "H" if exam.high_bound is not None and number > exam.high_bound else "N"


def sample(key: str, kind: str, number: str) -> Sample:
    """A specimen of that type, taken and received on the routine morning."""
    return Sample(key, Identifier(SAMPLE_ROOT, number), specimen_type(kind), SAMPLED, RECEIVED)


SERUM = sample("T1", "SER", "26071-0127-01")
FLUORIDE = sample("T2", "PLAS", "26071-0127-02")
BLOOD = sample("T3", "BLD", "26071-0127-03")
URINE = sample("T4", "UR", "26071-0127-04")
CITRATE = sample("T5", "PLAS", "26071-0127-05")
SAMPLE_OF = {"SER": SERUM, "PLAS": FLUORIDE, "BLD": BLOOD, "UR": URINE}
BY_AUBIN = Validation(DR_AUBIN, VALIDATED)


def routine_report(**changes: Unpack[ReportChanges]) -> LabReport:
    """Mme Dominique Pat-Trois, three chapters, every kind of value; the fields of ``changes`` replaced."""
    report = LabReport(
        document=Document(
            id=f"{DOCUMENT_ROOT}.26071.127.1",
            set_id=f"{DOCUMENT_ROOT}.26071.127",
            version=1,
            created_at=VALIDATED + timedelta(minutes=3),
        ),
        patient=DOMINIQUE,
        authors=(DR_AUBIN, Device("Éprouvette", "Éprouvette SGL")),
        custodian=LABORATORY,
        legal_authenticator=Signature(DR_AUBIN, VALIDATED),
        order=Order(Identifier(ORDER_ROOT, "ORD-55120"), DR_LEVESQUE, datetime(2026, 3, 10, 16, 20, tzinfo=PARIS)),
        service_event=ServiceEvent(
            id=Identifier(DOSSIER_ROOT, "26071-0127"),
            started_at=RECEIVED,
            performed_at=MEASURED,
            director=DR_AUBIN,
            ended_at=VALIDATED,
        ),
        encounter=Encounter("AMB", SAMPLED, DR_AUBIN, FACILITY, ended_at=RECEIVED),
        chapters=(_biochemistry(), _haematology(), _urine()),
        validators=(Signature(DR_AUBIN, VALIDATED),),
        sampler=Sampler(NURSE, SAMPLED),
        attending=DR_LEVESQUE,
        copies=(DR_COPIE,),
        comments=("Compte rendu à présenter lors de la prochaine consultation.",),
    )
    return replace(report, **changes)


def _biochemistry() -> Chapter:
    glucose = numeric(
        BIOCHEMISTRY[0], "1.32", sample="T2", prior="0.98", comments=("Prélèvement à jeun déclaré par la patiente.",)
    )
    potassium = Observation(
        code=TestCode("Potassium", loinc=BIOCHEMISTRY[4].coded),
        value=None,
        time=MEASURED,
        status="aborted",
        comments=("Non réalisé : sérum hémolysé. Un nouveau prélèvement est demandé.",),
        sample="T1",
    )
    lipids = Battery(
        "Bilan lipidique",
        tuple(numeric(exam, sample="T1") for exam in LIPIDS),
        comments=("Aspect du sérum : limpide.",),
    )
    general = Section(
        entries=(glucose, numeric(BIOCHEMISTRY[2], sample="T1", prior="69"), potassium, lipids, _vitamin()),
        samples=(SERUM, FLUORIDE),
        validation=BY_AUBIN,
        code=chapter_code("18719-5"),
    )
    hormones = Section(
        entries=(numeric(HORMONES[0], sample="T1", prior="2.110"), _antibodies()),
        samples=(SERUM,),
        comments=("Fonction thyroïdienne : pas d'anomalie en faveur d'une dysthyroïdie.",),
        validation=BY_AUBIN,
        code=chapter_code("92895-2"),
    )
    return Chapter(chapter_code("18719-5"), (general, hormones))


def _vitamin() -> Observation:
    return Observation(
        code=TestCode("Vitamine K1 (envoi)", local=Coded("VITK1", LOCAL_CODES, "Vitamine K1")),
        value=Limit("<", Decimal("0.10"), "ug/L", "µg/L"),
        time=MEASURED,
        interpretation="L",
        reference=ReferenceRange(Decimal("0.10"), Decimal("2.20"), "ug/L", criteria="Adulte"),
        sample="T1",
    )


def _antibodies() -> Observation:
    code = Coded("5048-4", oids.LOINC, "Noyau Ac [Titre] Sérum ; Immunofluorescence")
    return Observation(
        code=TestCode("Anticorps antinucléaires", loinc=code),
        value=Ratio(Decimal(1), Decimal(160)),
        time=MEASURED,
        interpretation="H",
        reference=ReferenceRange(text="inférieur à 1/80"),
        priors=(Prior(Ratio(Decimal(1), Decimal(80)), EARLIER),),
        sample="T1",
    )


def _haematology() -> Chapter:
    count = Battery(
        "Hémogramme",
        tuple(numeric(exam, sample="T3", prior="13.5" if exam.loinc == "718-7" else None) for exam in BLOOD_COUNT),
        code=Coded("58410-2", oids.LOINC, "Hémogramme complet [Panel] Sang ; Compteur automatique"),
    )
    smear = Observation(
        code=TestCode("Examen du frottis", local=Coded("FROT", LOCAL_CODES, "Examen du frottis sanguin")),
        value=Text("Hématies hypochromes, quelques microcytes.\nAbsence de cellules anormales."),
        time=MEASURED,
        sample="T3",
    )
    return Chapter(
        chapter_code("18768-2"),
        (
            Section(
                entries=(count, smear),
                samples=(BLOOD,),
                comments=("Anémie microcytaire : à rapprocher de la ferritine.",),
                validation=BY_AUBIN,
            ),
        ),
    )


def _urine() -> Chapter:
    protein = Coded("20454-5", oids.LOINC, "Protéines [Présence/Seuil] Urine ; Qualitatif ; Bandelette")
    cells = Coded("5821-4", oids.LOINC, "Leucocytes [Nombre/Surface] Sédiment urinaire ; Microscopie")
    colour = Coded("5778-6", oids.LOINC, "Couleur [Type] Urine ; Qualitatif")
    entries = (
        Observation(
            code=TestCode("Protéines (bandelette)", loinc=protein),
            value=CodedResult("Non détecté", NOT_DETECTED),
            time=MEASURED,
            interpretation="N",
            reference=ReferenceRange(text="Non détecté"),
            sample="T4",
        ),
        Observation(
            code=TestCode("Leucocytes (sédiment)", loinc=cells),
            value=Interval(Decimal(2), Decimal(5), "/[HPF]", "/champ"),
            time=MEASURED,
            interpretation="N",
            sample="T4",
        ),
        Observation(
            code=TestCode("Couleur", loinc=colour), value=CodedResult("jaune paille"), time=MEASURED, sample="T4"
        ),
    )
    section = Section(entries=entries, samples=(URINE,), validation=BY_AUBIN)
    return Chapter(chapter_code("18729-4"), (section,))


def forty_results() -> LabReport:
    """The same patient with forty numeric results in five chapters: the load of every measurement of speed."""
    filtration = Exam(
        "33762-6",
        "NT-proBNP",
        "NT-proBNP [Masse/Volume] Sérum/Plasma ; Numérique",
        "SER",
        "pg/mL",
        "ng/L",
        None,
        "125",
        "86",
    )
    groups = {
        "18719-5": (*BIOCHEMISTRY, *LIPIDS, filtration),
        "18768-2": BLOOD_COUNT,
        "18720-3": COAGULATION,
        "92895-2": HORMONES,
    }
    chapters = [_flat(code, exams) for code, exams in groups.items()]
    missing = 40 - sum(len(exams) for exams in groups.values())
    chapters.append(_flat("18729-4", _urinary()[:missing]))
    return routine_report(chapters=tuple(chapters))


def _urinary() -> tuple[Exam, ...]:
    return (
        Exam("2756-5", "pH urinaire", "pH [pH] Urine ; Numérique ; Bandelette", "UR", None, "", "5.0", "7.5", "6.0"),
        Exam("14958-3", "Albumine/créatinine", "Albumine/Créatinine [Ratio massique] Urine ; Numérique", "UR",
             "mg/mmol{creat}", "mg/mmol", None, "3.0", "1.2"),
    )  # fmt: skip


def _flat(code: str, exams: tuple[Exam, ...]) -> Chapter:
    entries = tuple(
        numeric(exam, sample=SAMPLE_OF[exam.specimen].key, prior=exam.typical if rank % 3 == 0 else None)
        for rank, exam in enumerate(exams)
    )
    kinds = dict.fromkeys(exam.specimen for exam in exams)
    section = Section(entries, tuple(SAMPLE_OF[kind] for kind in kinds), validation=BY_AUBIN)
    return Chapter(chapter_code(code), (section,))
