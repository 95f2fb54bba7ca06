"""The words of a document: text of an element, text of a narrative as people read it."""

from __future__ import annotations

from typing import Final

from lxml import etree

_HL7: Final = "{urn:hl7-org:v3}"
_BREAK: Final = _HL7 + "br"
_LINK: Final = _HL7 + "linkHtml"
_LINES: Final = frozenset(_HL7 + name for name in ("tr", "paragraph", "item", "list", "table", "caption"))
_CELLS: Final = frozenset(_HL7 + name for name in ("td", "th"))
_RAISED: Final = {
    _HL7 + "sup": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    _HL7 + "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
_CELL: Final = "\t"


def own_text(element: etree._Element) -> str:
    """The text of an element itself, also around comments."""
    if not len(element):
        return element.text or ""
    tails = (one.tail or "" for one in element if not isinstance(one.tag, str))
    return "".join((element.text or "", *tails))


def said(element: etree._Element) -> str:
    """The text of a narrative element: ``br``, rows and paragraphs are line feeds, cells are parted by a dot.

    ``<sup>9</sup>`` is ⁹, and a link tells its address when its words do not.
    """
    if not len(element):
        return " ".join((element.text or "").split())
    parts: list[str] = []
    _gather(element, parts)
    lines = (line.split(_CELL) for line in "".join(parts).split("\n"))
    kept = (" · ".join(cell for cell in map(str.strip, line) if cell) for line in lines)
    return "\n".join(kept).strip()


def _gather(node: etree._Element, parts: list[str]) -> None:
    """The text below ``node``, blanks of the source reduced to one."""
    raised = _RAISED.get(node.tag)
    if node.text:
        parts.append(_blank(node.text.translate(raised) if raised else node.text))
    for inner in node:
        if isinstance(inner.tag, str):
            _inner(inner, parts)
        if inner.tail:
            parts.append(_blank(inner.tail))


def _inner(inner: etree._Element, parts: list[str]) -> None:
    tag = inner.tag
    if tag == _BREAK:
        parts.append("\n")
    elif tag in _LINES:
        if parts and not parts[-1].endswith("\n"):
            parts.append("\n")
        _gather(inner, parts)
        parts.append("\n")
    elif tag in _CELLS:
        _gather(inner, parts)
        parts.append(_CELL)
    else:
        _gather(inner, parts)
        address = inner.get("href", "") if tag == _LINK else ""
        if address and address not in "".join(map(str, inner.itertext())):
            parts.append(f" ({address})")


def _blank(text: str) -> str:
    return " ".join(f"|{text}|".split())[1:-1]
