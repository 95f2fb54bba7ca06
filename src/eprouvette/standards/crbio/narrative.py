"""The narrative of a section: one table of results, then comments, samples and validator.

It says everything that the entries say (digest ``cr-bio.md`` 7). An abnormal value is bold, preceded by a mark
and followed by words: colour is never the only sign. ``styleCode`` values beginning with ``x`` are hints that
our sheet knows and that others may ignore.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eprouvette.standards.crbio import rows
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, lines, text
from eprouvette.standards.crbio.rows import Place
from eprouvette.standards.crbio.wording import printed_range
from eprouvette.standards.report.meanings import INTERPRETATIONS
from eprouvette.standards.report.model import Attachment
from eprouvette.standards.report.results import (
    Battery,
    CodedResult,
    Image,
    Isolate,
    Method,
    Observation,
    Performer,
    Prior,
    Sample,
    Section,
    Status,
)
from eprouvette.standards.report.words import NARRATIVE, address, day, day_and_hour, person, unit

_HEAD: Final = Xml(
    "<thead><tr><th>Examen</th><th>Résultat</th><th>Unité</th><th>Interprétation</th>"
    "<th>Valeurs de référence</th><th>Antériorités</th></tr></thead>"
)
_WIDTH: Final = "6"
_BREAK: Final = Xml("<br/>")
_STATES: Final[dict[Status, str]] = {
    "active": "Résultats partiels : d'autres résultats suivront.",
    "aborted": "Examens abandonnés.",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What each row says for itself, because it is not the same for the whole section."""

    time: bool
    sample: bool


def section_text(place: Place) -> Xml:
    """``text`` of a chapter without sub-chapter, or of a sub-chapter."""
    common_time = rows.common_time(place.section)
    told = _Told(time=common_time is None, sample=place.names_samples())
    return el("text", _table(place, told), _remarks(place, common_time))


def attachment_text(base: str, attachment: Attachment) -> Xml:
    """``text`` of the section of a joined document: its title, who made it, the file."""
    parts = [el("content", text(attachment.text or attachment.title), ID=rows.label_id(base))]
    if attachment.performer:
        parts += [_BREAK, el("content", text(_elsewhere(attachment.performer)), styleCode="xDetail")]
    shown = el("renderMultiMedia", referencedObject=rows.image_id(base))
    return el("text", el("paragraph", *parts), el("paragraph", shown))


def comments_text(comments: tuple[str, ...]) -> Xml:
    """``text`` of the section that holds the comments of the whole report."""
    return el("text", *(el("paragraph", lines(comment)) for comment in comments))


def _table(place: Place, told: _Told) -> Xml:
    """Each battery or isolate is a ``tbody`` opened by its name; neighbours that stand alone share one."""
    bodies: list[Xml] = []
    alone: list[Xml] = []
    for base, entry in place.entries():
        match entry:
            case Observation():
                alone.append(_result(base, entry, place, told))
                continue
            case Battery():
                body = _battery(base, entry, place, told)
            case Isolate():
                body = _isolate(base, entry, place, told)
            case Image():
                body = el("tbody", _image(base, entry))
        if alone:
            bodies.append(el("tbody", *alone))
            alone = []
        bodies.append(body)
    if alone:
        bodies.append(el("tbody", *alone))
    return el("table", _HEAD, *bodies)


def _battery(base: str, battery: Battery, place: Place, told: _Told) -> Xml:
    return el("tbody", _battery_rows(base, battery, place, told))


def _battery_rows(base: str, battery: Battery, place: Place, told: _Told) -> Xml:
    results = (_result(inner, observation, place, told) for inner, observation in rows.members(base, battery))
    pictures = (_image(inner, image) for inner, image in rows.pictures(base, battery))
    notes = _comments(base, battery.comments)
    return join((_head(base, battery.label, battery.status, battery.performer, place), *results, *pictures, notes))


def _isolate(base: str, isolate: Isolate, place: Place, told: _Told) -> Xml:
    results = (_result(inner, observation, place, told) for inner, observation in rows.members(base, isolate))
    antibiograms = (_battery_rows(inner, one, place, told) for inner, one in rows.antibiograms(base, isolate))
    head = _head(base, isolate.organism.text, isolate.status, None, place)
    return el("tbody", head, *results, *antibiograms, _comments(base, isolate.comments))


