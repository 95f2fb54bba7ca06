"""Codes and units: what the value sets hold, which units pass, which LOINC codes can exist."""

from __future__ import annotations

import pytest

from eprouvette.standards.terminology import loinc, ucum, value_sets

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
