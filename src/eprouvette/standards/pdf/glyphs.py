"""The characters that our fonts have, checked before typesetting.

A typesetter without the glyph prints an empty box: on a health document that is a lost word, so it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

from eprouvette.standards.pdf.errors import MissingGlyphError

FONTS = Path(str(files(__package__) / "fonts"))
_LAYOUT = frozenset(map(ord, "\n\u202f\u00a0"))
"""Characters that the typesetter sets by itself, from the space."""


@cache
def printable() -> frozenset[int]:
    """The code points that every one of our fonts has."""
    maps = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            maps.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*maps) | _LAYOUT


@cache
def _characters() -> frozenset[str]:
    return frozenset(map(chr, printable()))


def require_glyphs(value: object, place: str = "") -> None:
    """Raises `MissingGlyphError` with the place of the first character of ``value`` (JSON-like) that has no glyph."""
    if isinstance(value, str):
        # A report has thousands of characters: the set of them is looked at, and each one only to say which is lost.
        if not _characters().issuperset(value):
            raise MissingGlyphError(place, next(ord(one) for one in value if one not in _characters()))
    elif isinstance(value, Mapping):
        for name, member in value.items():
            require_glyphs(member, f"{place}.{name}" if place else str(name))
    elif isinstance(value, Sequence) and not place.endswith(".octets"):
        for rank, item in enumerate(value):
            require_glyphs(item, f"{place}[{rank}]")