def _head(base: str, label: str, status: Status, performer: Performer | None, place: Place) -> Xml:
    """The row that names a battery or a micro-organism."""
    state = {"active": " (incomplet)", "aborted": " (annulé)" if place.cancelled else " (abandonné)"}.get(status, "")
    title = el("content", text(label), ID=rows.label_id(base))
    elsewhere = el("content", _BREAK, text(_elsewhere(performer)), styleCode="xDetail") if performer else NOTHING
    return el("tr", el("th", title, Xml(state), elsewhere, colspan=_WIDTH, styleCode="xBilan"))


def _elsewhere(performer: Performer) -> str:
    """``Réalisé par LABORATOIRE … (Dr …) le …``: who did what the laboratory did not."""
    who = f" ({person(performer.biologist.name)})" if performer.biologist else ""
    when = f" le {day_and_hour(performer.at)}" if performer.at else ""
    return f"Réalisé par {performer.laboratory.name}{who}{when}"


def _image(base: str, image: Image) -> Xml:
    shown = el("renderMultiMedia", referencedObject=rows.image_id(base))
    words = el("content", text(image.label), ID=rows.label_id(base))
    return el("tr", el("td", words, _BREAK, shown, colspan=_WIDTH, styleCode="xImage"))


def _result(base: str, observation: Observation, place: Place, told: _Told) -> Xml:
    meaning = INTERPRETATIONS.get(observation.interpretation or "")
    reference = observation.reference
    emphasis = "Bold xAnormal" if meaning and meaning.stands_out else None
    words = el("content", _value(observation, place), ID=rows.value_id(base))
    # The mark stands outside of the words that the entry points at.
    marked = Xml(f"{meaning.mark} {words}") if meaning and meaning.mark else words
    style = ' styleCode="xAnormal"' if emphasis else ""
    row = Xml(
        f"<tr{style}>{_cell(*_exam(base, observation, told, place))}"
        f"{_cell(el('content', marked, styleCode=emphasis) if emphasis else marked)}"
        f"{_cell(text(unit(observation.value)))}"
        f"{_cell(el('content', text(meaning.words), styleCode=emphasis) if meaning else NOTHING)}"
        f"{_cell(text(printed_range(reference, observation.value)) if reference else NOTHING)}"
        f"{_cell(*_priors(base, observation))}</tr>"
    )
    return join((row, _comments(base, observation.comments)))


def _cell(*inside: Xml) -> Xml:
    words = "".join(inside)
    return Xml(f"<td>{words}</td>" if words else "<td/>")


def _value(observation: Observation, place: Place) -> Xml:
    if observation.value is None:
        return Xml("Annulé" if place.cancelled else "Non réalisé")
    return lines(NARRATIVE.value(observation.value))


def _exam(base: str, observation: Observation, told: _Told, place: Place) -> list[Xml]:
    """Name, then in small: method, and what differs from the rest of the section (sample, time)."""
    parts = [el("content", text(observation.code.label), ID=rows.label_id(base))]
    details = []
    if method := observation.method:
        details.append(el("content", text(method.text), ID=rows.method_id(base)))
    if told.sample and observation.sample is not None:
        details.append(text(f"Échantillon {place.samples[observation.sample].id.extension}"))
    if second := NARRATIVE.second_unit(observation.value, observation.reference):
        details.append(text(second))
    if observation.derivation:
        details.append(text(f"Calculé : {observation.derivation}"))
    details += [
        el("content", text(one.text or one.coded.display), ID=rows.material_id(base, number))
        for number, one in enumerate(observation.materials, 1)
    ]
    if observation.performer:
        details.append(text(_elsewhere(observation.performer)))
    if told.time and observation.time:
        details.append(Xml(f"Mesuré le {day_and_hour(observation.time)}"))
    if details:
        parts += [_BREAK, el("content", Xml(" · ".join(details)), styleCode="xDetail")]
    return parts


def _priors(base: str, observation: Observation) -> list[Xml]:
    above = unit(observation.value)
    parts: list[Xml] = []
    for number, prior in enumerate(observation.priors, 1):
        if parts:
            parts.append(_BREAK)
        parts.append(_prior(rows.prior_base(base, number), prior, above, observation.method))
    return parts


