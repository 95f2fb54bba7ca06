"""Reading an antibiogram, a count, a mark: what is typed or received, what is refused; the codes of the files."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.lab.catalogue import files
from eprouvette.lab.catalogue.growth import AntibioticName, MarkerName, OrganismName, book
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingTest
from eprouvette.lab.results.microbiology import (
    CATEGORIES,
    TECHNIQUES,
    Grown,
    Tested,
    completed,
    mic_from_json,
    read,
    read_category,
    read_diameter,
    read_mic,
    read_presence,
    read_quantity,
    same,
    to_json,
    typed,
)
from eprouvette.standards.report.results import Limit, Numeric, Text, Value
from eprouvette.standards.report.rules import INTERPRETATIONS
from eprouvette.standards.terminology import loinc, value_sets

DATA = files.microbiology()
NAMES = book(
    (OrganismName(1, "ECOL", "Escherichia coli", "112283007"),),
    (AntibioticName(1, "CTX", "Céfotaxime", mic="108-1", disk="109-9", loinc="18886-2"),),
    (MarkerName(1, "BLSE", "BLSE", "6984-9"),),
)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def mic(text: str, sign: str = "") -> Value:
    number = Decimal(text)
    return Limit(sign, number, "ug/mL", "mg/L") if sign else Numeric(number, "ug/mL", "mg/L")  # type: ignore[arg-type]


def count(number: int, sign: str = "") -> Value:
    value = Decimal(number)
    if sign:
        return Limit(sign, value, "[CFU]/mL", "UFC/mL")  # type: ignore[arg-type]
    return Numeric(value, "[CFU]/mL", "UFC/mL")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", mic("8")),
        ("=8", mic("8")),
        ("<=0,5", mic("0.5", "<=")),
        ("<= 0.5", mic("0.5", "<=")),
        ("≤0,5 mg/L", mic("0.5", "<=")),
        (">256", mic("256", ">")),
        (" ≥ 32 µg/mL ", mic("32", ">=")),
        ("0.002", mic("0.002")),
    ],
)
def test_a_mic_is_read_as_laboratories_write_it(text: str, value: Value) -> None:
    assert read_mic(text) == value


@pytest.mark.parametrize("text", ["", "-1", "0", "R", "8 8", "1e3", "99999", "<", "<>8", "8 mm", "0,00001", "١"])
def test_what_is_no_mic_is_refused(text: str) -> None:
    assert read_mic(text) is None


@pytest.mark.parametrize(("text", "value"), [("6", "6"), ("26 mm", "26"), ("=18,5", "18.5")])
def test_a_diameter_is_read(text: str, value: str) -> None:
    assert read_diameter(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "0", "4", "61", "-6", ">26", "abc", "6 cm"])
def test_what_is_no_diameter_is_refused(text: str) -> None:
    assert read_diameter(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("s", "S"), (" R ", "R"), ("I", "I"), ("SFP", "I"), ("Résistant", "R"), ("SDD", "SDD"), ("X", None), ("+", None)],
)
def test_a_category_is_a_code_or_its_french_word(text: str, code: str | None) -> None:
    assert read_category(text) == code


def test_every_category_and_technique_is_in_the_official_sets() -> None:
    assert set(CATEGORIES) <= INTERPRETATIONS
    assert all(value_sets.contains("technique", "1.2.250.1.213.2.3.5", code) for code in TECHNIQUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10^5", count(100_000)),
        (">= 10^5 UFC/mL", count(100_000, ">=")),
        ("< 10 ^ 3 /mL", count(1000, "<")),
        ("1 000", count(1000)),
        ("1000 germes/mL", count(1000)),
        ("++", Text("++")),
        ("rares colonies", Text("rares colonies")),
        ("2 colonies", Text("2 colonies")),
    ],
)
def test_a_count_is_a_number_or_words(text: str, value: Value) -> None:
    assert read_quantity(text) == value


@pytest.mark.parametrize(
    "text", ["10e5", "1E5", "10^", "-5", ">beaucoup", "10^99", "1.5", "x" * 121, "a\x00b", "99999999999"]
)
def test_a_count_that_could_be_read_two_ways_is_refused(text: str) -> None:
    assert read_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "found"), [("présente", True), ("+", True), ("POS", True), ("Absence", False), ("-", False), ("?", None)]
)
def test_a_mark_is_found_or_not(text: str, found: bool | None) -> None:
    assert read_presence(text) is found


@given(text=st.text(max_size=40))
def test_no_text_breaks_the_readers(text: str) -> None:
    read_mic(text), read_diameter(text), read_category(text), read_presence(text)
    value = read_quantity(text)
    assert value is None or typed(value)


@given(
    number=st.decimals(min_value=Decimal("0.001"), max_value=Decimal(9999), places=3),
    sign=st.sampled_from(["", "<", "<=", ">", ">="]),
)
def test_a_mic_is_typed_back_as_it_was_read(number: Decimal, sign: str) -> None:
    value = read_mic(f"{sign}{number}")
    assert value is not None
    assert read_mic(typed(value)) == value
    assert mic_from_json(to_json(Grown(tests=(Tested("X", value),)))["tests"][0]["mic"]) == value  # type: ignore[index]


@given(power=st.integers(min_value=0, max_value=12), sign=st.sampled_from(["", "<", ">="]))
def test_a_count_is_typed_back_as_it_was_read(power: int, sign: str) -> None:
    value = read_quantity(f"{sign}10^{power}")
    assert value is not None
    assert read_quantity(typed(value)) == value


def incoming(**more: object) -> IncomingIsolate:
    return IncomingIsolate(**({"exam_codes": (), "rank": 1, "measured_at": NOW} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["ECOL", "112283007", "Escherichia coli", "escherichia  COLI"])
def test_an_organism_is_found_by_code_or_by_name(said: str) -> None:
    assert read(incoming(organism=said), NAMES, "Culture")[0].organism == "ECOL"


@pytest.mark.parametrize("said", ["CTX", "108-1", "109-9", "18886-2", "cefotaxime"])
def test_an_antibiotic_is_found_by_code_loinc_or_name(said: str) -> None:
    grown, faults = read(incoming(organism="ECOL", tests=(IncomingTest(said, category="S"),)), NAMES, "Culture")
    assert (grown.tests, faults) == ((Tested("CTX", category="S"),), ())


def test_a_mic_in_another_unit_is_refused_and_an_empty_line_too() -> None:
    lines = (IncomingTest("CTX", mic="8", unit="mmol/L"), IncomingTest("CTX"))
    for line in lines:
        assert len(read(incoming(organism="ECOL", tests=(line,)), NAMES, "Culture")[1]) == 1


def test_a_later_message_completes_and_another_organism_replaces() -> None:
    held = Grown("ECOL", tests=(Tested("CTX", category="S"),), marks=(("BLSE", False),))
    more = Grown(tests=(Tested("CTX", category="R"), Tested("GEN", category="S")), marks=(("BLSE", True),))
    assert completed(held, more) == Grown("ECOL", tests=more.tests, marks=(("BLSE", True),))
    assert completed(held, Grown("KPNE")) == Grown("KPNE")
    assert same(completed(held, Grown("ECOL")), held)


def test_about_forty_organisms_thirty_antibiotics_and_eight_marks_are_in_the_files() -> None:
    assert len(DATA.organisms) >= 40
    assert len(DATA.antibiotics) >= 30
    assert len(DATA.markers) == 8
    for rows in (DATA.organisms, DATA.antibiotics, DATA.markers, DATA.antibiograms):
        codes = [row.code for row in rows]
        assert len(set(codes)) == len(codes)


def test_the_codes_of_the_files_have_their_check_digits_and_are_given_once() -> None:
    named = [
        (code, display)
        for one in DATA.antibiotics
        for code, display in (
            (one.mic_loinc, one.mic_display),
            (one.disk_loinc, one.disk_display),
            (one.loinc, one.loinc_display),
        )
    ] + [(one.loinc, one.loinc_display) for one in DATA.markers]
    codes = [code for code, _ in named if code]
    assert all(bool(code) == bool(display) for code, display in named)
    assert all(loinc.is_well_formed(code) for code in codes)
    assert len(set(codes)) == len(codes)
    snomed = [one.snomed for one in DATA.organisms if one.snomed]
    assert all(verhoeff(code) for code in snomed)
    assert len(set(snomed)) == len(snomed)
    assert all(one.taxonomy.isdigit() for one in DATA.organisms if one.taxonomy)


def test_a_code_of_a_message_names_an_exam_or_an_antibiotic_never_both() -> None:
    exams = {code for exam in files.exams() for code in (exam.code, exam.loinc) if code}
    tested = {code for one in DATA.antibiotics for code in (one.code, one.mic_loinc, one.disk_loinc, one.loinc) if code}
    assert not exams & (tested | {code for one in DATA.markers for code in (one.code, one.loinc) if code})


_MULTIPLY = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]  # fmt: skip
_FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def verhoeff(code: str) -> bool:
    """The check digit of SNOMED CT identifiers (dihedral group D5)."""
    total = 0
    for rank, sign in enumerate(reversed(code)):
        digit = int(sign)
        for _ in range(rank % 8):
            digit = _FIRST[digit]
        total = _MULTIPLY[total][digit]
    return total == 0
