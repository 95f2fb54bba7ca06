"""Reading what a culture grew: organism, quantity, antibiogram, marks of resistance; pure.

S, I or R is what the user or the analyser says: no breakpoint is known here. Source of the categories: HL7
ObservationInterpretation; EUCAST and CA-SFM for their French words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, cast

from eprouvette.lab.catalogue.growth import Names
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.results import values
from eprouvette.lab.results.errors import (
    AntibioticMissingError,
    AntibioticTwiceError,
    EmptyResultError,
    MarkTwiceError,
    NotADiameterError,
    NotAMicError,
    NotAQuantityError,
    ResultRefusedError,
    TooLongError,
    UnknownAntibioticError,
    UnknownCategoryError,
    UnknownMarkError,
    UnknownOrganismError,
    WrongUnitError,
)
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingMark, IncomingTest
from eprouvette.standards.report.results import Comparator, Limit, Numeric, Text, Value

CATEGORIES: Final[dict[str, str]] = {
    "S": "sensible",
    "SDD": "sensible, dose-dépendant",
    "I": "sensible à forte posologie",
    "R": "résistant",
    "NS": "non sensible",
    "IE": "non interprétable",
}
"""What a category means, by its HL7 code."""
TECHNIQUES: Final[dict[str, str]] = {
    "BLM": "Antibiogramme en milieu liquide - micro méthode",
    "BDD": "Antibiogramme - méthode disque",
    "BDB": "Antibiogramme - bandelette gradient",
    "BLG": "Antibiogramme en milieu liquide - galeries conventionnelles",
}
"""The techniques of an antibiogram (JDV TechniqueBiologie)."""
LONGEST_WORDS: Final = 120
LONGEST_COMMENT: Final = 2000
_SAID: Final = {"SFP": "I", "SENSIBLE": "S", "RESISTANT": "R", "INTERMEDIAIRE": "I"}
_PRESENT: Final = frozenset({"PRESENT", "PRESENTE", "PRESENCE", "POS", "POSITIF", "POSITIVE", "DET", "1", "OUI"})
_ABSENT: Final = frozenset({"ABSENT", "ABSENTE", "ABSENCE", "NEG", "NEGATIF", "NEGATIVE", "ND", "0", "NON"})
_SIGNS: Final[dict[str, Comparator | None]] = {
    "": None, "=": None, "<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=",
}  # fmt: skip
_SIGN: Final = r"(?P<sign><=|>=|<|>|≤|≥|=|)\s*"
_MIC: Final = re.compile(_SIGN + r"(?P<number>[0-9]{1,4}(?:[.,][0-9]{1,4})?)\s*(?:mg/L|[uµμ]g/mL)?")
_MIC_UNITS: Final = frozenset({"", "mg/L", "ug/mL", "µg/mL"})
_LEAST_MIC, _MOST_MIC = Decimal("0.001"), Decimal(9999)
_DIAMETER: Final = re.compile(r"=?\s*(?P<number>[0-9]{1,2}(?:[.,][0-9])?)\s*(?:mm)?")
_LEAST_DIAMETER, _MOST_DIAMETER = Decimal(5), Decimal(60)
_COUNT: Final = re.compile(
    _SIGN + r"(?:10\s*\^\s*(?P<power>[0-9]{1,2})|(?P<number>[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]{1,10}))"
    r"\s*(?:(?:UFC|CFU|germes|bact[ée]ries)?\s*/\s*mL)?",
    re.IGNORECASE,
)
_LIKE_A_COUNT: Final = re.compile(r"[<>=≤≥]|-\s*[0-9]|[0-9][0-9 ]*\s*([\^eE.,x]|$|/)")
_MOST_POWER: Final = 12
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Tested:
    """An antibiotic of an isolate, read: by its local code."""

    __test__ = False

    antibiotic: str
    mic: Numeric | Limit | None = None
    diameter: Decimal | None = None
    category: str = ""
    method: str = ""
    technique_code: str = ""


@dataclass(frozen=True, slots=True)
class Grown:
    """An isolate, read: by local codes; ``organism`` is empty for free ``words``, both for a mere antibiogram."""

    organism: str = ""
    words: str = ""
    quantity: Value | None = None
    comment: str = ""
    tests: tuple[Tested, ...] = ()
    marks: tuple[tuple[str, bool], ...] = ()

    @property
    def named(self) -> bool:
        """True when it says which organism."""
        return bool(self.organism or self.words)


def read_mic(text: str) -> Numeric | Limit | None:
    """A MIC in mg/L (``8``, ``=8``, ``<=0,5``, ``>256``); None for what is not one."""
    found = _MIC.fullmatch(text.strip())
    if found is None:
        return None
    number = Decimal(found["number"].replace(",", "."))
    if not _LEAST_MIC <= number <= _MOST_MIC:
        return None
    sign = _SIGNS[found["sign"]]
    return Limit(sign, number, "ug/mL", "mg/L") if sign else Numeric(number, "ug/mL", "mg/L")


def read_diameter(text: str) -> Decimal | None:
    """A diameter in mm; None for what is not one."""
    found = _DIAMETER.fullmatch(text.strip())
    number = Decimal(found["number"].replace(",", ".")) if found else Decimal(0)
    return number if _LEAST_DIAMETER <= number <= _MOST_DIAMETER else None


def read_category(text: str) -> str | None:
    """The HL7 code of a category, by its code or its French word; None for what is not one."""
    said = search_key(text)
    said = _SAID.get(said, said)
    return said if said in CATEGORIES else None


def read_quantity(text: str) -> Value | None:
    """A count (``10^5``, ``>= 10^5 UFC/mL``, ``1 000``) or words (``rares colonies``, ``++``); None for neither.

    ``10e5`` is refused: it is written for 10^5 and reads as 10^6.
    """
    said = text.strip()
    found = _COUNT.fullmatch(said)
    if found is None:
        return None if _LIKE_A_COUNT.match(said) or not _speaks(said) else Text(said)
    if found["power"]:
        number = Decimal(10) ** int(found["power"]) if int(found["power"]) <= _MOST_POWER else Decimal(-1)
    else:
        number = Decimal(re.sub(r"\D", "", found["number"]))
    if number < 0:
        return None
    # Whole digits: 10 to a power is otherwise written as such, which a document may not.
    number, sign = Decimal(int(number)), _SIGNS[found["sign"]]
    return Limit(sign, number, "[CFU]/mL", "UFC/mL") if sign else Numeric(number, "[CFU]/mL", "UFC/mL")


def _speaks(text: str) -> bool:
    return 0 < len(text) <= LONGEST_WORDS and _FORBIDDEN.search(text) is None and "\n" not in text


def read_presence(text: str) -> bool | None:
    """Found or not, by the words and signs of laboratories; None for neither."""
    said = search_key(text)
    if said in _PRESENT or text.strip() == "+":
        return True
    return False if said in _ABSENT or text.strip() == "-" else None


def read(incoming: IncomingIsolate, names: Names, label: str) -> tuple[Grown, tuple[ResultRefusedError, ...]]:
    """The isolate that ``incoming`` says, and all that is wrong in it; ``label`` names the culture."""
    faults: list[ResultRefusedError] = []
    organism, words = _organism(incoming, names, label, faults)
    quantity = read_quantity(incoming.quantity) if incoming.quantity.strip() else None
    if incoming.quantity.strip() and quantity is None:
        faults.append(NotAQuantityError(label, incoming.quantity_place or incoming.place))
    comment = incoming.comment.strip()
    if len(comment) > LONGEST_COMMENT or _FORBIDDEN.search(comment):
        faults.append(TooLongError(label, incoming.place))
    grown = Grown(
        organism=organism,
        words=words,
        quantity=quantity,
        comment=comment,
        tests=tuple(_tests(incoming.tests, names, label, faults)),
        marks=tuple(_marks(incoming.marks, names, label, faults)),
    )
    return grown, tuple(faults)


def _organism(incoming: IncomingIsolate, names: Names, label: str, faults: list[ResultRefusedError]) -> tuple[str, str]:
    found = names.organism(incoming.organism, incoming.words)
    if found is not None:
        return found.code, ""
    words = " ".join(incoming.words.split())
    if _speaks(words):
        return "", words
    # A code that nobody knows, or nothing at all where a whole isolate is due.
    if incoming.whole or incoming.organism.strip() or words:
        faults.append(UnknownOrganismError(label, incoming.place))
    return "", ""


def _tests(
    lines: Iterable[IncomingTest], names: Names, label: str, faults: list[ResultRefusedError]
) -> Iterable[Tested]:
    seen: set[str] = set()
    for line in lines:
        if not line.antibiotic.strip():
            faults.append(AntibioticMissingError(label, line.place))
            continue
        antibiotic = names.antibiotic(line.antibiotic)
        if antibiotic is None:
            faults.append(UnknownAntibioticError(line.antibiotic[:40], line.place))
            continue
        if antibiotic.code in seen:
            faults.append(AntibioticTwiceError(antibiotic.label, line.place))
            continue
        seen.add(antibiotic.code)
        if (tested := _tested(line, antibiotic.code, antibiotic.label, faults)) is not None:
            yield tested


def _tested(line: IncomingTest, code: str, label: str, faults: list[ResultRefusedError]) -> Tested | None:
    mic = read_mic(line.mic) if line.mic.strip() else None
    diameter = read_diameter(line.diameter) if line.diameter.strip() else None
    category = read_category(line.category) if line.category.strip() else ""
    before = len(faults)
    if line.mic.strip() and mic is None:
        faults.append(NotAMicError(label, line.place))
    if line.mic.strip() and line.unit.strip().replace("μ", "µ") not in _MIC_UNITS:
        faults.append(WrongUnitError(label, line.place))
    if line.diameter.strip() and diameter is None:
        faults.append(NotADiameterError(label, line.place))
    if category is None:
        faults.append(UnknownCategoryError(label, line.place))
    if not (line.mic.strip() or line.diameter.strip() or line.category.strip()):
        faults.append(EmptyResultError(label, line.place))
    if len(faults) > before:
        return None
    return Tested(code, mic, diameter, category or "", line.method.strip()[:120], line.technique_code)


def _marks(
    lines: Iterable[IncomingMark], names: Names, label: str, faults: list[ResultRefusedError]
) -> Iterable[tuple[str, bool]]:
    seen: set[str] = set()
    for line in lines:
        marker, present = names.marker(line.marker), read_presence(line.found)
        if marker is None or present is None:
            faults.append(UnknownMarkError(marker.label if marker else label, line.place))
        elif marker.code in seen:
            faults.append(MarkTwiceError(marker.label, line.place))
        else:
            seen.add(marker.code)
            yield marker.code, present


def completed(held: Grown, said: Grown) -> Grown:
    """``held`` with what a later message says of the same organism; of another one, only what the message says."""
    if said.named and (said.organism, said.words) != (held.organism, held.words):
        return said
    tests = {one.antibiotic: one for one in (*held.tests, *said.tests)}
    return replace(
        held,
        quantity=said.quantity if said.quantity is not None else held.quantity,
        comment=said.comment or held.comment,
        tests=tuple(tests.values()),
        marks=tuple((dict(held.marks) | dict(said.marks)).items()),
    )


def same(one: Grown, other: Grown) -> bool:
    """True when both say the same, in whatever order."""
    return _ordered(one) == _ordered(other)


def _ordered(grown: Grown) -> Grown:
    tests = tuple(sorted(grown.tests, key=lambda test: test.antibiotic))
    return replace(grown, tests=tests, marks=tuple(sorted(grown.marks)))


def to_json(grown: Grown) -> dict[str, object]:
    """The isolate as a column holds it."""
    return {
        "organism": grown.organism,
        "words": grown.words,
        "quantity": None if grown.quantity is None else values.to_json(grown.quantity),
        "comment": grown.comment,
        "tests": [
            {
                "antibiotic": test.antibiotic,
                "mic": None if test.mic is None else values.to_json(test.mic),
                "diameter": None if test.diameter is None else str(test.diameter),
                "category": test.category,
                "method": test.method,
                "technique_code": test.technique_code,
            }
            for test in grown.tests
        ],
        "marks": dict(grown.marks),
    }


def mic_from_json(content: Mapping[str, object] | None) -> Numeric | Limit | None:
    """The MIC that a column holds."""
    return None if content is None else cast("Numeric | Limit", values.from_json(content))


def typed(value: Value | None) -> str:
    """A quantity or a MIC as it is typed in its field, so that the form gives it back."""
    match value:
        case Numeric() if value.unit == "[CFU]/mL":
            return _power(value.value)
        case Limit() if value.unit == "[CFU]/mL":
            return f"{value.comparator}{_power(value.value)}"
        case Numeric():
            return f"{value.value:f}".replace(".", ",")
        case Limit():
            return f"{value.comparator}{value.value:f}".replace(".", ",")
        case Text():
            return value.text
    return ""


def _power(number: Decimal) -> str:
    digits = f"{number:f}"
    if len(digits) > 3 and digits.strip("0") == "1":
        return f"10^{len(digits) - 1}"
    return digits
