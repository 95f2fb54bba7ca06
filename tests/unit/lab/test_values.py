"""A received value is read strictly: what it may be, and what is refused with exam and place."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.lab.results.errors import (
    BackwardIntervalError,
    EmptyResultError,
    NotANumberError,
    NotARatioError,
    ResultRefusedError,
    TooLongError,
    UnknownWordError,
    WrongUnitError,
)
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.lab.results.values import Shape, from_json, parse, to_json
from eprouvette.standards.report.results import CodedResult, Interval, Limit, Numeric, Ratio, Text, Value

MOMENT = datetime(2026, 3, 12, 9, tzinfo=UTC)
GLUCOSE = Shape("Glucose", "numeric", "g/L", "g/L", 2)
TSH = Shape("TSH", "numeric", "m[IU]/L", "mUI/L", 3)
INR = Shape("INR", "numeric", "", "", 2)
HBS = Shape(
    "Antigène HBs",
    "coded",
    words=(
        {"text": "Négatif", "code": "260385009", "system": oids.SNOMED_CT, "display": "Négatif", "interpretation": ""},
        {"text": "Douteux", "code": "", "system": "", "display": "", "interpretation": ""},
    ),
)
ANA = Shape(
    "Anticorps antinucléaires",
    "ratio",
    words=({"text": "< 1/80", "code": "", "system": "", "display": "", "interpretation": "N"},),
)
SMEAR = Shape("Frottis", "text")
FIELD = Shape("Leucocytes par champ", "numeric", "/[HPF]", "/champ", 0)


def read(shape: Shape, value: str, unit: str = "") -> Value:
    return parse(IncomingResult("X", value, MOMENT, unit=unit, place="OBX[3]"), shape)


@pytest.mark.parametrize(
    ("shape", "text", "unit", "value"),
    [
        (GLUCOSE, "1.32", "g/L", Numeric(Decimal("1.32"), "g/L", "g/L")),
        (GLUCOSE, " 1,32 ", "", Numeric(Decimal("1.32"), "g/L", "g/L")),
        (GLUCOSE, "1.3", "", Numeric(Decimal("1.3"), "g/L", "g/L")),
        (GLUCOSE, "1.325", "", Numeric(Decimal("1.33"), "g/L", "g/L")),
        (TSH, "<0.01", "mUI/L", Limit("<", Decimal("0.01"), "m[IU]/L", "mUI/L")),
        (TSH, "> 200", "m[IU]/L", Limit(">", Decimal(200), "m[IU]/L", "mUI/L")),
        (TSH, "≥200", "", Limit(">=", Decimal(200), "m[IU]/L", "mUI/L")),
        (TSH, "<= 0,005", "", Limit("<=", Decimal("0.005"), "m[IU]/L", "mUI/L")),
        (INR, "1.02", "", Numeric(Decimal("1.02"))),
        (HBS, "NEGATIF", "", CodedResult("Négatif", Coded("260385009", oids.SNOMED_CT, "Négatif"))),
        (HBS, "260385009", "", CodedResult("Négatif", Coded("260385009", oids.SNOMED_CT, "Négatif"))),
        (HBS, "douteux", "", CodedResult("Douteux")),
        (ANA, "1/160", "", Ratio(Decimal(1), Decimal(160))),
        (ANA, "1:320", "", Ratio(Decimal(1), Decimal(320))),
        (ANA, "<1/80", "", CodedResult("< 1/80")),
        (FIELD, "10 - 20", "", Interval(Decimal(10), Decimal(20), "/[HPF]", "/champ")),
        (FIELD, "0-2", "/[HPF]", Interval(Decimal(0), Decimal(2), "/[HPF]", "/champ")),
        (FIELD, "5–5", "/champ", Interval(Decimal(5), Decimal(5), "/[HPF]", "/champ")),
        (FIELD, "1 - 2000", "", Interval(Decimal(1), Decimal(2000), "/[HPF]", "/champ")),
        (FIELD, "-5", "", Numeric(Decimal(-5), "/[HPF]", "/champ")),
        (GLUCOSE, "0,70 - 1.105", "g/L", Interval(Decimal("0.70"), Decimal("1.11"), "g/L", "g/L")),
        (SMEAR, "10 - 20", "", Text("10 - 20")),
        (SMEAR, "Rares schizocytes.\nAnisocytose.", "", Text("Rares schizocytes.\nAnisocytose.")),
    ],
)
def test_a_value_is_read(shape: Shape, text: str, unit: str, value: Value) -> None:
    assert read(shape, text, unit) == value


@pytest.mark.parametrize(
    ("shape", "text", "unit", "error"),
    [
        (GLUCOSE, "", "", EmptyResultError),
        (GLUCOSE, "   ", "", EmptyResultError),
        (GLUCOSE, "hémolysé", "", NotANumberError),
        (GLUCOSE, "1.3.2", "", NotANumberError),
        (GLUCOSE, "1 234,5", "", NotANumberError),
        (GLUCOSE, "1e5", "", NotANumberError),
        (GLUCOSE, "NaN", "", NotANumberError),
        (GLUCOSE, "Infinity", "", NotANumberError),
        (GLUCOSE, "١٢", "", NotANumberError),
        (GLUCOSE, "<", "", NotANumberError),
        (GLUCOSE, "9" * 13, "", NotANumberError),
        (GLUCOSE, "1.32", "mmol/L", WrongUnitError),
        (INR, "1.02", "s", WrongUnitError),
        (GLUCOSE, "1\x002", "", TooLongError),
        (SMEAR, "x" * 5000, "", TooLongError),
        (SMEAR, "a\x0bb", "", TooLongError),
        (FIELD, "20 - 10", "", BackwardIntervalError),
        (FIELD, "2024-12", "", BackwardIntervalError),
        (FIELD, "12-2025", "", NotANumberError),
        (FIELD, "05-10", "", NotANumberError),
        (FIELD, "12/03/2026", "", NotANumberError),
        (FIELD, "2026-03-12", "", NotANumberError),
        (FIELD, "12-03-2026", "", NotANumberError),
        (FIELD, "-5 - 10", "", NotANumberError),
        (FIELD, "5 - -2", "", NotANumberError),
        (FIELD, "5--2", "", NotANumberError),
        (FIELD, "< 5 - 10", "", NotANumberError),
        (FIELD, "10 -", "", NotANumberError),
        (FIELD, "10 20", "", NotANumberError),
        (FIELD, "10 - 20 /champ", "", NotANumberError),
        (FIELD, "10 /champ - 20 /mm3", "", NotANumberError),
        (FIELD, f"1 - {'9' * 13}", "", NotANumberError),
        (FIELD, "10 - 20", "/uL", WrongUnitError),
        (HBS, "10 - 20", "", UnknownWordError),
        (ANA, "10 - 20", "", NotARatioError),
        (HBS, "peut-être", "", UnknownWordError),
        (ANA, "1/0", "", NotARatioError),
        (ANA, "0/80", "", NotARatioError),
        (ANA, "161", "", NotARatioError),
    ],
)
def test_a_value_of_another_form_is_refused_with_exam_and_place(
    shape: Shape, text: str, unit: str, error: type[ResultRefusedError]
) -> None:
    with pytest.raises(error) as refused:
        read(shape, text, unit)
    assert refused.value.message.startswith(f"{shape.label} (OBX[3]) : ")
    assert not text.strip() or text not in refused.value.message
    assert refused.value.hint


@given(st.text(max_size=40), st.sampled_from([GLUCOSE, TSH, INR, HBS, ANA, SMEAR, FIELD]))
def test_any_text_is_read_or_refused_by_a_typed_error(text: str, shape: Shape) -> None:
    try:
        value = read(shape, text)
    except ResultRefusedError:
        return
    assert from_json(to_json(value)) == value


@given(st.decimals("0", "999999", places=2), st.decimals("0", "999999", places=2), st.sampled_from(["-", " - ", "–"]))
def test_two_bounds_are_an_interval_only_the_right_way_round(low: Decimal, high: Decimal, dash: str) -> None:
    text = f"{low}{dash}{high}"
    if low <= high:
        assert read(GLUCOSE, text) == Interval(low, high, "g/L", "g/L")
    else:
        with pytest.raises(BackwardIntervalError):
            read(GLUCOSE, text)


@pytest.mark.parametrize(
    "value",
    [
        Numeric(Decimal("1234.50"), "g/L", "g/L"),
        Limit("<=", Decimal("0.01"), "m[IU]/L", "mUI/L"),
        Interval(Decimal(2), Decimal(5), "/[HPF]"),
        Ratio(Decimal(1), Decimal(160)),
        CodedResult("Négatif"),
        Text("Rares."),
    ],
)
def test_a_value_comes_back_from_its_column(value: Value) -> None:
    assert from_json(to_json(value)) == value
