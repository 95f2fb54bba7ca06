"""Isolates in a message: the OBX that share an OBX-4 with an identification, or that say an antibiotic; pure.

Source: HL7 v2.5 7.17.2 (microbiology: sub-id of the organism); digest ``hl7v2.md`` 3.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from eprouvette.lab.catalogue.growth import Names
from eprouvette.lab.results.incoming import NOT_DONE, IncomingIsolate, IncomingMark, IncomingTest
from eprouvette.lab.results.microbiology import read_category
from eprouvette.standards.hl7v2.errors import ContentError
from eprouvette.standards.hl7v2.oru import ObservedValue

IDENTIFICATION: Final = frozenset({"6463-4", "11475-1"})
"""LOINC of an organism identified by culture: whatever the specimen, a microorganism."""
COUNTS: Final = frozenset({"51480-2", "ISOLAT-NUM"})
"""A count of bacteria: its LOINC code for urines, and the local code under which our own reports give it."""
_COUNT_UNITS: Final = frozenset({"", "/mL", "UFC/mL", "CFU/mL", "[CFU]/mL", "{CFU}/mL", "{UFC}/mL"})
_RANK: Final = re.compile(r"0?[1-9]|[1-9][0-9]", re.ASCII)
_CODED: Final = frozenset({"CE", "CWE", "CNE"})


@dataclass(frozen=True, slots=True)
class Growth:
    """What the catalogue knows of cultures: names, codes of the exams that grow, words that these admit."""

    names: Names
    cultures: frozenset[str]
    words: frozenset[str] = frozenset()


def isolates_of(
    values: Sequence[ObservedValue], growth: Growth, received_at: datetime
) -> tuple[list[IncomingIsolate], list[ObservedValue]]:
    """The isolates that ``values`` say, and the values that are ordinary results.

    An isolate is of the culture that its identification names, else of the one that its OBR-4 asks for.
    Raises `ContentError` at the line of an identification taken back, or of an OBX-4 that is no number.
    """
    groups: dict[tuple[int, str], list[ObservedValue]] = {}
    for value in values:
        if value.sub_id:
            groups.setdefault((value.order, value.sub_id), []).append(value)
    found: list[IncomingIsolate] = []
    taken: set[str] = set()
    for lines in groups.values():
        heads = [line for line in lines if _identifies(line, growth)]
        parts = [line for line in lines if line not in heads and _belongs(line, growth.names)]
        if heads or any(growth.names.antibiotic(*_codes(line)) for line in parts):
            found.append(_isolate(heads, parts, growth, received_at))
            taken |= {line.place for line in (*heads, *parts)}
    return found, [value for value in values if value.place not in taken]


def _codes(value: ObservedValue) -> tuple[str, ...]:
    return tuple(code for code, _ in value.codes)


def _identifies(line: ObservedValue, growth: Growth) -> bool:
    """True for the line that names the organism: an identification, or a culture answered by other than its words."""
    codes = _codes(line)
    if any(code in IDENTIFICATION for code in codes):
        return True
    return any(code in growth.cultures for code in codes) and line.type in _CODED and line.value not in growth.words


def _belongs(line: ObservedValue, names: Names) -> bool:
    codes = _codes(line)
    known = names.antibiotic(*codes) is not None or names.marker(*codes) is not None
    return known or _counts(codes)


def _counts(codes: Iterable[str]) -> bool:
    return any(code in COUNTS for code in codes)


def _isolate(
    heads: list[ObservedValue], parts: list[ObservedValue], growth: Growth, received_at: datetime
) -> IncomingIsolate:
    first = heads[0] if heads else parts[0]
    if len(heads) > 1:
        message = "Deux identifications portent le même OBX-4."
        raise ContentError(message, location=f"{heads[1].place}^4", condition=205)
    if not _RANK.fullmatch(first.sub_id):
        message = "Le numéro d'isolat (OBX-4) est un nombre de 1 à 99."
        raise ContentError(message, location=f"{first.place}^4", condition=102)
    isolate = IncomingIsolate(
        exam_codes=tuple(code for code in first.services if code in growth.cultures),
        rank=int(first.sub_id),
        measured_at=max((line.measured_at or received_at for line in (*heads, *parts)), default=received_at),
        whole=False,
        place=first.place,
    )
    if heads:
        isolate = _named(isolate, heads[0], growth)
    return _with_parts(isolate, [line for line in parts if line.status not in NOT_DONE], growth.names)


def _named(isolate: IncomingIsolate, head: ObservedValue, growth: Growth) -> IncomingIsolate:
    if head.status in NOT_DONE:
        message = "Une identification retirée se retire à la main, dans le dossier."
        raise ContentError(message, location=f"{head.place}^11", condition=103)
    codes = _codes(head)
    cultures = tuple(code for code in codes if code in growth.cultures)
    organism = next((code for code in head.answers if growth.names.organism(code)), "")
    # A code that the catalogue does not know is not lost: the words stand for it, else it is refused.
    words = head.value if head.value not in head.answers else ""
    return replace(
        isolate,
        exam_codes=cultures or isolate.exam_codes,
        organism=organism or (head.answers[0] if head.answers and not words else ""),
        words=words,
        comment=head.comment,
    )


def _with_parts(isolate: IncomingIsolate, parts: Sequence[ObservedValue], names: Names) -> IncomingIsolate:
    tests: dict[str, IncomingTest] = {}
    marks: list[IncomingMark] = []
    repeated: list[IncomingTest] = []
    for line in parts:
        codes = _codes(line)
        antibiotic, marker = names.antibiotic(*codes), names.marker(*codes)
        if antibiotic is not None:
            test = _test(line, antibiotic.code, disk=antibiotic.disk in codes)
            held = tests.get(antibiotic.code)
            merged = _both(held, test) if held else test
            if merged is None:
                repeated.append(test)
            else:
                tests[antibiotic.code] = merged
        elif marker is not None:
            marks.append(IncomingMark(marker.code, line.value, line.place))
        else:
            isolate = replace(isolate, quantity=_count(line), quantity_place=line.place)
    return replace(isolate, tests=(*tests.values(), *repeated), marks=tuple(marks))


def _count(line: ObservedValue) -> str:
    """The count as it is typed; with another unit than ours it is given whole, to be refused."""
    return line.value if line.unit in _COUNT_UNITS else f"{line.value} {line.unit}"


def _test(line: ObservedValue, code: str, *, disk: bool) -> IncomingTest:
    test = IncomingTest(code, category=line.flags, unit=line.unit, method=line.method, place=line.place)
    if not line.flags and read_category(line.value) is not None:
        return replace(test, category=line.value, unit="")
    if (said := read_category(line.value)) is not None:
        if said != read_category(line.flags):
            message = "OBX-5 et OBX-8 ne disent pas la même catégorie."
            raise ContentError(message, location=f"{line.place}^8", condition=103)
        return replace(test, unit="")
    if disk or line.unit == "mm":
        return replace(test, diameter=line.value, unit="")
    return replace(test, mic=line.value)


def _both(one: IncomingTest, other: IncomingTest) -> IncomingTest | None:
    """A MIC and a diameter of the same antibiotic as one line; None when both say the same thing twice."""
    if (one.mic and other.mic) or (one.diameter and other.diameter) or not (other.mic or other.diameter):
        return None
    if one.category and other.category and one.category != other.category:
        return None
    return replace(
        one,
        mic=one.mic or other.mic,
        diameter=one.diameter or other.diameter,
        category=one.category or other.category,
        unit=one.unit or other.unit,
    )