def _prior(base: str, prior: Prior, above: str, method: Method | None) -> Xml:
    meaning = INTERPRETATIONS.get(prior.interpretation or "")
    words = lines(NARRATIVE.value(prior.value))
    if isinstance(prior.value, CodedResult):
        words = el("content", words, ID=rows.value_id(base))
    if meaning and meaning.mark:
        words = Xml(f"{meaning.mark} {words}")
    own_unit = unit(prior.value)
    notes = []
    if own_unit and own_unit != above:
        words = Xml(f"{words} {text(own_unit)}")
    if second := NARRATIVE.second_unit(prior.value):
        notes.append(text(f", {second}"))
    if meaning and not meaning.mark and prior.interpretation != "N":
        notes.append(Xml(f", {text(meaning.words)}"))
    # The method of the result is written beside its name: only another one is said again.
    if prior.method and prior.method != method:
        changed = method is not None and method.text != prior.method.text
        notes.append(Xml(", autre méthode : " if changed else ", "))
        notes.append(el("content", text(prior.method.text), ID=rows.method_id(base)))
    if prior.reference:
        notes.append(text(f", usuel alors : {printed_range(prior.reference, prior.value)}"))
    when = Xml(day(prior.time) if prior.time else "date inconnue")
    date = el("content", Xml("("), when, *notes, Xml(")"), styleCode="xDetail")
    name = el("content", text(prior.code.label), ID=rows.label_id(base)) if prior.code else NOTHING
    return Xml(f"{name} : {words} {date}" if name else f"{words} {date}")


def _comments(base: str, comments: tuple[str, ...]) -> Xml:
    return join(
        el(
            "tr",
            el(
                "td",
                Xml("Commentaire : "),
                el("content", lines(comment), ID=rows.comment_id(base, number)),
                colspan=_WIDTH,
                styleCode="xCommentaire",
            ),
        )
        for number, comment in enumerate(comments, 1)
    )


def _remarks(place: Place, common_time: datetime | None) -> Xml:
    section = place.section
    parts = [
        el("paragraph", el("content", lines(comment), ID=rows.comment_id(place.base, number)))
        for number, comment in enumerate(section.comments, 1)
    ]
    parts += [el("paragraph", lines(words)) for words in section.words]
    if section.status in _STATES:
        state = "Examens annulés." if place.cancelled and section.status == "aborted" else _STATES[section.status]
        parts.append(el("paragraph", text(state), styleCode="Bold"))
    details = [_sample(place.base, number, sample) for number, sample in enumerate(section.samples, 1)]
    details += [text(sentence) for sentence in _sentences(section, common_time)]
    parts += [el("paragraph", detail, styleCode="xDetail") for detail in details]
    return join(parts)


def _sample(base: str, number: int, sample: Sample) -> Xml:
    words = f"Échantillon {sample.id.extension} : "
    act = (
        el("content", text(sample.act_text or sample.act.display), ID=rows.taking_id(base, number))
        if sample.act
        else ""
    )
    site = f" ({sample.site.display})" if sample.site else ""
    received = f", reçu le {day_and_hour(sample.received_at)}" if sample.received_at else ""
    collector = f" par {person(sample.collector.name)}" if sample.collector else ""
    kind = el("content", text(sample.type_text or sample.type.display), ID=rows.sample_id(base, number))
    taken = f"{site}, prélevé le {day_and_hour(sample.collected_at)}{collector}{received}."
    return join((text(words), kind, Xml(f" ({act})") if act else NOTHING, text(taken), _origin(base, number, sample)))


def _origin(base: str, number: int, sample: Sample) -> Xml:
    """What was sampled when it is not the patient, and where it comes from."""
    subject = sample.subject
    if subject is None:
        return NOTHING
    said = el("content", text(subject.text), ID=rows.subject_id(base, number))
    place = ", ".join(address(subject.place))
    return join((Xml(" Origine : "), said, text(f", {place}." if place else ".")))


def _sentences(section: Section, common_time: datetime | None) -> list[str]:
    found = []
    if section.performer:
        found.append(f"{_elsewhere(section.performer)}.")
    if common_time is not None:
        found.append(f"Mesuré le {day_and_hour(common_time)}.")
    if validation := section.validation:
        found.append(f"Validé par {person(validation.by.name)} le {day_and_hour(validation.at)}.")
    return found


def sentences(section: Section) -> list[str]:
    """The sentences of `section_text` that no entry points at: the state, who made, measured and validated, when."""
    state = [_STATES[section.status]] if section.status in _STATES else []
    return [*state, *_sentences(section, rows.common_time(section))]
