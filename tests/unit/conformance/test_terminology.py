"""Codes and units: what the value sets hold, which units pass, which LOINC codes can exist."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eprouvette.standards.terminology import loinc, snomed, ucum, value_sets
from eprouvette.standards.terminology.dimension import ratio

PASSING = [
    "%",
    "/mL",
    "/uL",
    "/[HPF]",
    "10*9/L",
    "10*12/L",
    "10*6/mL",
    "g/L",
    "g/dL",
    "mmol/L",
    "umol/L",
    "ug/L",
    "ug/mL",
    "pg/mL",
    "U/L",
    "kU/L",
    "m[IU]/L",
    "[IU]/mL",
    "[CFU]/mL",
    "[arb'U]/mL",
    "fL",
    "pg",
    "mm/h",
    "mL/min",
    "mm[Hg]",
    "kPa",
    "meq/L",
    "mosm/kg",
    "{copies}/mL",
    "{Copies}/mL",
    "{score}",
    "{ratio}",
    "U/g{Hb}",
    "mg/mmol{creat}",
]
REFUSED = [
    "1",
    "mUI/L",
    "UI/L",
    "nkat/L",
    "S/CO",
    "UFC/mL",
    "{INR}",
    "{UFC}/mL",
    "ng/mL{FEU}",
    "mL/min/{1.73_m2}",
    "G/L",
    "MMOL/L",
]


@pytest.mark.parametrize("unit", PASSING)
def test_a_listed_unit_passes(unit: str) -> None:
    assert ucum.accepts(unit)


@pytest.mark.parametrize("unit", REFUSED)
def test_a_unit_outside_the_list_is_refused(unit: str) -> None:
    assert not ucum.accepts(unit)


@pytest.mark.parametrize("code", ["11502-2", "2345-7", "14682-9", "18719-5", "101792-0", "5048-4", "33882-2"])
def test_the_check_digit_of_a_real_loinc_code_is_right(code: str) -> None:
    assert loinc.is_well_formed(code)


@pytest.mark.parametrize("code", ["11502-3", "2345", "2345-8", "-7", "A345-7", "", "12345678-1", "２３４５-7"])
def test_a_code_that_cannot_be_loinc_is_refused(code: str) -> None:
    assert not loinc.is_well_formed(code)


def test_a_code_is_looked_up_with_its_system() -> None:
    assert value_sets.contains("J02", "1.2.250.1.71.4.2.4", "SA25")
    assert not value_sets.contains("J02", "1.2.250.1.213.1.1.4.9", "SA25")
    assert not value_sets.contains("J02", None, None)
    assert value_sets.codes("J245") == {"M", "MME"}
    assert len(value_sets.pairs("interpretation")) == 39


@pytest.mark.parametrize("code", ["73211009", "22298006", "112283007", "1269497006", "77851000146104"])
def test_the_check_digit_of_a_real_snomed_ct_concept_is_right(code: str) -> None:
    assert snomed.is_well_formed(code)
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    assert not snomed.is_well_formed(wrong)


@pytest.mark.parametrize("code", ["", "7321", "73211019", "0073211009", "73211009x", "７３２１１００９", "9" * 19])
def test_a_code_that_cannot_be_a_snomed_ct_concept_is_refused(code: str) -> None:
    assert not snomed.is_well_formed(code)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("g/L", "mg/dL", Decimal(100)),
        ("mmol/L", "umol/L", Decimal(1000)),
        ("mg/L", "g/L", Decimal("0.001")),
        ("g/L", "mmol/L", None),
        ("g/L", "g", None),
        ("[IU]/mL", "k[IU]/L", Decimal(1)),
        ("10*9/L", "10*6/mL", None),
    ],
)
def test_units_that_differ_by_prefixes_convert_and_others_do_not(
    first: str, second: str, wanted: Decimal | None
) -> None:
    assert ratio(first, second) == wanted
