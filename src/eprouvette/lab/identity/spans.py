"""Where in a name, as it is written, a folded criterion stands: what a page highlights."""

from __future__ import annotations

from dataclasses import dataclass

from eprouvette.lab.directory.rules import search_key


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` (included) to ``end`` (excluded), in signs of the name as it is written."""

    start: int
    end: int


def matched(name: str, key: str) -> tuple[Span, ...]:
    """The start of ``name`` that ``key`` asked for: ``D’ÉTÉ`` for ``D ET`` gives its first four signs."""
    if not key or not search_key(name).startswith(key):
        return ()
    for end in range(1, len(name) + 1):
        if search_key(name[:end]).startswith(key):
            return (Span(0, end),)
    return ()
