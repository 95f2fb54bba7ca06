"""Values as entries hold them: one ``xsi:type`` per kind of content.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 6.3, « type of value »).
"""

from __future__ import annotations

from decimal import Decimal

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import shapes
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, text
from eprouvette.standards.crbio.wording import dot, printed_range, ucum_unit
from eprouvette.standards.report.meanings import INTERPRETATIONS
from eprouvette.standards.report.results import (
    Bounds,
    CodedResult,
    Interval,
    Limit,
    Numeric,
    Ratio,
    ReferenceRange,
    Text,
    Value,
)


def value(content: Value, reference: str) -> Xml:
    """``value``; ``reference`` is the narrative id of its words."""
    match content:
        case Numeric():
            also = _second(content.also.value, content.also.unit) if content.also else NOTHING
            return el("value", also, xsi_type="PQ", value=dot(content.value), unit=content.unit)
        case Limit():
            inclusive = "true" if content.comparator.endswith("=") else "false"
            side = "high" if content.comparator.startswith("<") else "low"
            bound = el(side, value=dot(content.value), unit=content.unit, inclusive=inclusive)
            return el("value", bound, xsi_type="IVL_PQ")
        case Interval():
            return _bounds(content.low, content.high, content.unit, None)
        case CodedResult():
            words = shapes.original(reference)
            if content.coded is None:
                return el("value", words, xsi_type="CD")
            return shapes.code("value", content.coded, words, xsi_type="CD")
        case Text():
            return el("value", text(content.text), xsi_type="ST")
        case Ratio():
            return el(
                "value",
                _term("numerator", content.numerator),
                _term("denominator", content.denominator),
                xsi_type="RTO",
            )


def _term(name: str, number: Decimal) -> Xml:
    whole = number == number.to_integral_value()
    return el(name, xsi_type="INT" if whole else "REAL", value=dot(number.to_integral_value() if whole else number))


def _second(number: Decimal | None, unit: str) -> Xml:
    """The same quantity in a second unit, as the published examples write it."""
    return el("translation", value=dot(number), code=unit) if number is not None else NOTHING


def _bounds(low: Decimal | None, high: Decimal | None, unit: str | None, also: Bounds | None) -> Xml:
    lower = _second(also.low, also.unit) if also else NOTHING
    upper = _second(also.high, also.unit) if also else NOTHING
    return el(
        "value",
        el("low", lower, value=dot(low), unit=unit) if low is not None else NOTHING,
        el("high", upper, value=dot(high), unit=unit) if high is not None else NOTHING,
        xsi_type="IVL_PQ",
    )


def interpretation(code: str | None) -> Xml:
    """``interpretationCode`` with its words; nothing when None."""
    if code is None:
        return NOTHING
    known = INTERPRETATIONS.get(code)
    return shapes.code("interpretationCode", Coded(code, oids.INTERPRETATION, known.words if known else code))


_NORMAL = interpretation("N")


def reference_range(reference: ReferenceRange | None, content: Value | None) -> Xml:
    """The one ``referenceRange``: bounds in ``value``, any words in ``text``; words alone are the value."""
    if reference is None:
        return NOTHING
    words = [reference.text] if reference.text else []
    if reference.criteria:
        words.append(reference.criteria)
    if reference.low is None and reference.high is None:
        inside = el("value", text(printed_range(reference, content)), xsi_type="ST")
    else:
        said = el("text", text(" ; ".join(words))) if words else NOTHING
        unit = reference.unit or ucum_unit(content)
        inside = Xml(said + _bounds(reference.low, reference.high, unit, reference.also))
    return Xml(
        '<referenceRange typeCode="REFV"><observationRange classCode="OBS" moodCode="EVN.CRT">'
        f"{inside}{_NORMAL}</observationRange></referenceRange>"
    )
