"""The results of a section in order, each with the base of its narrative ids.

Narrative and entries are written apart and point at one another: both take their ids from here, so that
every reference resolves. An id begins with a letter (``xs:ID`` is a NCName).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from eprouvette.standards.report import walk
from eprouvette.standards.report.results import Battery, Entry, Image, Isolate, Observation, Sample, Section


@dataclass(frozen=True, slots=True)
class Place:
    """A section of this report, its own id base, the samples of the whole report by key; whether it is cancelled."""

    base: str
    section: Section
    samples: dict[str, Sample]
    cancelled: bool = False

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """``(base, entry)`` for each entry of the section."""
        for number, entry in enumerate(self.section.entries, 1):
            yield f"{self.base}-r{number}", entry

    def names_samples(self) -> bool:
        """True when a result must name its sample, since not all come from the one that the section shows."""
        used = {observation.sample for observation in _observations(self.section)}
        return len(self.section.samples) != 1 or used != {self.section.samples[0].key}


def common_time(section: Section) -> datetime | None:
    """The time of all results of a section, or None when they were not measured together."""
    times = {observation.time for observation in _observations(section)}
    return times.pop() if len(times) == 1 else None


def _observations(section: Section) -> Iterator[Observation]:
    for entry in section.entries:
        for _, observation in walk.observations(entry):
            yield observation


def members(base: str, holder: Battery | Isolate) -> Iterator[tuple[str, Observation]]:
    """``(base, result)`` for each result of a battery, or of an isolate before its antibiograms."""
    for number, observation in enumerate(holder.observations, 1):
        yield f"{base}-{number}", observation


def antibiograms(base: str, isolate: Isolate) -> Iterator[tuple[str, Battery]]:
    """``(base, battery)`` for each battery of an isolate."""
    for number, battery in enumerate(isolate.batteries, 1):
        yield f"{base}-b{number}", battery


def pictures(base: str, battery: Battery) -> Iterator[tuple[str, Image]]:
    """``(base, image)`` for each picture of a battery."""
    for number, image in enumerate(battery.images, 1):
        yield f"{base}-i{number}", image


def image_id(base: str) -> str:
    """The picture itself, which the narrative shows."""
    return f"{base}-g"


def label_id(base: str) -> str:
    """Name of the exam or of the battery."""
    return f"{base}-n"


def value_id(base: str) -> str:
    """Words of the result."""
    return f"{base}-v"


def method_id(base: str) -> str:
    """Words of the method."""
    return f"{base}-m"


def comment_id(base: str, number: int) -> str:
    """Comment ``number`` of a result, a battery or a section."""
    return f"{base}-c{number}"


def material_id(base: str, number: int) -> str:
    """The words of a kit or a medium."""
    return f"{base}-k{number}"


def prior_base(base: str, number: int) -> str:
    """Base of the ids of the earlier result ``number``."""
    return f"{base}-a{number}"


def taking_id(base: str, number: int) -> str:
    """How sample ``number`` of a section was taken."""
    return f"{base}-q{number}"


def sample_id(base: str, number: int) -> str:
    """Line of sample ``number`` of a section."""
    return f"{base}-p{number}"


def subject_id(base: str, number: int) -> str:
    """What sample ``number`` of a section was taken from, when it is not the patient."""
    return f"{base}-o{number}"
