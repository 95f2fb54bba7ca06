"""Fictitious people, one laboratory and a table of common exams: the stock of every test report.

No person here exists: the identifiers are those of the national test ranges or invalid by design.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Ins
from eprouvette.standards.report.people import (
    Address,
    BirthPlace,
    Organization,
    Patient,
    PersonName,
    Professional,
    Telecom,
)

LAB_ROOT = "1.2.250.1.213.99.390999999"
"""OID root of the demonstration laboratory; the arcs below it name what is identified."""
IPP_ROOT = f"{LAB_ROOT}.1"
DOSSIER_ROOT = f"{LAB_ROOT}.2"
SAMPLE_ROOT = f"{LAB_ROOT}.3"
DOCUMENT_ROOT = f"{LAB_ROOT}.4"
LOCAL_CODES = f"{LAB_ROOT}.6"
ORDER_ROOT = f"{LAB_ROOT}.7"

LABORATORY = Organization(
    id=Identifier(oids.STRUCTURE, "1390999999"),
    name="LABORATOIRE DES TROIS ÉPIS",
    address=Address(lines=("12 rue des Écoles",), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0384000000", "WP"), Telecom("mailto:labo@labo.mssante.fr", "WP")),
    industry=Coded("AMBULATOIRE", oids.PRACTICE_SETTING, "Ambulatoire"),
    accreditation=("8-9999",),
)
BIOLOGIST = Coded("G15_10/SM03", oids.SPECIALTY, "Médecin - Biologie médicale (SM)")
GENERALIST = Coded("G15_10/SM26", oids.SPECIALTY, "Médecin - Qualifié en Médecine Générale (SM)")
FACILITY = Coded("SA25", oids.FACILITY_TYPE, "Laboratoire de biologie médicale")

DR_AUBIN = Professional(
    id=Identifier(oids.PROFESSIONAL, "810000000015"),
    name=PersonName(family="AUBIN", given="Anne", prefix="MME", suffix="DR"),
    specialty=BIOLOGIST,
    address=LABORATORY.address,
    telecoms=(Telecom("tel:0384000001", "WP"),),
    organization=LABORATORY,
)
DR_LEVESQUE = Professional(
    id=Identifier(oids.PROFESSIONAL, "810000000023"),
    name=PersonName(family="LEVESQUE", given="Paul", prefix="M", suffix="DR"),
    specialty=GENERALIST,
    address=Address(lines=("3 place Nationale",), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0384000010", "WP"), Telecom("mailto:paul.levesque@medecin.mssante.fr", "WP")),
    organization=Organization(
        id=Identifier(oids.STRUCTURE, "1390000012"),
        name="CABINET DU DOCTEUR LEVESQUE",
        address=Address(lines=("3 place Nationale",), postal_code="39100", city="DOLE"),
        telecoms=(Telecom("tel:0384000010", "WP"),),
        industry=Coded("AMBULATOIRE", oids.PRACTICE_SETTING, "Ambulatoire"),
    ),
)
DR_COPIE = Professional(
    id=Identifier(oids.PROFESSIONAL, "810000000031"),
    name=PersonName(family="DUMOULIN", given="Inès", prefix="MME", suffix="DR"),
    specialty=GENERALIST,
    address=Address(lines=("Centre hospitalier", "1 avenue Léon Jouhaux"), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0384000020", "WP"),),
)
NURSE = Professional(
    id=Identifier(oids.PROFESSIONAL, "810000000049"),
    name=PersonName(family="CHEVRIER", given="Hervé", prefix="M"),
    specialty=Coded("G15_60", oids.SPECIALTY, "Infirmier"),
    address=Address(lines=("9 rue du Mont-Roland",), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0600000049", "MC"),),
)

DOMINIQUE = Patient(
    local_ids=(Identifier(IPP_ROOT, "IPP-000127"),),
    birth_family_name="PAT-TROIS",
    birth_given_names=("DOMINIQUE", "MARIE-LOUISE"),
    first_given_name="DOMINIQUE",
    sex="F",
    birth_date=PartialDate("19790328"),
    ins=Ins("279035121518989", oids.INS_NIR_TEST),
    used_family_name="PAT-TROIS",
    used_given_name="DOMINIQUE",
    birth_place=BirthPlace("51215", "DOMPREMY"),
    address=Address(lines=("28 avenue de Breteuil",), postal_code="39100", city="DOLE"),
    telecoms=(Telecom("tel:0647150000", "MC"), Telecom("mailto:279035121518989@patient.mssante.fr")),
)
PROVISOIRE = Patient(
    local_ids=(Identifier(IPP_ROOT, "IPP-000128"),),
    birth_family_name="PROVISOIRE",
    birth_given_names=("MARTIN",),
    first_given_name="MARTIN",
    sex="M",
    birth_date=PartialDate("1961"),
)
LONGEST = Patient(
    local_ids=(Identifier(IPP_ROOT, "IPP-000129"),),
    birth_family_name="DE LA ROCHEFOUCAULD-MONTBEL LES DEUX ÉGLISES",
    birth_given_names=("MARIE-ANTOINETTE", "JOSÉPHINE", "BÉNÉDICTE"),
    first_given_name="MARIE-ANTOINETTE",
    sex="F",
    birth_date=PartialDate("19330214"),
    ins=Ins("233029935012354", oids.INS_NIR_TEST),
    used_family_name="DE LA ROCHEFOUCAULD-MONTBEL LES DEUX ÉGLISES",
    used_given_name="Marie-Antoinette Joséphine Bénédicte",
    birth_place=BirthPlace("99350", "FÈS"),
    address=Address(
        lines=("Résidence des Hauts de la Grande Chartreuse", "Bâtiment C, escalier 4, appartement 127"),
        postal_code="38380",
        city="SAINT-PIERRE-DE-CHARTREUSE",
    ),
    telecoms=(Telecom("tel:+33476000000", "H"),),
)

CHAPTERS = {
    "18719-5": "Biochimie",
    "18723-7": "Hématologie",
    "18768-2": "NFS - Hémogramme",
    "18720-3": "Hémostase, coagulation",
    "92895-2": "Endocrinologie",
    "18729-4": "Examens urinaires - cristallurie",
    "92893-7": "Sérologie virale",
    "18727-8": "Auto-immunité",
}
SPECIMENS = {"BLD": "Sang", "SER": "Sérum", "PLAS": "Plasma", "UR": "Urine"}
TECHNIQUES = {
    "DE": "Spectrophotométrie enzyme/UV ou Vis",
    "DEH": "Spectrophotométrie enzyme/UV Hexokinase",
    "DKC": "Spectrophotométrie biuret",
    "9ED": "Potientiométrie directe",
    "9JX": "Impédance",
    "DC": "Cytométrie en flux",
    "HPX": "Chronométrie - Chronométrie",
    "DNB": "Spectrophotométrie Bandelettes",
}


def chapter_code(code: str) -> Coded:
    """The chapter of that LOINC code, with its words."""
    return Coded(code, oids.LOINC, CHAPTERS[code])


def specimen_type(code: str) -> Coded:
    """A specimen type of HL7 table 0487."""
    return Coded(code, oids.SPECIMEN_TYPE, SPECIMENS[code])


@dataclass(frozen=True, slots=True)
class Exam:
    """One numeric exam of the table, with a usual range and a typical value."""

    loinc: str
    label: str
    display: str
    specimen: str
    unit: str | None
    printed: str
    low: str | None
    high: str | None
    typical: str
    technique: str | None = None

    @property
    def coded(self) -> Coded:
        """The LOINC triple."""
        return Coded(self.loinc, oids.LOINC, self.display)

    @property
    def low_bound(self) -> Decimal | None:
        """The lower bound of the usual range."""
        return None if self.low is None else Decimal(self.low)

    @property
    def high_bound(self) -> Decimal | None:
        """The upper bound of the usual range."""
        return None if self.high is None else Decimal(self.high)


_SER = "Sérum/Plasma ; Numérique"
_BLD = "Sang ; Numérique"

BIOCHEMISTRY = (
    Exam("2345-7", "Glucose", f"Glucose [Masse/Volume] {_SER}", "PLAS", "g/L", "g/L", "0.70", "1.10", "1.32", "DEH"),
    Exam("22664-7", "Urée", f"Urée [Moles/Volume] {_SER}", "SER", "mmol/L", "mmol/L", "2.5", "7.5", "5.1", "DE"),
    Exam(
        "14682-9", "Créatinine", f"Créatinine [Moles/Volume] {_SER}", "SER", "umol/L", "µmol/L", "45", "84", "71", "DE"
    ),
    Exam("2951-2", "Sodium", f"Sodium [Moles/Volume] {_SER}", "SER", "mmol/L", "mmol/L", "136", "145", "140", "9ED"),
    Exam(
        "2823-3", "Potassium", f"Potassium [Moles/Volume] {_SER}", "SER", "mmol/L", "mmol/L", "3.5", "5.1", "4.2", "9ED"
    ),
    Exam("2075-0", "Chlorure", f"Chlorure [Moles/Volume] {_SER}", "SER", "mmol/L", "mmol/L", "98", "107", "102", "9ED"),
    Exam("2000-8", "Calcium", f"Calcium [Moles/Volume] {_SER}", "SER", "mmol/L", "mmol/L", "2.15", "2.55", "2.31"),
    Exam(
        "2885-2", "Protéines totales", f"Protéines [Masse/Volume] {_SER}", "SER", "g/L", "g/L", "64", "83", "72", "DKC"
    ),
    Exam(
        "1743-4",
        "ALAT (TGP)",
        f"Alanine aminotransférase [Catalytique/Volume] {_SER}",
        "SER",
        "U/L",
        "UI/L",
        None,
        "35",
        "22",
    ),
    Exam(
        "1920-8",
        "ASAT (TGO)",
        f"Aspartate aminotransférase [Catalytique/Volume] {_SER}",
        "SER",
        "U/L",
        "UI/L",
        None,
        "35",
        "24",
    ),
    Exam(
        "2324-2",
        "Gamma-GT",
        f"Gamma glutamyltransférase [Catalytique/Volume] {_SER}",
        "SER",
        "U/L",
        "UI/L",
        None,
        "40",
        "19",
    ),
    Exam(
        "6768-6",
        "Phosphatases alcalines",
        f"Phosphatase alcaline [Catalytique/Volume] {_SER}",
        "SER",
        "U/L",
        "UI/L",
        "35",
        "105",
        "68",
    ),
    Exam(
        "1988-5",
        "Protéine C réactive",
        f"C Réactive protéine [Masse/Volume] {_SER}",
        "SER",
        "ug/mL",
        "mg/L",
        None,
        "5.0",
        "3.2",
    ),
    Exam("2276-4", "Ferritine", f"Ferritine [Masse/Volume] {_SER}", "SER", "ug/L", "µg/L", "15", "150", "9"),
)
LIPIDS = (
    Exam(
        "2093-3",
        "Cholestérol total",
        f"Cholestérol [Masse/Volume] {_SER}",
        "SER",
        "g/L",
        "g/L",
        None,
        "2.00",
        "1.950",
        "DE",
    ),
    Exam(
        "2085-9",
        "Cholestérol HDL",
        f"Cholestérol HDL [Masse/Volume] {_SER}",
        "SER",
        "g/L",
        "g/L",
        "0.40",
        None,
        "0.52",
        "DE",
    ),
    Exam(
        "13457-7",
        "Cholestérol LDL (calculé)",
        f"Cholestérol LDL [Masse/Volume] {_SER} ; Résultat calculé",
        "SER",
        "g/L",
        "g/L",
        None,
        "1.60",
        "1.21",
    ),
    Exam(
        "2571-8",
        "Triglycérides",
        f"Triglycérides [Masse/Volume] {_SER}",
        "SER",
        "g/L",
        "g/L",
        None,
        "1.50",
        "1.10",
        "DE",
    ),
)
BLOOD_COUNT = (
    Exam(
        "6690-2", "Leucocytes", f"Leucocytes [Nombre/Volume] {_BLD}", "BLD", "10*9/L", "G/L", "4.0", "10.0", "6.2", "DC"
    ),
    Exam(
        "789-8", "Hématies", f"Hématies [Nombre/Volume] {_BLD}", "BLD", "10*12/L", "T/L", "4.00", "5.40", "4.61", "9JX"
    ),
    Exam("718-7", "Hémoglobine", f"Hémoglobine [Masse/Volume] {_BLD}", "BLD", "g/dL", "g/dL", "12.0", "16.0", "10.9"),
    Exam("4544-3", "Hématocrite", f"Hématocrite [Fraction volumique] {_BLD}", "BLD", "%", "%", "37.0", "47.0", "36.1"),
    Exam(
        "787-2", "VGM", f"Volume globulaire moyen [Volume d'entité] {_BLD}", "BLD", "fL", "fL", "80.0", "98.0", "78.3"
    ),
    Exam(
        "785-6",
        "TCMH",
        f"Teneur corpusculaire moyenne en hémoglobine [Masse d'entité] {_BLD}",
        "BLD",
        "pg",
        "pg",
        "27.0",
        "32.0",
        "23.6",
    ),
    Exam(
        "786-4",
        "CCMH",
        f"Concentration corpusculaire moyenne en hémoglobine [Masse/Volume] {_BLD}",
        "BLD",
        "g/dL",
        "g/dL",
        "32.0",
        "36.0",
        "33.1",
    ),
    Exam(
        "777-3", "Plaquettes", f"Plaquettes [Nombre/Volume] {_BLD}", "BLD", "10*9/L", "G/L", "150", "400", "287", "9JX"
    ),
    Exam(
        "751-8",
        "Polynucléaires neutrophiles",
        f"Polynucléaires neutrophiles [Nombre/Volume] {_BLD}",
        "BLD",
        "10*9/L",
        "G/L",
        "1.80",
        "7.50",
        "3.41",
        "DC",
    ),
    Exam(
        "711-2",
        "Polynucléaires éosinophiles",
        f"Polynucléaires éosinophiles [Nombre/Volume] {_BLD}",
        "BLD",
        "10*9/L",
        "G/L",
        None,
        "0.50",
        "0.12",
        "DC",
    ),
    Exam(
        "704-7",
        "Polynucléaires basophiles",
        f"Polynucléaires basophiles [Nombre/Volume] {_BLD}",
        "BLD",
        "10*9/L",
        "G/L",
        None,
        "0.20",
        "0.04",
        "DC",
    ),
    Exam(
        "731-0",
        "Lymphocytes",
        f"Lymphocytes [Nombre/Volume] {_BLD}",
        "BLD",
        "10*9/L",
        "G/L",
        "1.00",
        "4.00",
        "2.10",
        "DC",
    ),
    Exam(
        "742-7", "Monocytes", f"Monocytes [Nombre/Volume] {_BLD}", "BLD", "10*9/L", "G/L", "0.20", "1.00", "0.53", "DC"
    ),
)
COAGULATION = (
    Exam(
        "5894-1",
        "Taux de prothrombine",
        "Taux de prothrombine [Temps relatif] Plasma pauvre en plaquettes ; Numérique",
        "PLAS",
        "%",
        "%",
        "70",
        None,
        "98",
        "HPX",
    ),
    Exam(
        "6301-6",
        "INR",
        "INR [Temps relatif] Plasma pauvre en plaquettes ; Numérique",
        "PLAS",
        None,
        "",
        None,
        "1.20",
        "1.02",
        "HPX",
    ),
    Exam(
        "3255-7",
        "Fibrinogène",
        "Fibrinogène [Masse/Volume] Plasma pauvre en plaquettes ; Numérique",
        "PLAS",
        "g/L",
        "g/L",
        "2.00",
        "4.00",
        "3.12",
        "HPX",
    ),
)
HORMONES = (
    Exam(
        "3016-3",
        "TSH",
        f"Thyréostimuline [Unités arbitraires/Volume] {_SER}",
        "SER",
        "m[IU]/L",
        "mUI/L",
        "0.270",
        "4.200",
        "1.950",
    ),
    Exam("2132-9", "Vitamine B12", f"Vitamine B12 [Masse/Volume] {_SER}", "SER", "pg/mL", "ng/L", "197", "771", "402"),
    Exam(
        "4548-4",
        "Hémoglobine A1c",
        "Hémoglobine A1c/Hémoglobine totale [Fraction massique] Sang ; Numérique",
        "BLD",
        "%",
        "%",
        "4.0",
        "6.0",
        "6.1",
    ),
)
NUMERIC_EXAMS = BIOCHEMISTRY + LIPIDS + BLOOD_COUNT + COAGULATION + HORMONES
