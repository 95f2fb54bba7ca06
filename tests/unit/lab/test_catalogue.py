"""The catalogue's files, the choice of a range, the reading of a value."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from eprouvette.core.dates import PartialDate
from eprouvette.lab.catalogue import files
from eprouvette.lab.catalogue.errors import CatalogueDataError
from eprouvette.lab.catalogue.rules import (
    Critical,
    Range,
    Reading,
    age_in_days,
    age_in_years,
    days_of,
    interpret,
    range_for,
)
from eprouvette.lab.catalogue.wording import at_precision, critical_text, range_text
from eprouvette.standards.report.results import CodedResult, Comparator, Interval, Limit, Numeric, Ratio, Text
from eprouvette.standards.report.rules import INTERPRETATIONS, is_loinc

EXAMS = {exam.code: exam for exam in files.exams()}
UCUM = {
    "%", "/mL", "/uL", "/[HPF]", "10*9/L", "10*12/L", "10*6/mL", "g/L", "g/dL", "mmol/L", "umol/L", "ug/L", "ug/mL",
    "pg/mL", "U/L", "kU/L", "m[IU]/L", "[IU]/mL", "[CFU]/mL", "[arb'U]/mL", "fL", "pg", "mm/h", "mL/min", "mm[Hg]",
    "kPa", "meq/L", "mosm/kg", "mg/mmol{creat}",
}  # fmt: skip
"""The expressions that the terminology rule lets pass (``cr-bio.md`` 6.3)."""


def test_sixty_exams_or_more_are_in_the_files() -> None:
    assert len(EXAMS) >= 60


@pytest.mark.parametrize("exam", EXAMS.values(), ids=EXAMS)
def test_an_exam_of_the_files_holds_together(exam: files.ExamData) -> None:
    assert not exam.loinc or is_loinc(exam.loinc)
    assert bool(exam.loinc) == bool(exam.loinc_display)
    assert not exam.ucum or exam.ucum in UCUM
    assert exam.kind == "numeric" or not exam.ucum
    assert (exam.kind == "coded") <= bool(exam.words)
    assert {word["interpretation"] for word in exam.words} <= INTERPRETATIONS | {""}
    for usual in exam.ranges:
        assert usual.low is None or usual.high is None or usual.low < usual.high


def test_no_two_exams_have_the_same_loinc() -> None:
    codes = [exam.loinc for exam in EXAMS.values() if exam.loinc]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("panel", files.panels(), ids=lambda panel: panel.code)
def test_a_panel_names_known_exams_and_a_true_code(panel: files.PanelData) -> None:
    assert set(panel.exam_codes) <= set(EXAMS)
    assert not panel.loinc or is_loinc(panel.loinc)


@pytest.mark.shared
def test_techniques_and_specimens_are_those_of_the_official_sets(shared_dir: Path) -> None:
    def codes(name: str) -> set[str]:
        tree = ET.parse(shared_dir / "ans" / "jdv" / name)
        return {node.attrib["code"] for node in tree.iter("{urn:ihe:iti:svs:2008}Concept")}

    techniques = {exam.technique_code for exam in EXAMS.values()} - {""}
    assert techniques <= codes("JDV_TechniqueBiologie_CISIS.xml")
    assert {exam.specimen_code for exam in EXAMS.values()} <= codes("JDV_HL7_SpecimenType_CISIS.xml")
    chapters = {exam.chapter_code for exam in EXAMS.values()} | {exam.subchapter_code for exam in EXAMS.values()}
    assert chapters - {""} <= codes("pack-2.41/JDV_BIO_Chapitres-CISIS.xml")


@pytest.mark.parametrize(
    ("sex", "age", "bounds"),
    [
        ("F", "40a", ("12.0", "16.0")),
        ("M", "40a", ("13.0", "17.0")),
        ("F", "3j", ("13.5", "21.5")),
        ("M", "28j", ("10.5", "13.5")),
        ("F", "6a", ("11.5", "15.5")),
    ],
)
def test_the_range_is_that_of_the_sex_and_age(sex: str, age: str, bounds: tuple[str, str]) -> None:
    usual = range_for(EXAMS["HB"].ranges, sex, days_of(age))
    assert usual is not None
    assert (str(usual.low), str(usual.high)) == bounds


def test_a_patient_of_undetermined_sex_gets_no_range_of_a_sex() -> None:
    assert range_for(EXAMS["HB"].ranges, "UN", days_of("40a")) is None


def test_an_age_counts_from_the_first_day_that_the_birth_can_be() -> None:
    assert age_in_days(PartialDate("202603"), date(2026, 3, 12)) == 11
    assert age_in_days(PartialDate("20270101"), date(2026, 3, 12)) == 0


USUAL = Range(low=Decimal("3.5"), high=Decimal("5.1"))
CRITICAL = Critical(Decimal("2.5"), Decimal("6.5"))


@pytest.mark.parametrize(
    ("number", "reading"),
    [
        ("2.4", Reading("LL", critical=True)),
        ("2.5", Reading("L")),
        ("3.4", Reading("L")),
        ("3.5", Reading("N")),
        ("5.1", Reading("N")),
        ("5.2", Reading("H")),
        ("6.5", Reading("H")),
        ("6.6", Reading("HH", critical=True)),
    ],
)
def test_a_number_is_read_against_its_range(number: str, reading: Reading) -> None:
    assert interpret(Numeric(Decimal(number)), USUAL, CRITICAL, {}) == reading


@pytest.mark.parametrize(
    ("comparator", "number", "code"),
    [("<", "3.5", "L"), ("<", "4.0", ""), ("<", "2.0", "LL"), (">", "5.1", "H"), (">", "4.0", ""), (">", "7.0", "HH")],
)
def test_a_censored_number_is_read_only_when_its_bound_decides(comparator: Comparator, number: str, code: str) -> None:
    assert interpret(Limit(comparator, Decimal(number)), USUAL, CRITICAL, {}).interpretation == code


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        ("3.6", "5.0", "N"),
        ("3.5", "5.1", "N"),
        ("3.0", "3.4", "L"),
        ("5.2", "5.9", "H"),
        ("3.0", "4.0", ""),  # half below the range: nothing can be said
        ("5.0", "5.9", ""),
        ("3.0", "5.9", ""),
        ("2.0", "2.4", "LL"),
        ("2.0", "3.0", "L"),  # below the range; critical in part only
        ("6.6", "7.0", "HH"),
    ],
)
def test_an_interval_is_read_when_all_of_it_is_on_one_side(low: str, high: str, code: str) -> None:
    assert interpret(Interval(Decimal(low), Decimal(high)), USUAL, CRITICAL, {}).interpretation == code


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("19790328", date(2026, 3, 27), 46),
        ("19790328", date(2026, 3, 28), 47),
        ("20080229", date(2026, 2, 28), 17),
        ("20080229", date(2026, 3, 1), 18),
        ("1961", date(2026, 3, 12), 65),
        ("20270101", date(2026, 3, 12), 0),
    ],
)
def test_an_age_in_years_changes_on_the_birthday(born: str, on: date, years: int) -> None:
    assert age_in_years(PartialDate(born), on) == years


def test_a_censored_number_below_a_range_without_lower_bound_is_normal() -> None:
    usual = Range(high=Decimal(5))
    assert interpret(Limit("<", Decimal(1)), usual, Critical(), {}).interpretation == "N"


@pytest.mark.parametrize(("bottom", "code"), [("80", "N"), ("160", "H")])
def test_a_titre_is_read_by_its_dilution(bottom: str, code: str) -> None:
    ratio = Ratio(Decimal(1), Decimal(bottom))
    assert interpret(ratio, Range(high=Decimal(80)), Critical(), {}).interpretation == code


def test_a_word_has_the_code_of_its_list_and_a_text_none() -> None:
    assert interpret(CodedResult("Positif"), None, Critical(), {"Positif": "POS"}).interpretation == "POS"
    assert interpret(CodedResult("Positif"), None, Critical(), {}).interpretation == ""
    assert interpret(Text("Positif"), USUAL, CRITICAL, {}).interpretation == ""


def test_numbers_and_ranges_are_written_in_french() -> None:
    assert range_text(Range(low=Decimal("0.70"), high=Decimal("1.10"))) == "0,70\u00a0– 1,10"
    assert range_text(Range(high=Decimal("5.0"))) == "≤\u00a05,0"
    assert range_text(Range(low=Decimal(70))) == "≥\u00a070"
    assert range_text(Range(text="négatif")) == "négatif"
    assert range_text(None) == ""
    assert critical_text(CRITICAL) == "<\u00a02,5 ou >\u00a06,5"
    assert at_precision(Decimal("0.70000"), 2) == Decimal("0.70")
    assert str(at_precision(Decimal("100.00000"), 0)) == "100"
    assert str(at_precision(Decimal("0.12500"), 1)) == "0.125"


@pytest.mark.parametrize("age", ["18", "18x", "a", "-1a"])
def test_an_age_in_another_form_is_refused(age: str) -> None:
    with pytest.raises(ValueError, match=re.escape(age)):
        days_of(age)


def test_a_wrong_file_is_refused_with_its_place() -> None:
    table = files._Table("x.toml, exam 3", {"label": 4})
    with pytest.raises(CatalogueDataError, match=r"x\.toml, exam 3 : « label » doit être un texte"):
        table.text("label")
