"""Strict reading of a received value, and its JSON form.

Nothing is guessed: a value that is not what its exam measures is refused, never bent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, cast

from pydantic import TypeAdapter

from eprouvette.core.coded import Coded
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.results.errors import (
    BackwardIntervalError,
    EmptyResultError,
    NotANumberError,
    NotARatioError,
    TooLongError,
    UnknownWordError,
    WrongUnitError,
)
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.standards.report.results import (
    CodedResult,
    Comparator,
    Interval,
    Limit,
    Numeric,
    Ratio,
    Text,
    Value,
)

LONGEST_TEXT: Final = 4000
_NUMBER = re.compile(r"(?P<sign><=|>=|<|>|≤|≥)?\s*(?P<number>[+-]?[0-9]{1,12}(?:[.,][0-9]{1,8})?)")
# No sign on a bound, so that « -5 » stays a negative number; no zero before a figure, so that « 05-10 » stays a date.
_BOUND = r"(?:0|[1-9][0-9]{0,11})(?:[.,][0-9]{1,8})?"
_INTERVAL = re.compile(rf"(?P<low>{_BOUND})(?P<dash>\s*[-–]\s*)(?P<high>{_BOUND})")
_MONTH_AND_YEAR = re.compile(r"(?:[1-9]|1[0-2])[-–](?:19|20)[0-9]{2}")
_RATIO = re.compile(r"(?P<top>[0-9]{1,6})\s*[/:]\s*(?P<bottom>[0-9]{1,9})")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SIGNS: Final[dict[str, Comparator]] = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}

_VALUE: TypeAdapter[Value] = TypeAdapter(Value)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value of an exam must look like: the catalogue's line, without its table."""

    label: str
    kind: str
    ucum: str = ""
    printed_unit: str = ""
    decimals: int = 0
    words: tuple[dict[str, str], ...] = ()


def parse(incoming: IncomingResult, shape: Shape) -> Value:
    """The value that ``incoming`` says, for an exam of that shape.

    Raises a `ResultRefusedError` that names the exam and the place. A number keeps its decimals as measured,
    rounded only when it has more than the catalogue prints (the received text stays in the measurement).
    """
    text = incoming.value.strip()
    if not text:
        raise EmptyResultError(shape.label, incoming.place)
    if len(text) > LONGEST_TEXT or _FORBIDDEN.search(text):
        raise TooLongError(shape.label, incoming.place)
    if shape.kind != "text":
        _require_unit(incoming, shape)
    match shape.kind:
        case "numeric":
            return _number(text, incoming, shape)
        case "coded":
            return _word(text, incoming, shape)
        case "ratio":
            return _ratio(text, incoming, shape)
    return Text(text)


def _require_unit(incoming: IncomingResult, shape: Shape) -> None:
    unit = incoming.unit.strip().replace("μ", "µ")
    if unit and unit not in {shape.ucum, shape.printed_unit}:
        raise WrongUnitError(shape.label, incoming.place)


def _number(text: str, incoming: IncomingResult, shape: Shape) -> Value:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return _interval(text, incoming, shape)
    if found["sign"]:
        number = Decimal(found["number"].replace(",", "."))
        return Limit(_SIGNS[found["sign"]], number, shape.ucum or None, shape.printed_unit)
    return Numeric(_rounded(found["number"], shape), shape.ucum or None, shape.printed_unit)


def _rounded(text: str, shape: Shape) -> Decimal:
    number = Decimal(text.replace(",", "."))
    exponent = cast("int", number.as_tuple().exponent)
    if -exponent > shape.decimals:
        return number.quantize(Decimal(1).scaleb(-shape.decimals), ROUND_HALF_UP)
    return number


def _interval(text: str, incoming: IncomingResult, shape: Shape) -> Value:
    """``10 - 20``: two bounds in the one unit of the exam; a date or a negative number is none."""
    found = _INTERVAL.fullmatch(text)
    if found is None or _MONTH_AND_YEAR.fullmatch(text):
        raise NotANumberError(shape.label, incoming.place)
    low, high = _rounded(found["low"], shape), _rounded(found["high"], shape)
    if low > high:
        raise BackwardIntervalError(shape.label, incoming.place)
    return Interval(low, high, shape.ucum or None, shape.printed_unit)


def _word(text: str, incoming: IncomingResult, shape: Shape) -> Value:
    found = _listed(text, shape)
    if found is None:
        raise UnknownWordError(shape.label, incoming.place)
    return found


def _listed(text: str, shape: Shape) -> CodedResult | None:
    """The admitted word that ``text`` is, by its letters or by its code."""
    wanted = _word_key(text)
    for word in shape.words:
        if wanted == _word_key(word["text"]) or (word["code"] and text == word["code"]):
            coded = Coded(word["code"], word["system"], word["display"]) if word["code"] else None
            return CodedResult(word["text"], coded)
    return None


def _word_key(text: str) -> str:
    signs = "".join(sign for sign in text if sign in "<>+-/")
    return f"{signs}{search_key(text)}"


def _ratio(text: str, incoming: IncomingResult, shape: Shape) -> Value:
    found = _RATIO.fullmatch(text)
    if found and int(found["top"]) and int(found["bottom"]):
        return Ratio(Decimal(found["top"]), Decimal(found["bottom"]))
    listed = _listed(text, shape)
    if listed is None:
        raise NotARatioError(shape.label, incoming.place)
    return listed


def to_json(value: Value) -> dict[str, object]:
    """The value as a column holds it."""
    return cast("dict[str, object]", _VALUE.dump_python(value, mode="json"))


def from_json(content: object) -> Value:
    """The value that a column holds."""
    return _VALUE.validate_python(content)
