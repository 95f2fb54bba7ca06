"""What other software's reports hold, shown where people look and refused when it contradicts itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from eprouvette.core.coded import Identifier
from eprouvette.standards.crbio import to_html, write_n3
from eprouvette.standards.pdf.content import content
from eprouvette.standards.report.house import PLAIN
from eprouvette.standards.report.model import LabReport, Note
from eprouvette.standards.report.people import Address, Addressee, FurtherId, Telecom
from eprouvette.standards.report.rules import violations
from support.cda import texts
from support.rich_reports import told

PDF = b"%PDF-1.4 any bytes"
REPORT = told()


def test_the_page_names_who_informed_and_which_structure_receives() -> None:
    page = to_html(write_n3(REPORT, PDF))
    # Each of the two, before the results and with every contact at the end.
    assert page.count("Renseignements donnés par") == 4
    for words in ("Sophie NESSI", "Soeur", "Collecteur national", "Motif de l'examen", "BIOCHIMIE DU SANG", "GLYCÉMIE"):
        assert words in page, words


def test_the_paper_names_them_with_their_tie_and_their_contact() -> None:
    people = content(REPORT, PLAIN)["people"]
    assert isinstance(people, list)
    assert ["Copie à", "Collecteur national", "Courriel\u00a0collecteur@example.mssante.fr"] in people
    assert [
        "Renseignements donnés par",
        "Sophie NESSI",
        "Soeur · Tél.\u00a006\u00a000\u00a000\u00a000\u00a002",
    ] in people
    assert any(isinstance(one, list) and "renseignements donnés par" in str(one[0]).lower() for one in people[:-1])


def test_the_paper_has_the_titles_the_words_and_the_notes() -> None:
    printed = content(REPORT, PLAIN)
    said = str(printed)
    for words in (
        "BIOCHIMIE DU SANG", "GLYCÉMIE", "Motif de l'examen", "Non conformité :", "Recueil au milieu du jet",
        "urine du matin", "Trousse de glucose", "usuel alors : 0,74",
    ):  # fmt: skip
        assert words in said, words


def test_a_contact_that_is_absent_says_why_and_prints_nothing() -> None:
    masked = replace(REPORT.order.prescriber, address=Address(absent="MSK"), telecoms=(Telecom("", absent="NASK"),))
    report = replace(REPORT, order=replace(REPORT.order, prescriber=masked))
    data = write_n3(report, PDF)
    entity = "/h:ClinicalDocument/h:participant[@typeCode='REF']/h:associatedEntity"
    assert texts(data, f"{entity}/h:addr/@nullFlavor | {entity}/h:telecom/@nullFlavor") == ["MSK", "NASK"]
    assert violations(report) == ()
    people = content(report, PLAIN)["people"]
    assert isinstance(people, list)
    first = people[0]
    assert isinstance(first, list)
    assert first[2] == ""


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda r: replace(r, authored_at=r.authored_at[:1]), "authored_at"),
        (lambda r: replace(r, addressees=(Addressee(" "),)), "addressees[0].name"),
        (lambda r: replace(r, notes=(Note("", ("Mots.",)),)), "notes[0].title"),
        (lambda r: replace(r, notes=(Note("Titre", (" ",)),)), "notes[0].paragraphs"),
        (
            lambda r: replace(r, informants=(replace(r.informants[0], name=replace(r.informants[0].name, family="")),)),
            "informants[0].name.family",
        ),
        (lambda r: replace(r, patient=replace(r.patient, address=Address(use="XX"))), "patient.address.use"),
        (
            lambda r: replace(r, patient=replace(r.patient, address=Address(("rue",), absent="MSK"))),
            "patient.address.absent",
        ),
        (
            lambda r: replace(r, patient=replace(r.patient, telecoms=(Telecom("tel:01", absent="MSK"),))),
            "patient.telecoms[0].absent",
        ),
        (
            lambda r: replace(r, custodian=replace(r.custodian, further_ids=(FurtherId(Identifier("1.2", "")),))),
            "custodian.further_ids[0].id",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_place(change: Callable[[LabReport], LabReport], path: str) -> None:
    assert [place.path for place in violations(change(REPORT))] == [path]
