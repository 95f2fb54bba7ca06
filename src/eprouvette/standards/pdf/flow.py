"""The blocks of a section: names said again (« suite ») where a page cuts them, and rows that no page parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Row = dict[str, Json]
_TALL: Final = 900
"""A row of more characters than this may be cut between two pages."""
_KEPT: Final = 2600
"""Rows of more characters than this together, about half a page, are not held on one page."""


class Flow:
    """The blocks of a section while they are made.

    A name is open from where it stands to the last row under it: a page that begins between the two says it again.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._heads = 0
        self._open: list[tuple[int, str]] = []
        self._kept: list[tuple[Row, int]] = []
        self._blocks: list[Row] = []

    def head(self, label: str, state: str, notes: tuple[str, ...] = (), *, level: int = 2) -> None:
        """Opens a battery or an isolate; ``level`` 3 stands inside of the one before."""
        self._shut(level)
        self._heads += 1
        key = f"{self._name}-{self._heads}"
        self._open.append((level, key))
        said: list[Json] = [note for note in notes if note]
        self._blocks.append(
            {"kind": "head", "key": key, "level": level, "label": label, "state": state, "notes": said, "shuts": []}
        )

    def alone(self) -> None:
        """What follows stands outside of any battery."""
        self._shut(2)

    def result(self, row: Row, size: int) -> None:
        """A row that may begin a page."""
        self._end()
        self._kept = [(row, size)]

    def after(self, row: Row, size: int) -> None:
        """A row that belongs to the one before."""
        self._kept.append((row, size))

    def finished(self) -> list[Json]:
        """Every block; the section and all in it are shut."""
        self._open.insert(0, (1, self._name))
        self._shut(1)
        return [*self._blocks]

    def _shut(self, level: int) -> None:
        """The names of ``level`` and below end with the last row made."""
        self._end()
        shut: list[Json] = [key for depth, key in self._open if depth >= level]
        self._open = [(depth, key) for depth, key in self._open if depth < level]
        if self._blocks and shut:
            already = self._blocks[-1]["shuts"]
            self._blocks[-1]["shuts"] = [*(already if isinstance(already, list) else ()), *shut]

    def _end(self) -> None:
        for group in _groups(self._kept):
            tall = len(group) == 1 and group[0][1] > _TALL
            self._blocks.append({"kind": "group", "tall": tall, "rows": [row for row, _ in group], "shuts": []})
        self._kept = []


def _groups(rows: list[tuple[Row, int]]) -> Iterator[list[tuple[Row, int]]]:
    """``rows`` whole when they fit together; else what begins them, each of the middle, what ends them."""
    if sum(size for _, size in rows) <= _KEPT:
        if rows:
            yield rows
        return
    first = _fitting([size for _, size in rows])
    last = len(rows) - _fitting([size for _, size in reversed(rows[first:])])
    yield rows[:first]
    yield from ([row] for row in rows[first:last])
    if last < len(rows):
        yield rows[last:]


def _fitting(sizes: list[int]) -> int:
    """How many of the first rows fit in half of what can be kept together; at least one, two when they are short."""
    total = 0
    for number, size in enumerate(sizes):
        total += size
        if number and total > _KEPT // 2:
            return number
    return len(sizes)
