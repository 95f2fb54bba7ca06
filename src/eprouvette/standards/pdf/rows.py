"""The results of a section as rows of a table, in reading order, with what must stay on one page.

A result keeps its comments, the last one keeps what ends the section.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from eprouvette.standards.pdf import wording
from eprouvette.standards.pdf.flow import Flow, Json, Row
from eprouvette.standards.report import figures, walk
from eprouvette.standards.report.meanings import meaning
from eprouvette.standards.report.media import printable
from eprouvette.standards.report.results import (
    Battery,
    CodedResult,
    Entry,
    Image,
    Interval,
    Isolate,
    Limit,
    Numeric,
    Observation,
    Performer,
    Prior,
    Ratio,
    Sample,
    Section,
    Status,
    Text,
    Value,
)
from eprouvette.standards.report.words import PAGE, address, day, person, unit

_IMAGE: Final = 700
"""The place of a picture, in characters."""
_PIECE: Final = 500
"""A comment longer than this is cut after a sentence, so that its beginning can stay with its result."""


def section(found: Section, name: str, *, cancelled: bool = False) -> Flow:
    """The rows of ``found`` and what ends them; the caller may add what follows the last section.

    In a report that is ``cancelled`` every result is, and the reason is said once, at the top of the page.
    """
    flow = Flow(name)
    told = _Told(_Tubes(found.samples), _decimals(found), _measured(found) is None, cancelled)
    for entry in found.entries:
        _entry(flow, entry, told)
    for note in _section_notes(found, cancelled):
        _say(flow, note, inside=False)
    lines = _ending(found)
    if lines:
        flow.after({"kind": "end", "lines": [*lines]}, sum(map(len, lines)))
    return flow


def _section_notes(found: Section, cancelled: bool) -> Iterator[str]:
    if found.status == "active":
        yield "Partie en cours : d'autres résultats suivront."
    elif found.status == "aborted":
        yield "Examens annulés." if cancelled else "Examens abandonnés."
    yield from found.comments
    yield from found.words


def _ending(found: Section) -> list[str]:
    validation = found.validation
    measured = _measured(found)
    done = (
        f"Mesuré le {wording.moment(measured)}" if measured else "",
        f"Validé par {person(validation.by.name)} le {wording.moment(validation.at)}" if validation else "",
    )
    lines = (
        elsewhere(found.performer) if found.performer else "",
        _other_methods(found),
        *map(_sample, found.samples),
        ". ".join(part for part in done if part),
    )
    return [line for line in lines if line]


def _observations(found: Section) -> Iterator[Observation]:
    for entry in found.entries:
        for _, observation in walk.observations(entry):
            yield observation


def _measured(found: Section) -> datetime | None:
    """The time of all results; None when they were not measured together, and then each says its own."""
    times = {observation.time for observation in _observations(found)}
    return times.pop() if len(times) == 1 else None


def _other_methods(found: Section) -> str:
    methods = dict.fromkeys(
        prior.method.text
        for observation in _observations(found)
        for prior in observation.priors
        if prior.method and _other_method(prior, observation)
    )
    return f"* : antériorité mesurée par une autre méthode ({', '.join(methods)})" if methods else ""


def _sample(sample: Sample) -> str:
    parts = [f"{_kind(sample)} n° {sample.id.extension}", f"prélevé le {wording.moment(sample.collected_at)}"]
    if sample.collector:
        parts[-1] += f" par {person(sample.collector.name)}"
    if sample.act:
        parts.append(sample.act_text or sample.act.display)
    if sample.site:
        parts.append(sample.site.display)
    if sample.received_at:
        parts.append(f"reçu le {wording.moment(sample.received_at)}")
    if subject := sample.subject:
        parts.append(f"origine : {', '.join([subject.text, *address(subject.place)])}")
    return ", ".join(parts)


def _kind(sample: Sample) -> str:
    return sample.type_text or sample.type.display


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rows of a section share: the tube told last, the decimals to align on, whether each says its time."""

    tubes: _Tubes
    decimals: int
    each_time: bool
    cancelled: bool

    def state(self, status: Status) -> str:
        """The word of a group of results that is not complete."""
        return {"active": "en cours", "aborted": self.without, "completed": ""}[status]

    @property
    def without(self) -> str:
        """What became of a result that has no value."""
        return "annulé" if self.cancelled else "non réalisé"


