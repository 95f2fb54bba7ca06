"""The bytes of one small report, kept: a change of any of them must be wanted.

What they say is read in ``crbio/README.md``. After a wanted change:
``PYTHONPATH=tests python tests/golden/test_crbio_bytes.py`` writes them anew; read the difference before keeping it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.core.ins import Ins
from eprouvette.standards.crbio import extract, write_n1, write_n3
from eprouvette.standards.report.model import Document, Encounter, LabReport, Order, ServiceEvent, Signature
from eprouvette.standards.report.people import (
    Address,
    BirthPlace,
    Organization,
    Patient,
    PersonName,
    Professional,
    Telecom,
)
from eprouvette.standards.report.results import (
    Chapter,
    Method,
    Numeric,
    Observation,
    ReferenceRange,
    Sample,
    Section,
    TestCode,
)
from support.cda import infoset

FOLDER = Path(__file__).parent / "crbio"
PDF = b"%PDF-1.4\n% not a real one: the document carries any bytes\n"
ROOT = "1.2.250.1.213.99.390999999"
AT = datetime(2026, 3, 12, 10, 42, tzinfo=PARIS)


def report() -> LabReport:
    """One glucose above its range, one sample, one biologist."""
    laboratory = Organization(
        Identifier(oids.STRUCTURE, "1390999999"),
        "LABORATOIRE DES TROIS ÉPIS",
        Address(("12 rue des Écoles",), "39100", "DOLE"),
        (Telecom("tel:0384000000", "WP"),),
        Coded("AMBULATOIRE", oids.PRACTICE_SETTING, "Ambulatoire"),
    )
    aubin = Professional(
        Identifier(oids.PROFESSIONAL, "810000000015"),
        PersonName("AUBIN", "Anne", "MME", "DR"),
        Coded("G15_10/SM03", oids.SPECIALTY, "Médecin - Biologie médicale (SM)"),
        laboratory.address,
        laboratory.telecoms,
        laboratory,
    )
    patient = Patient(
        (Identifier(f"{ROOT}.1", "IPP-000127"),),
        "PAT-TROIS",
        ("DOMINIQUE", "MARIE-LOUISE"),
        "DOMINIQUE",
        "F",
        PartialDate("19790328"),
        Ins("279035121518989", oids.INS_NIR_TEST),
        birth_place=BirthPlace("51215", "DOMPREMY"),
    )
    glucose = Observation(
        TestCode("Glucose", loinc=Coded("14749-6", oids.LOINC, "Glucose [Moles/Volume] Sérum/Plasma ; Numérique")),
        Numeric(Decimal("7.30"), "mmol/L"),
        AT,
        interpretation="H",
        method=Method("Hexokinase"),
        reference=ReferenceRange(Decimal("3.90"), Decimal("5.80"), "mmol/L"),
        sample="T1",
    )
    plasma = Coded("PLAS", oids.SPECIMEN_TYPE, "Plasma")
    section = Section((glucose,), (Sample("T1", Identifier(f"{ROOT}.3", "26071-0127-01"), plasma, AT, AT),))
    facility = Coded("SA25", oids.FACILITY_TYPE, "Laboratoire de biologie médicale")
    return LabReport(
        document=Document(f"{ROOT}.4.1.1", f"{ROOT}.4.1", 1, AT),
        patient=patient,
        authors=(aubin,),
        custodian=laboratory,
        legal_authenticator=Signature(aubin, AT),
        order=Order(Identifier(f"{ROOT}.7", "ORD-55120"), aubin, AT),
        service_event=ServiceEvent(Identifier(f"{ROOT}.2", "26071-0127"), AT, AT, aubin, AT),
        encounter=Encounter("AMB", AT, aubin, facility),
        chapters=(Chapter(Coded("18719-5", oids.LOINC, "Biochimie"), (section,)),),
    )


FORMS = {"n3.xml": write_n3, "n1.xml": write_n1}


@pytest.mark.parametrize("name", FORMS)
def test_the_bytes_of_the_small_report_are_the_kept_ones(name: str) -> None:
    assert FORMS[name](report(), PDF) == (FOLDER / name).read_bytes()


def test_the_self_presentable_bytes_hold_the_kept_document() -> None:
    inside = extract(write_n3(report(), PDF, stylesheet=True))
    assert infoset(inside) == infoset((FOLDER / "n3.xml").read_bytes())


if __name__ == "__main__":
    for file_name, write in FORMS.items():
        (FOLDER / file_name).write_bytes(write(report(), PDF))
