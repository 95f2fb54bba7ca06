"""The ER7 codec: segments, fields, repetitions, components, sub-components, escapes.

Everything is kept: unknown segments and fields stay in the message as they came. A field is split only when
it is asked for, so that reading a message costs little more than cutting its lines.

Source: HL7 v2.5, 2.5 (message construction) and 2.7 (escape sequences).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eprouvette.standards.hl7v2.errors import UnreadableMessageError

DELETE: Final = '""'
"""The value that means: erase what you hold (an empty field means: unchanged)."""
_LINES: Final = re.compile(r"\r\n|\r|\n")
_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Separators:
    """The signs of a message: ``MSH-1`` then the four of ``MSH-2``."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    @property
    def encoding(self) -> str:
        """MSH-2."""
        return self.component + self.repetition + self.escape + self.subcomponent


STANDARD: Final = Separators()


@lru_cache(maxsize=64)
def _escapes(separators: Separators) -> tuple[dict[str, str], re.Pattern[str]]:
    table = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": separators.escape,
        ".br": "\n",
    }
    sign = re.escape(separators.escape)
    return table, re.compile(f"{sign}([^{sign}]*){sign}")


def unescape(text: str, separators: Separators = STANDARD) -> str:
    """The text that was meant: ``\\F\\`` is a separator, ``\\X0D\\`` a byte (Latin-1), ``\\.br\\`` a line break.

    A sequence that is not of the standard stays as it came.
    """
    if separators.escape not in text:
        return text
    table, pattern = _escapes(separators)

    def meant(match: re.Match[str]) -> str:
        name = match[1]
        if name in table:
            return table[name]
        if name[:1] == "X" and len(name) % 2 == 1 and len(name) > 1:
            try:
                return bytes.fromhex(name[1:]).decode("latin-1")
            except ValueError:
                return match[0]
        return "" if name in {"H", "N"} else match[0]

    return pattern.sub(meant, text)


def escape(text: str, separators: Separators = STANDARD) -> str:
    """The text as it travels: separators, escape sign and line breaks are escaped."""
    sign = separators.escape
    text = text.replace(sign, f"{sign}E{sign}")
    for name, value in (("F", separators.field), ("S", separators.component)):
        text = text.replace(value, f"{sign}{name}{sign}")
    text = text.replace(separators.subcomponent, f"{sign}T{sign}").replace(separators.repetition, f"{sign}R{sign}")
    return _LINES.sub(lambda _: f"{sign}.br{sign}", text)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: ``fields[0]`` is field 1 as it came, not yet unescaped (for MSH, the field separator)."""

    name: str
    fields: tuple[str, ...]
    separators: Separators = STANDARD

    def raw(self, number: int) -> str:
        """Field ``number`` (from 1) as it came, empty when absent."""
        return self.fields[number - 1] if 0 < number <= len(self.fields) else ""

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, none when it is empty."""
        raw = self.raw(number)
        return raw.split(self.separators.repetition) if raw else []

    def text(self, number: int, component: int = 1, subcomponent: int = 1, repetition: int = 1) -> str:
        """One value, unescaped; empty when absent."""
        raw = self.raw(number)
        if self.separators.repetition in raw:
            repeated = raw.split(self.separators.repetition)
            raw = repeated[repetition - 1] if repetition <= len(repeated) else ""
        elif repetition > 1:
            return ""
        parts = raw.split(self.separators.component)
        raw = parts[component - 1] if component <= len(parts) else ""
        leaves = raw.split(self.separators.subcomponent)
        return unescape(leaves[subcomponent - 1], self.separators) if subcomponent <= len(leaves) else ""

    def whole(self, number: int) -> str:
        """A field that is one text (ST, TX, FT): repetitions become lines, components stay as written."""
        lines = [unescape(one, self.separators) for one in self.repetitions(number)]
        return "\n".join(lines)

    def encode(self) -> str:
        """The segment as it travels."""
        if self.name == "MSH":
            return self.separators.field.join(["MSH", *self.fields[1:]])
        return self.separators.field.join([self.name, *self.fields])


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its signs and its segments in their order."""

    separators: Separators
    segments: tuple[Segment, ...]

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    def all(self, name: str) -> Iterator[Segment]:
        """The segments of that name."""
        return (segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        """The first segment of that name."""
        return next(self.all(name), None)

    def encode(self) -> str:
        """The message as it travels, each segment ended by a carriage return."""
        return "".join(f"{segment.encode()}\r" for segment in self.segments)


def parse(text: str) -> Message:
    """A message from its text; segments may end with CR, LF or both, the last with nothing.

    Raises `UnreadableMessageError` when there is no MSH with its signs, or a line that is no segment.
    """
    lines = [line for line in _LINES.split(text.strip("\r\n\x00 ")) if line]
    if not lines or not lines[0].startswith("MSH") or len(lines[0]) < 8:
        raise UnreadableMessageError("Le message ne commence pas par un segment MSH.")
    separators = _signs(lines[0])
    segments = []
    for rank, line in enumerate(lines, start=1):
        name, _, rest = line.partition(separators.field)
        if not _SEGMENT.fullmatch(name):
            raise UnreadableMessageError(f"La ligne {rank} du message n'est pas un segment.", location=f"ligne {rank}")
        fields = tuple(rest.split(separators.field)) if rest else ()
        segments.append(Segment(name, (separators.field, *fields) if name == "MSH" else fields, separators))
    return Message(separators, tuple(segments))


def _signs(line: str) -> Separators:
    field = line[3]
    declared = line[4:].partition(field)[0]
    signs = field + declared[:4]
    standard = STANDARD.encoding
    signs += standard[len(declared) :] if 1 <= len(declared) < 4 else ""
    if len(set(signs)) != 5 or any(sign.isalnum() or sign.isspace() for sign in signs) or not signs.isascii():
        raise UnreadableMessageError("MSH-1 et MSH-2 ne donnent pas cinq séparateurs distincts.", location="MSH^1^2")
    return Separators(*signs)


Leaf = str | Sequence[str]


def segment(name: str, *fields: Leaf | Sequence[Leaf]) -> Segment:
    """A segment from values to escape: a text, or the list of components (each a text or sub-components)."""
    return Segment(name, tuple(_field(value) for value in fields))


def _field(value: Leaf | Sequence[Leaf]) -> str:
    if isinstance(value, str):
        return escape(value)
    return STANDARD.component.join(_component(one) for one in value).rstrip(STANDARD.component)


def _component(value: Leaf) -> str:
    return escape(value) if isinstance(value, str) else STANDARD.subcomponent.join(escape(one) for one in value)


def header(fields: Iterable[Leaf | Sequence[Leaf]]) -> Segment:
    """An MSH with the standard signs; ``fields`` start at MSH-3."""
    return Segment("MSH", (STANDARD.field, STANDARD.encoding, *(_field(value) for value in fields)))