class _Tubes:
    """Says from which tube a result comes where that changes, in a section that has several."""

    def __init__(self, samples: tuple[Sample, ...]) -> None:
        kinds = {_kind(sample) for sample in samples}
        # The end of the section gives the number of each: its kind is enough where it names one tube only.
        self._names = {
            sample.key: _kind(sample) if len(kinds) == len(samples) else f"Prélèvement {sample.id.extension}"
            for sample in samples
        }
        self._told: str | None = None if len(samples) > 1 else "".join(self._names.values())

    def change(self, observation: Observation) -> list[str]:
        """``Plasma``, or ``Prélèvement 26…``, when the result is not of the tube told last."""
        name = self._names.get(observation.sample or "")
        if name is None or name == self._told:
            return []
        self._told = name
        return [name]


def _entry(flow: Flow, entry: Entry, told: _Told) -> None:
    match entry:
        case Observation():
            flow.alone()
            _result(flow, entry, told)
        case Battery():
            _battery(flow, entry, told, level=2)
        case Isolate():
            flow.head(f"Isolat : {entry.organism.text}", told.state(entry.status))
            for observation in entry.observations:
                _result(flow, observation, told, inside=True)
            for battery in entry.batteries:
                _battery(flow, battery, told, level=3)
            for comment in entry.comments:
                _say(flow, comment)
        case Image():
            flow.alone()
            flow.result(_image(entry), _IMAGE)


def _battery(flow: Flow, battery: Battery, told: _Told, *, level: int) -> None:
    method = _common_method(battery.observations)
    made = elsewhere(battery.performer) if battery.performer else ""
    flow.head(battery.label, told.state(battery.status), (method, made), level=level)
    for observation in battery.observations:
        shown = replace(observation, method=None) if method else observation
        _result(flow, shown, told, inside=True)
    for image in battery.images:
        flow.result(_image(image), _IMAGE)
    for comment in battery.comments:
        _say(flow, comment)


def _common_method(observations: tuple[Observation, ...]) -> str:
    """The one method of several results, said once above them; empty when they differ.

    A result with earlier ones keeps its own: a changed method is told beside them.
    """
    methods = {observation.method.text if observation.method else "" for observation in observations}
    if len(observations) < 2 or len(methods) > 1 or any(observation.priors for observation in observations):
        return ""
    return methods.pop()


def _say(flow: Flow, comment: str, *, inside: bool = True) -> None:
    for piece in pieces(comment):
        flow.after({"kind": "note", "text": piece, "inside": inside}, len(piece))


def pieces(comment: str) -> list[str]:
    """``comment``, cut after a sentence or a line where it is long."""
    found: list[str] = []
    rest = comment
    while len(rest) > _PIECE:
        end = max(rest.rfind(mark, 0, _PIECE) for mark in ("\n", ". "))
        if end <= 0:
            break
        found.append(rest[: end + 1].rstrip())
        rest = rest[end + 1 :].lstrip()
    return [piece for piece in (*found, rest) if piece]


def _image(image: Image) -> Row:
    # The template has no base64: the octets themselves.
    return {"kind": "image", "label": image.label, "octets": list(printable(image))}


def elsewhere(performer: Performer) -> str:
    """``Réalisé par LABORATOIRE … (Dr …) le …``."""
    who = f" ({person(performer.biologist.name)})" if performer.biologist else ""
    when = f" le {wording.moment(performer.at)}" if performer.at else ""
    return f"Réalisé par {performer.laboratory.name}{who}{when}"


def _decimals(found: Section) -> int:
    """The most decimals of a number of the section: the decimal commas stand under one another."""
    return max((_places(observation.value) for observation in _observations(found)), default=0)


def _places(value: Value | None) -> int:
    if not isinstance(value, Numeric | Limit):
        return 0
    exponent = value.value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _padding(value: Value | None, decimals: int) -> str:
    """The figures that ``value`` lacks after its comma, set without ink."""
    if not isinstance(value, Numeric | Limit):
        return ""
    places = _places(value)
    return ("," if not places and decimals else "") + "0" * (decimals - places)


