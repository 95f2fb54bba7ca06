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


@given(st.text(max_size=40), st.sampled_from([GLUCOSE, TSH, INR, HBS, ANA, SMEAR]))
def test_any_text_is_read_or_refused_by_a_typed_error(text: str, shape: Shape) -> None:
    try:
        value = read(shape, text)
    except ResultRefusedError:
        return
    assert from_json(to_json(value)) == value


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
