"""What our sheet shows: everything, in the order that a doctor reads, in the words of the paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from eprouvette.standards.crbio import sheet, to_html, write_n3
from eprouvette.standards.pdf.content import content
from eprouvette.standards.report.house import CONTRAST, PLAIN, contrast_with_white
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery, Text
from support.reports import routine_report
from support.rich_reports import rich_reports, urine_culture

PDF = b"%PDF-1.4 any bytes"
HL7 = "{urn:hl7-org:v3}"


def page_of(report: LabReport) -> etree._Element:
    return etree.HTML(to_html(write_n3(report, PDF)))


def words(element: etree._Element) -> str:
    return " ".join("".join(str(text) for text in element.itertext()).split())


def every(page: etree._Element, path: str) -> list[etree._Element]:
    found = page.xpath(path)
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, etree._Element)]


def one(page: etree._Element, path: str) -> etree._Element:
    (found,) = every(page, path)
    return found


def critical_report() -> LabReport:
    report = routine_report()
    section = report.chapters[1].sections[0]
    battery = section.entries[0]
    assert isinstance(battery, Battery)
    first, second, *others = battery.observations
    told = (replace(first, interpretation="HH"), replace(second, interpretation="LL"), *others)
    shown = replace(section, entries=(replace(battery, observations=told), *section.entries[1:]))
    return replace(
        report,
        chapters=(report.chapters[0], replace(report.chapters[1], sections=(shown,)), *report.chapters[2:]),
        order=replace(report.order, clinical_data="Asthénie depuis un mois."),
    )


@pytest.mark.requirement("REQ-CRB-13")
def test_critical_results_are_read_before_the_others() -> None:
    page = page_of(critical_report())
    frame = one(page, "//*[@class='frame critical']")
    assert words(
        frame
    ) == "Valeurs critiques▲▲ Leucocytes : 6.2 G/L4.0 – 10.0▼▼ Hématies : 4.61 T/L4.00 – 5.40".replace(".", ",")
    order = words(page)
    assert order.index("Asthénie") < order.index("Valeurs critiques") < order.index("Biochimie")


def test_a_report_without_critical_result_has_no_such_frame() -> None:
    assert not every(page_of(routine_report()), "//*[@class='frame critical']")


def test_the_columns_and_the_marks_are_those_of_the_paper() -> None:
    report = critical_report()
    page = page_of(report)
    heads = [words(cell) for cell in every(page, "(//table)[1]/thead//th")]
    template = Path(str(content.__code__.co_filename)).with_name("report.typ").read_text(encoding="utf-8")
    assert heads == ["Examen", "Résultat", "Unité", "Interprétation", "Valeurs de référence", "Antériorités"]
    assert [head for head in heads if f"[{head}]" not in template] == []
    shown = words(page)
    for chapter in printed_sections(report):
        for row in chapter:
            if row.get("kind") == "result" and row["mark"]:
                assert f"{row['mark']} {str(row['value']).replace(chr(0xA0), ' ')}" in shown


def printed_sections(report: LabReport) -> list[list[dict[str, object]]]:
    found = []
    chapters = content(report, PLAIN)["chapters"]
    assert isinstance(chapters, list)
    for chapter in chapters:
        assert isinstance(chapter, dict)
        assert isinstance(chapter["sections"], list)
        for section in chapter["sections"]:
            assert isinstance(section, dict)
            assert isinstance(section["blocks"], list)
            rows: list[dict[str, object]] = []
            for block in section["blocks"]:
                assert isinstance(block, dict)
                held = block.get("rows", [])
                assert isinstance(held, list)
                rows += [dict(row) for row in held if isinstance(row, dict)]
            found.append(rows)
    return found


@pytest.mark.requirement("REQ-INS-19")
def test_the_traits_and_the_facts_are_those_of_the_paper() -> None:
    report = routine_report()
    page = page_of(report)
    shown = {words(pair[0]): words(pair[1]) for pair in every(page, "//dl/div")}
    printed = content(report, PLAIN)
    assert isinstance(printed["patient"], dict)
    traits = printed["patient"]["traits"]
    facts = printed["facts"]
    assert isinstance(traits, list)
    assert isinstance(facts, list)
    said = {str(pair[0]): str(pair[1]) for pair in (*traits, *facts) if isinstance(pair, list)}
    assert shown.pop("Matricule INS (NIR de test)") == "279035121518989"
    for label in ("Matricule INS", "Contact", "Prise en charge", "Adresse"):
        said.pop(label)
    assert {label: shown.get(label) for label in said} == said


def test_bar_and_course_stand_in_the_columns_of_the_paper() -> None:
    page = page_of(rich_reports()["electrophoresis"])
    assert every(page, "//td[contains(@class, 'k3')]/svg[@class='bar']")
    assert not every(page, "//td[not(contains(@class, 'k3'))]/svg[@class='bar']")


def test_words_take_the_room_of_empty_cells() -> None:
    report = routine_report()
    smear = report.chapters[1].sections[0].entries[1]
    row = one(page_of(report), "//tr[td[1][starts-with(., 'Examen du frottis')]]")
    assert isinstance(getattr(smear, "value", None), Text)
    assert [cell.get("colspan") for cell in row] == [None, "5"]
    detected = one(page_of(report), "//tr[td[1][starts-with(., 'Protéines (bandelette)')]]")
    assert [cell.get("colspan") for cell in detected] == [None, "2", None, None, None]


def test_headings_go_down_one_step_at_a_time_and_every_column_is_named() -> None:
    page = page_of(urine_culture())
    assert page.get("lang") == "fr"
    assert len(every(page, "//h1")) == 1
    assert all(cell.get("scope") == "col" for cell in every(page, "//thead//th"))
    assert all(cell.get("scope") == "rowgroup" for cell in every(page, "//tbody//th"))
    assert all(picture.get("alt") for picture in every(page, "//img"))


def test_colours_stand_out_from_what_is_under_them() -> None:
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", sheet().decode()))
    for ink, under in (("ink", "band"), ("soft", "band"), ("alert", "alert-bg"), ("accent", "band")):
        assert contrast_with_white(colours[ink]) / contrast_with_white(colours[under]) >= CONTRAST


def test_the_page_of_print_says_the_short_set() -> None:
    strip = one(page_of(routine_report()), "//*[@class='strip']")
    said = words(strip)
    assert said.startswith("PAT-TROIS DOMINIQUE")
    for trait in ("28/03/1979", "sexe féminin", "nom utilisé PAT-TROIS", "prénom utilisé DOMINIQUE", "26071-0127"):
        assert trait in said


@pytest.mark.requirement("REQ-CRB-03")
@pytest.mark.parametrize("name", ["routine", "corrected", "urine"])
def test_no_word_of_the_document_is_lost(name: str) -> None:
    report = {"routine": routine_report(), "corrected": rich_reports()["corrected"], "urine": urine_culture()}[name]
    data = write_n3(report, PDF)
    assert lost(data) == []


@pytest.mark.requirement("REQ-CRB-17")
def test_the_published_examples_lose_no_word_of_their_header_nor_of_their_narrative(shared_dir: Path) -> None:
    examples = sorted((shared_dir / "ans" / "examples").glob("*.xml"))
    assert examples
    assert {path.name: lost(path.read_bytes(), entries=False) for path in examples} == {
        path.name: [] for path in examples
    }


def lost(data: bytes, *, entries: bool = True) -> list[str]:
    """The texts of a document, and the numbers, contacts and codes of its header, that the page does not show."""
    shown = bare(words(one(etree.HTML(to_html(data)), "//body")))
    root = etree.fromstring(data)
    missing = []
    for element in root.iter():
        if not isinstance(element.tag, str) or element.get("representation") == "B64":
            continue
        if not entries and list(element.iterancestors(f"{HL7}entry")):
            continue
        if element.tag in {f"{HL7}prefix", f"{HL7}suffix"}:
            # Said as « Dr », « Mme ».
            continue
        if (text := bare(element.text or "")) and text not in shown:
            missing.append(f"{element.tag}: {element.text}")
    header = [element for element in root.iterdescendants() if not list(element.iterancestors(f"{HL7}structuredBody"))]
    for element in header:
        if element.tag == f"{HL7}telecom" and (value := element.get("value", "")):
            if bare(value.partition(":")[2]) not in shown:
                missing.append(value)
        elif element.tag == f"{HL7}id" and bare(element.get("extension", "")) not in shown:
            missing.append(element.get("extension", ""))
    return missing


def bare(text: str) -> str:
    return re.sub(r"[\s\u00a0]", "", text)
