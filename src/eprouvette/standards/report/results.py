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
from eprouvette.standards.report.people import Address, Organization, Professional

Status = Literal["completed", "active", "aborted"]
Comparator = Literal["<", "<=", ">", ">="]
ImageType = Literal["image/png", "image/jpeg", "image/gif"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """The same measure in a second unit (mole beside mass); ``unit`` is UCUM, ``printed_unit`` as in `Numeric`."""

    value: Decimal
    unit: str
    printed_unit: str = ""


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number. ``value`` keeps its decimals as measured (``1.950``); ``unit`` is UCUM or None.

    ``printed_unit`` is what people read (``mUI/L`` for ``m[IU]/L``); empty means the UCUM unit itself. ``also``
    says it in a second unit.
    """

    value: Decimal
    unit: str | None = None
    printed_unit: str = ""
    also: Quantity | None = None
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
class Bounds:
    """The bounds of a range in the second unit of the result."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is usual: bounds (in the unit of the result), or a text, or both; ``criteria`` says for whom.

    ``also`` gives the bounds in the second unit.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    text: str = ""
    criteria: str = ""
    also: Bounds | None = None


@dataclass(frozen=True, slots=True)
class TestCode:
    """What was measured. ``label`` is what people read; without ``loinc``, ``local`` is required.

    ``local`` has the laboratory's own OID as system, or the national provisional one; ``further`` are other codes of
    the same test.
    """

    __test__ = False

    label: str
    loinc: Coded | None = None
    local: Coded | None = None
    further: tuple[Coded, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """How it was measured: words, and the code of JDV TechniqueBiologie when known."""

    text: str
    coded: Coded | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What a result was made with: an analyser or a kit (``device``), a medium or a reagent (``consumable``).

    ``text`` is what people read when it is not the words of the code.
    """

    coded: Coded
    role: Literal["device", "consumable"] = "device"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier result of the same test; ``code`` is set when it was coded otherwise then, ``time`` None if unknown.

    ``reference`` is what was usual then.
    """

    value: Value
    time: datetime | None
    interpretation: str | None = None
    method: Method | None = None
    reference: ReferenceRange | None = None
    code: TestCode | None = None


@dataclass(frozen=True, slots=True)
class Performer:
    """Another laboratory that did the work: the structure, its biologist when known, when."""

    laboratory: Organization
    biologist: Professional | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One result. ``value`` is None only when ``status`` is ``aborted``, and then a comment says why.

    ``time`` is None only in a report of another software that does not tell it.

    ``interpretation`` is a code of HL7 ObservationInterpretation (``H``, ``LL``, ``POS``, …).
    ``sample`` is the key of one of the report's samples. ``derivation`` says how a calculated result was made.
    ``performer`` is set when this result comes from another laboratory than its neighbours; ``materials`` are the
    kit and the medium where a screening demands them.
    """

    code: TestCode
    value: Value | None
    time: datetime | None
    status: Literal["completed", "aborted"] = "completed"
    interpretation: str | None = None
    method: Method | None = None
    reference: ReferenceRange | None = None
    priors: tuple[Prior, ...] = ()
    comments: tuple[str, ...] = ()
    sample: str | None = None
    derivation: str = ""
    performer: Performer | None = None
    materials: tuple[Material, ...] = ()
    kind: Literal["observation"] = "observation"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture among the results (a curve of electrophoresis); ``label`` says what it shows."""

    label: str
    media_type: ImageType
    content: bytes
    kind: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class Battery:
    """Results that belong together under one name (a blood count, a direct examination, an antibiogram).

    ``code`` is LOINC, or HL7 ObservationMethod for the steps of a microbiological examination.
    """

    label: str
    observations: tuple[Observation, ...]
    code: Coded | None = None
    status: Status = "completed"
    comments: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    performer: Performer | None = None
    kind: Literal["battery"] = "battery"


@dataclass(frozen=True, slots=True)
class Organism:
    """A micro-organism: its name, its SNOMED CT code and its NCBI taxonomy code when known."""

    text: str
    coded: Coded | None = None
    taxonomy: Coded | None = None


@dataclass(frozen=True, slots=True)
class Isolate:
    """A micro-organism grown from a sample: ``observations`` (quantity, marks of resistance), then antibiograms.

    ``id`` and ``time`` are None only in a report of another software that does not tell them.
    """

    id: Identifier | None
    organism: Organism
    time: datetime | None
    observations: tuple[Observation, ...] = ()
    batteries: tuple[Battery, ...] = ()
    status: Status = "completed"
    comments: tuple[str, ...] = ()
    kind: Literal["isolate"] = "isolate"


Entry = Observation | Battery | Isolate | Image


@dataclass(frozen=True, slots=True)
class NonHumanSubject:
    """What was sampled when it is not the patient: a tick, the water of a tap.

    ``text`` is what people read, ``coded`` its SNOMED CT code when known, ``place`` where it comes from.
    """

    text: str
    coded: Coded | None = None
    place: Address | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A specimen. ``key`` is how results point at it inside the report; ``type`` is HL7 table 0487.

    ``collector`` is set when this sample has another sampler than the report. ``act`` is what was done to take it
    (NABM) when that is told; ``act_text`` and ``type_text`` are what people read when it is not the words of the code.
    ``subject`` is set when it was not taken from the patient.
    """

    key: str
    id: Identifier
    type: Coded
    collected_at: datetime
    received_at: datetime | None = None
    site: Coded | None = None
    collector: Professional | None = None
    subject: NonHumanSubject | None = None
    act: Coded | None = None
    act_text: str = ""
    type_text: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """Who validated a section's results, and when."""

    by: Professional
    at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """The results of one sub-chapter (or of a chapter that has none): one narrative, one entry.

    ``performer`` is the laboratory that did the whole of it, when it is another one. ``title`` is what people read
    when it is not the words of ``code``, ``act_codes`` what the act of these results is coded as when it is not so;
    ``words`` is what another software wrote beside the results, one paragraph each.
    """

    entries: tuple[Entry, ...]
    samples: tuple[Sample, ...] = ()
    status: Status = "completed"
    comments: tuple[str, ...] = ()
    validation: Validation | None = None
    code: Coded | None = None
    performer: Performer | None = None
    title: str = ""
    act_codes: tuple[Coded, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the report: either one section of its own (``code`` None) or coded sub-chapters.

    ``code`` is a chapter code of the *circuit de la biologie*. A chapter holds one ``Section`` whose
    code is None, or one or more whose code is set; mixing is refused by the official rules. ``title`` is what people
    read when it is not the words of ``code``.
    """

    code: Coded
    sections: tuple[Section, ...]
    title: str = ""
