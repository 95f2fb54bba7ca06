"""What was sampled when it is not the patient: written where no rule forbids it, read back, shown, checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import CRBIO_2021_01, to_html, write_n3
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.pdf.content import content
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.house import PLAIN
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Address
from eprouvette.standards.report.results import NonHumanSubject, Sample
from eprouvette.standards.report.rules import violations
from support.cda import find, texts
from support.rich_reports import TICK, WATER, beyond_the_patient

PDF = b"%PDF-1.4 any bytes"
REPORT = beyond_the_patient()
DATA = write_n3(REPORT, PDF)


def samples(report: LabReport) -> tuple[Sample, ...]:
    return report.chapters[0].sections[0].samples


def with_subject(subject: NonHumanSubject) -> LabReport:
    chapter = REPORT.chapters[0]
    section = chapter.sections[0]
    first, *others = section.samples
    changed = replace(section, samples=(replace(first, subject=subject), *others))
    return replace(REPORT, chapters=(replace(chapter, sections=(changed,)),))


def test_it_stands_on_the_sampling_without_template() -> None:
    assert len(find(DATA, "//h:procedure/h:subject[@typeCode='SBJ']")) == 2
    assert find(DATA, "//h:subject//h:templateId") == []
    assert texts(DATA, "//h:relatedSubject/h:code/@code") == ["11713004"]
    assert texts(DATA, "(//h:relatedSubject)[2]/h:addr/h:streetAddressLine/text()") == ["Robinet de la chambre 12"]
    assert check(DATA) == ()


@pytest.mark.shared
def test_the_official_schema_accepts_it(shared_dir: Path) -> None:
    schema = etree.XMLSchema(file=str(shared_dir / "ans" / "xsd" / "CDA_extended.xsd"))
    for data in (DATA, write_n3(REPORT, PDF, profile=CRBIO_2021_01)):
        schema.assertValid(etree.fromstring(data))


def test_it_is_read_back_whole() -> None:
    found = read_report(DATA)
    assert [one.subject for one in samples(found.report)] == [TICK, WATER, None]
    assert found.remarks == ()


def test_it_goes_through_json_and_is_absent_where_it_says_nothing() -> None:
    text = to_json(REPORT)
    assert from_json(text) == REPORT
    assert text.count('"subject"') == 2


def test_people_read_it() -> None:
    page = " ".join("".join(map(str, etree.HTML(to_html(DATA)).itertext())).split())
    assert "Origine : Tique, Forêt de Chaux, 39380 LA VIEILLE-LOYE." in page
    assert "Origine : Eau du réseau, Robinet de la chambre 12." in page
    assert page.count("Origine :") == 2
    chapters = content(REPORT, PLAIN)["chapters"]
    assert "origine : Tique, Forêt de Chaux, 39380 LA VIEILLE-LOYE" in str(chapters)


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        (NonHumanSubject(" "), "text"),
        (NonHumanSubject("Tique", Coded("TICK", "1.2.3", "Tique")), "coded.system"),
        (NonHumanSubject("Tique", Coded("11713004", oids.SNOMED_CT, "")), "coded.display"),
        (NonHumanSubject("Tique", place=Address()), "place"),
    ],
)
def test_one_that_says_nothing_is_refused_with_its_place(subject: NonHumanSubject, path: str) -> None:
    places = [place.path for place in violations(with_subject(subject))]
    assert places == [f"chapters[0].sections[0].samples[0].subject.{path}"]


def test_a_place_is_optional() -> None:
    report = with_subject(NonHumanSubject("Tique"))
    data = write_n3(report, PDF)
    assert check(data) == ()
    assert samples(read_report(data).report)[0].subject == NonHumanSubject("Tique")