def _result(flow: Flow, observation: Observation, told: _Told, *, inside: bool = False) -> None:
    row = _row(observation, told, inside=inside)
    flow.result(row, 130 + len(str(row["value"])))
    for comment in () if told.cancelled else observation.comments:
        for piece in pieces(comment):
            flow.after({"kind": "comment", "text": piece, "inside": inside}, len(piece))


def _row(observation: Observation, told: _Told, *, inside: bool) -> Row:
    value = observation.value
    meant = meaning(observation.interpretation)
    words = told.without.capitalize() if value is None else PAGE.value(value)
    details = [
        *([observation.method.text] if observation.method else []),
        *told.tubes.change(observation),
        *([f"Calculé : {observation.derivation}"] if observation.derivation else []),
        *(one.text or one.coded.display for one in observation.materials),
        *([elsewhere(observation.performer)] if observation.performer else []),
        *([f"Mesuré le {wording.moment(observation.time)}"] if told.each_time and observation.time else []),
    ]
    spoken = value is None or isinstance(value, CodedResult | Text)
    return {
        "kind": "result",
        "inside": inside,
        "label": observation.code.label,
        "detail": ", ".join(details),
        "mark": meant.mark,
        "abnormal": meant.stands_out,
        "value": words,
        "padding": _padding(value, told.decimals),
        "words": spoken,
        "alone": value is None or (spoken and not (observation.reference or observation.priors or meant.words)),
        "unit": unit(value),
        "second": _second(value),
        "interpretation": _interpretation(observation, words),
        "place": _round(figures.place_of(observation)),
        "course": [[_round(x), _round(y)] for x, y in figures.course(observation)],
        "reference": wording.reference(observation.reference),
        "second_reference": _second_reference(observation),
        "priors": [_prior(prior, observation) for prior in observation.priors],
    }


def _interpretation(observation: Observation, value: str) -> str:
    """The words of an interpretation that neither an arrow (its words end the report) nor the value says."""
    meant = meaning(observation.interpretation)
    if meant.critical:
        return "Critique"
    known = meant.mark[:1] in {"▲", "▼"} or observation.interpretation == "N"
    return "" if known or meant.words.casefold() == value.casefold() else meant.words


def _second(value: Value | None) -> list[Json]:
    """The value and the unit of the second expression of a result."""
    if not isinstance(value, Numeric) or value.also is None:
        return []
    return [PAGE.number(value.also.value), value.also.printed_unit or value.also.unit]


def _second_reference(observation: Observation) -> str:
    bounds = observation.reference.also if observation.reference else None
    return PAGE.bounds(bounds.low, bounds.high) if bounds else ""


def _round(number: float | None) -> str | None:
    # The template reads text: JSON has no decimal of its own, and the same report gives the same bytes.
    return None if number is None else f"{number:.3f}"


def _prior(prior: Prior, observation: Observation) -> list[Json]:
    """Mark, value and what is to know of it; its date."""
    meant = meaning(prior.interpretation)
    mark = f"{meant.mark}\u00a0" if meant.mark else ""
    own = unit(prior.value)
    named = f"{prior.code.label} : " if prior.code else ""
    said = [f"{named}{mark}{PAGE.value(prior.value)}{_other_method(prior, observation)}"]
    if own and own != unit(observation.value):
        said[0] += f" {own}"
    if second := _second(prior.value):
        said.append(f"{second[0]} {second[1]}")
    if meant.words and not meant.mark and prior.interpretation != "N" and not isinstance(prior.value, CodedResult):
        said.append(meant.words)
    if usual := wording.reference(prior.reference):
        said.append(f"usuel alors : {usual}")
    numeric = isinstance(prior.value, Numeric | Limit | Interval | Ratio)
    return [" ; ".join(said), day(prior.time) if prior.time else "date inconnue", numeric]


def _other_method(prior: Prior, observation: Observation) -> str:
    changed = prior.method and observation.method and prior.method.text != observation.method.text
    return "\u00a0*" if changed else ""
