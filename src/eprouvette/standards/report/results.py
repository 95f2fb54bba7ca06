"""What a report says: values, references, observations, batteries, samples, chapters.

Source: CI-SIS CR-BIO 2024.01, body (digest ``cr-bio.md`` 6). Every class is frozen, so that a released
report cannot change; every value class carries ``kind``, which tells them apart in the JSON form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.report.people import Professional

Status = Literal["completed", "active", "aborted"]
Comparator = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number. ``value`` keeps its decimals as measured (``1.950``); ``unit`` is UCUM or None.

    ``printed_unit`` is what people read (``mUI/L`` for ``m[IU]/L``); empty means the UCUM unit itself.
    """

    value: Decimal
    unit: str | None = None
    printed_unit: str = ""
    kind: Literal["numeric"] = "numeric"


@dataclass(frozen=True, slots=True)
class Limit:
    """A censored number: below or above what the method measures (``< 0,01``)."""

    comparator: Comparator
    value: Decimal
    unit: str | None = None
    printed_unit: str = ""
    kind: Literal["limit"] = "limit"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds, both inclusive."""

    low: Decimal
    high: Decimal
    unit: str | None = None
    printed_unit: str = ""
    kind: Literal["interval"] = "interval"


@dataclass(frozen=True, slots=True)
class CodedResult:
    """A word from a code system, or the word alone when ``coded`` is None."""

    text: str
    coded: Coded | None = None
    kind: Literal["coded"] = "coded"


@dataclass(frozen=True, slots=True)
class Text:
    """Free text; line feeds are kept."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A titre or any ratio (``1/160``), without unit."""

    numerator: Decimal
    denominator: Decimal
    kind: Literal["ratio"] = "ratio"


Value = Numeric | Limit | Interval | CodedResult | Text | Ratio


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is usual: bounds (in the unit of the result), or a text, or both; ``criteria`` says for whom."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    text: str = ""
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class TestCode:
    """What was measured. ``label`` is what people read; without ``loinc``, ``local`` is required.

    ``local`` has the laboratory's own OID as system, or the national provisional one.
    """

    __test__ = False

    label: str
    loinc: Coded | None = None
    local: Coded | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """How it was measured: words, and the code of JDV TechniqueBiologie when known."""

    text: str
    coded: Coded | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier result of the same test."""

    value: Value
    time: datetime
    interpretation: str | None = None
    method: Method | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One result. ``value`` is None only when ``status`` is ``aborted``, and then a comment says why.

    ``interpretation`` is a code of HL7 ObservationInterpretation (``H``, ``LL``, ``POS``, …).
    ``sample`` is the key of one of the report's samples.
    """

    code: TestCode
    value: Value | None
    time: datetime
    status: Literal["completed", "aborted"] = "completed"
    interpretation: str | None = None
    method: Method | None = None
    reference: ReferenceRange | None = None
    priors: tuple[Prior, ...] = ()
    comments: tuple[str, ...] = ()
    sample: str | None = None
    kind: Literal["observation"] = "observation"


@dataclass(frozen=True, slots=True)
class Battery:
    """Results that belong together under one name (a blood count, a lipid panel)."""

    label: str
    observations: tuple[Observation, ...]
    code: Coded | None = None
    status: Status = "completed"
    comments: tuple[str, ...] = ()
    kind: Literal["battery"] = "battery"


Entry = Observation | Battery


@dataclass(frozen=True, slots=True)
class Sample:
    """A specimen. ``key`` is how results point at it inside the report; ``type`` is HL7 table 0487."""

    key: str
    id: Identifier
    type: Coded
    collected_at: datetime
    received_at: datetime | None = None
    site: Coded | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """Who validated a section's results, and when."""

    by: Professional
    at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """The results of one sub-chapter (or of a chapter that has none): one narrative, one entry."""

    entries: tuple[Entry, ...]
    samples: tuple[Sample, ...] = ()
    status: Status = "completed"
    comments: tuple[str, ...] = ()
    validation: Validation | None = None
    code: Coded | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the report: either one section of its own (``code`` None) or coded sub-chapters.

    ``code`` is a chapter code of the *circuit de la biologie*. A chapter holds one ``Section`` whose
    code is None, or one or more whose code is set; mixing is refused by the official rules.
    """

    code: Coded
    sections: tuple[Section, ...]
