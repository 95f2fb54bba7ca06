"""Words as they are compared from one form of a report to another: entries, narrative, PDF.

`squeeze` forgets what typography and line ends change (blanks, hyphens at a line end, decimal sign, capitals,
compatibility characters) and keeps what meaning needs: blanks between two figures, signs, every letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

from lxml import etree

from eprouvette.standards.conformance.cda import child, descend, elements, kind, local

_MINUS: Final = "\u2212"
_SIGNS: Final = (
    ("\ufffe", "-"),
    ("\u2010", "-"),
    ("\u2011", "-"),
    ("\u00ad", ""),
    ("\u200b", ""),
    ("\u202f", ""),
    ("\u2019", "'"),
)
"""Hyphens of all kinds, what is not seen, the blank between thousands, the curly apostrophe."""
# Each pattern begins by the sign that it looks for, and looks behind it: nothing is tried at other places.
_NEGATIVE: Final = re.compile(r"-(?=\d)(?:(?<=^-)|(?<=[\x00\n(<>≤≥:▲▼■]-)|(?<=[^\d]\s-))")
_BETWEEN_LETTERS: Final = re.compile(r"-(?<=[^\W\d_]-)\s*(?=[^\W\d_])")
_BLANK: Final = re.compile(r" (?:(?![\d,])|(?<![\d,] ))")
_DECIMAL: Final = re.compile(r"\.(?=\d)(?<=\d\.)")
_FIGURES: Final = frozenset("0123456789")
_THOUSAND: Final = 4
_PARTED: Final = "\x00"
"""Stands in no XML document."""


class Words(NamedTuple):
    """What a value says: figures in the order of reading with the sign before them, or words."""

    numbers: tuple[str, ...] = ()
    sign: str = ""
    text: str = ""


def squeeze(text: str) -> str:
    """``▲ 12,51 G/L`` and ``▲12.51\\nG/L`` give ``▲12,51g/l``; ``98,0 82,7`` stays two figures."""
    for sign, plain_sign in _SIGNS:
        text = text.replace(sign, plain_sign)
    plain = _NEGATIVE.sub(_MINUS, unicodedata.normalize("NFKC", text).casefold())
    bare = _BLANK.sub("", " ".join(_BETWEEN_LETTERS.sub("", plain).split()))
    return _DECIMAL.sub(",", bare)


def squeeze_all(texts: Sequence[str]) -> list[str]:
    """`squeeze` of each text, in one pass over all of them."""
    return squeeze(_PARTED.join(texts)).split(_PARTED) if texts else []


def find_number(text: str, number: str, start: int = 0) -> int:
    """Where ``number`` (``-1234.50``) ends in a squeezed text from ``start``, whole and with its sign; -1 when absent.

    Zeros at the end of decimals do not count, and thousands may be set apart.
    """
    written = number.replace(".", ",").replace("-", _MINUS)
    end = _find_whole(text, written, start)
    if end >= 0:
        return end
    short = written.rstrip("0").rstrip(",") if "," in written else written
    for form in {short, _grouped(written), _grouped(short)} - {written}:
        end = _find_whole(text, form, start)
        if end >= 0:
            return end
    return -1


def _grouped(written: str) -> str:
    """``12345,6`` as ``12 345,6``."""
    whole, comma, decimals = written.partition(",")
    digits = whole.removeprefix(_MINUS)
    if len(digits) < _THOUSAND or not digits.isdecimal():
        return written
    return f"{whole[: -len(digits)]}{int(digits):,}".replace(",", " ") + comma + decimals


def _find_whole(text: str, form: str, start: int) -> int:
    at = text.find(form, start)
    while at >= 0:
        end = _after_zeros(text, at + len(form), decimals="," in form)
        if _is_whole(text, at, end):
            return end
        at = text.find(form, at + 1)
    return -1


def _after_zeros(text: str, end: int, *, decimals: bool) -> int:
    """Past the zeros that end the decimals of a number."""
    if not decimals:
        if not text.startswith(",0", end):
            return end
        end += 1
    while text.startswith("0", end):
        end += 1
    return end


def _is_whole(text: str, at: int, end: int) -> bool:
    """True when no figure, decimal or minus sign goes on beside ``text[at:end]``."""
    if text[at] != _MINUS:
        before = text[at - 1 : at]
        if before in _FIGURES or before == _MINUS or (before == "," and text[at - 2 : at - 1] in _FIGURES):
            return False
    return not (text[end : end + 1] in _FIGURES or (text[end : end + 1] == "," and text[end + 1 : end + 2] in _FIGURES))


def full_text(element: etree._Element) -> str:
    """All the text below ``element``; whatever stands in elements of its own is parted by a line end."""
    return "\n".join(cast("Iterator[str]", element.itertext()))


def referred(element: etree._Element | None, named: Mapping[str, etree._Element]) -> etree._Element | None:
    """The narrative that ``originalText`` or ``text`` points at; None when it points at nothing."""
    reference = child(element, "reference")
    return None if reference is None else named.get(reference.get("value", "").removeprefix("#"))


def words_of(value: etree._Element, named: Mapping[str, etree._Element]) -> Words:
    """What a ``value`` says, whatever its type; empty words when it says nothing that is printed."""
    name = kind(value)
    if name in {"PQ", "REAL", "INT"}:
        return Words(_numbers([value]))
    if name in {"IVL_PQ", "IVL_INT", "IVL_REAL"}:
        bounds = [bound for bound in elements(value) if bound.get("value")]
        alone = ("<" if local(bounds[0]) == "high" else ">") if len(bounds) == 1 else ""
        return Words(_numbers(bounds), alone)
    if name.startswith("RTO"):
        return Words(_numbers(elements(value)))
    if name in {"CD", "CE"}:
        said = referred(child(value, "originalText"), named)
        return Words(text=squeeze(full_text(said) if said is not None else value.get("displayName", "")))
    return Words(text=squeeze(value.text or ""))


def _numbers(holders: Iterable[etree._Element]) -> tuple[str, ...]:
    return tuple([holder.get("value", "") for holder in holders if holder.get("value")])


def label_of(observation: etree._Element, named: Mapping[str, etree._Element]) -> tuple[etree._Element | None, str]:
    """The narrative that names an exam, and its words: those of the narrative, else of the code."""
    code = child(observation, "code")
    said = referred(child(code, "originalText"), named)
    if said is not None:
        return said, full_text(said)
    held = code if code is not None and code.get("displayName") else descend(code, "translation")
    return None, "" if held is None else held.get("displayName", "")
