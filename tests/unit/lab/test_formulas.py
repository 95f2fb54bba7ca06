"""The calculations: published values, the limits of their authors, and units that cannot be mixed up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.lab.catalogue import files
from eprouvette.lab.catalogue.errors import CatalogueDataError
from eprouvette.lab.catalogue.formulas import FORMULAS, Impossible, Who, calculate

WOMAN, MAN, CHILD, UNKNOWN = Who(45, "F"), Who(55, "M"), Who(17, "F"), Who(45, "UN")


def numbers(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("name", "given_numbers", "who", "expected"),
    [
        # Friedewald 1972, in g/L: 2.00 - 0.50 - 1.50 / 5.
        ("friedewald", ("2.00", "0.50", "1.50"), WOMAN, "1.20"),
        ("friedewald", ("2.40", "0.45", "3.40"), MAN, "1.27"),
        ("non_hdl", ("2.00", "0.50"), WOMAN, "1.50"),
        # National Kidney Foundation, example of the 2021 equation: man of 55, 1.2 mg/dL.
        ("ckd_epi_2021", ("106.08",), MAN, "71"),
        # kidney.epi (CRAN), example of the 2009 equation: man of 60, 1.4 mg/dL, without coefficient.
        ("ckd_epi_2009", ("123.76",), Who(60, "M"), "54"),
        # At kappa both powers are 1: 141 × 0.993^age × 1.018, and 142 × 0.9938^age × 1.012.
        ("ckd_epi_2009", ("61.88",), Who(50, "F"), "101"),
        ("ckd_epi_2021", ("61.88",), Who(50, "F"), "105"),
        # Below kappa, by hand: 141 × 1.1105 × 0.8100 × 1.018.
        ("ckd_epi_2009", ("45",), Who(30, "F"), "129"),
        ("anion_gap", ("140", "104", "24"), WOMAN, "12"),
        # Payne 1973: 2.00 mmol/L with 20 g/L of albumin is 2.50.
        ("corrected_calcium", ("2.00", "20"), WOMAN, "2.50"),
        ("corrected_calcium", ("2.40", "44"), WOMAN, "2.30"),
        ("saturation", ("18.0", "2.40"), WOMAN, "30"),
        ("albumin_creatinine", ("30.0", "10.0"), WOMAN, "3.0"),
    ],
)
def test_a_published_value_is_found_again(name: str, given_numbers: tuple[str, ...], who: Who, expected: str) -> None:
    found = calculate(name, numbers(*given_numbers), who)
    assert isinstance(found, Decimal)
    assert found.quantize(Decimal(expected)) == Decimal(expected)


@pytest.mark.parametrize(
    ("name", "given_numbers", "who", "words"),
    [
        ("friedewald", ("2.40", "0.45", "3.41"), MAN, "3,40 g/L"),
        ("friedewald", ("1.00", "0.80", "1.50"), MAN, "nul ou négatif"),
        ("non_hdl", ("0.50", "0.50"), MAN, "nul ou négatif"),
        ("ckd_epi_2009", ("80",), CHILD, "adulte"),
        ("ckd_epi_2021", ("80",), UNKNOWN, "sexe"),
        ("albumin_creatinine", ("12", "0"), WOMAN, "nulle ou négative"),
        ("anion_gap", ("-140", "104", "24"), WOMAN, "nulle ou négative"),
    ],
)
def test_nothing_is_calculated_beyond_what_was_published(
    name: str, given_numbers: tuple[str, ...], who: Who, words: str
) -> None:
    found = calculate(name, numbers(*given_numbers), who)
    assert isinstance(found, Impossible)
    assert words in found.reason


@given(
    name=st.sampled_from(sorted(FORMULAS)),
    drawn=st.lists(st.decimals("-1000", "100000", places=3, allow_nan=False), min_size=3, max_size=3),
    age=st.integers(0, 120),
    sex=st.sampled_from(["F", "M", "UN"]),
)
def test_any_input_gives_a_finite_number_or_a_reason(name: str, drawn: list[Decimal], age: int, sex: str) -> None:
    found = calculate(name, drawn[: len(FORMULAS[name].inputs)], Who(age, sex))
    if isinstance(found, Impossible):
        assert found.reason.endswith(".")
    else:
        assert found.is_finite()


@given(
    creatinine=st.decimals("10", "1500", places=1, allow_nan=False),
    age=st.integers(18, 99),
    sex=st.sampled_from(["F", "M"]),
)
def test_filtration_falls_with_creatinine_and_age(creatinine: Decimal, age: int, sex: str) -> None:
    for name in ("ckd_epi_2009", "ckd_epi_2021"):
        here = calculate(name, [creatinine], Who(age, sex))
        higher, older = (
            calculate(name, [creatinine + 5], Who(age, sex)),
            calculate(name, [creatinine], Who(age + 1, sex)),
        )
        assert isinstance(here, Decimal)
        assert isinstance(higher, Decimal)
        assert isinstance(older, Decimal)
        assert higher < here
        assert older < here


EXAMS = {exam.code: exam for exam in files.exams()}
CALCULATED = [exam for exam in EXAMS.values() if exam.formula]


@pytest.mark.parametrize("exam", CALCULATED, ids=lambda exam: exam.code)
def test_a_calculated_exam_of_the_catalogue_has_measured_parts_in_the_units_of_its_formula(
    exam: files.ExamData,
) -> None:
    formula = FORMULAS[exam.formula]
    assert tuple(EXAMS[code].ucum for code in exam.inputs) == formula.inputs
    assert exam.ucum == formula.ucum
    assert exam.derivation


def test_every_formula_but_the_alternative_one_is_used() -> None:
    assert {exam.formula for exam in CALCULATED} == set(FORMULAS) - {"ckd_epi_2021"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"formula": "martin_hopkins"}, "inconnue"),
        ({"formula": ""}, "inconnue"),
        ({"ucum": "mmol/L"}, "donne un nombre en g/L"),
        ({"kind": "text"}, "donne un nombre en g/L"),
        ({"inputs": ("CHOL", "HDL")}, "composantes"),
        ({"inputs": ("CHOL", "HDL", "ABSENT")}, "composantes"),
        ({"inputs": ("CHOL", "HDL", "GLU2")}, "composantes"),
        ({"inputs": ("CHOL", "HDL", "NA")}, "composantes"),
        ({"inputs": ("CHOL", "HDL", "NHDL")}, "composantes"),
    ],
)
def test_a_file_that_mixes_units_or_names_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(CatalogueDataError, match=words):
        files._require_calculable(replace(EXAMS["LDL"], **changes), EXAMS)  # type: ignore[arg-type]
