"""What the template prints: the report as plain words in reading order, ready to typeset.

Everything is decided here (words, marks, order, what is shown); the template only places it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from eprouvette.standards.pdf import wording
from eprouvette.standards.report import figures, walk
from eprouvette.standards.report.house import House
from eprouvette.standards.report.ins_mark import ins_svg
from eprouvette.standards.report.media import printable
from eprouvette.standards.report.model import Attachment, LabReport, Note, Signature
from eprouvette.standards.report.people import Informant, Patient, Professional
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    CodedResult,
    Entry,
    Image,
    Isolate,
    Observation,
    Performer,
    Prior,
    Sample,
    Section,
    Status,
    Text,
)
from eprouvette.standards.report.words import CANCELLED, PAGE, address, day, person, unit

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
_INFORMED = "Renseignements donnés par"
_TALL = 900
"""A result of more characters than this may be cut between two pages."""


def content(report: LabReport, house: House) -> dict[str, Json]:
    """The JSON-like value that the template reads."""
    document = report.document
    return {
        "title": "Compte rendu d'examens biologiques",
        "number": report.service_event.id.extension,
        "state": _state(report),
        "laboratory": _laboratory(report, house),
        "house": _house(house),
        "patient": _patient(report.patient),
        "people": _people(report),
        "facts": _facts(report),
        "critical": _critical(report),
        "chapters": [_chapter(chapter, report.cancelled) for chapter in report.chapters],
        "clinical": report.order.clinical_data,
        "screening": _screening(report),
        "revision": _revision(report),
        "attachments": [_attachment(attachment) for attachment in report.attachments],
        "comments": [*report.comments, *(_note(note) for note in report.notes)],
        "signature": _signature(report.legal_authenticator),
        "validators": [_signature(validator) for validator in report.validators],
        "identity": f"Document {document.id}, version {document.version}",
    }


def _state(report: LabReport) -> list[Json]:
    document = report.document
    said: list[Json] = []
    if document.status == "active":
        said.append("Compte rendu partiel : d'autres résultats suivront.")
    if report.cancelled:
        return [CANCELLED, f"Version {document.version} : annule la version {document.version - 1}."]
    if document.status == "aborted":
        said.append("Examens interrompus.")
    if document.replaces is not None:
        said.append(f"Version {document.version} : annule et remplace la version {document.version - 1}.")
    return said


def _critical(report: LabReport) -> list[Json]:
    """The critical results, to be read first wherever they stand below."""
    found = (
        observation
        for chapter in report.chapters
        for section in chapter.sections
        for entry in section.entries
        for _, observation in walk.observations(entry)
    )
    return [
        f"{wording.mark(one.interpretation)}\u00a0{one.code.label} : {PAGE.value(one.value)} {unit(one.value)}".strip()
        for one in found
        if one.interpretation in wording.CRITICAL and one.value is not None
    ]


def _revision(report: LabReport) -> list[Json]:
    revision = report.revision
    if revision is None:
        return []
    done = "Annulé" if report.cancelled else "Corrigé"
    return [f"{done} par {person(revision.by.name)} le {wording.moment(revision.at)} :", *revision.changes]


def _screening(report: LabReport) -> list[Json]:
    screening = report.screening
    if screening is None:
        return []
    vaccines = [
        f"{one.text or one.vaccine.display} : "
        + (
            " ".join(part for part in ("oui", one.dose, wording.moment_or_day(one.at)) if part)
            if one.status == "given"
            else "non"
        )
        for one in screening.vaccinations
    ]
    return [screening.context.display, screening.sought.display, *vaccines]


def _attachment(attachment: Attachment) -> Json:
    made = elsewhere(attachment.performer) if attachment.performer else ""
    return " : ".join(part for part in (attachment.title, made) if part)


def _laboratory(report: LabReport, house: House) -> dict[str, Json]:
    laboratory = report.laboratory
    accreditation = ", ".join(laboratory.accreditation)
    known = (
        f"Identifiant national {laboratory.id.extension}",
        f"Accréditation Cofrac n° {accreditation}" if accreditation else "",
    )
    lines = [
        ", ".join(address(laboratory.address)),
        " · ".join(filter(None, map(wording.contact, laboratory.telecoms))),
        " · ".join(part for part in known if part),
        f"Biologiste responsable : {person(report.service_event.director.name)}",
        *house.header,
    ]
    return {"name": laboratory.name, "lines": [line for line in lines if line]}


def _house(house: House) -> dict[str, Json]:
    logo = house.logo
    shown = Image(logo.label, logo.media_type, logo.content) if logo else None
    return {
        "accent": house.accent,
        "logo": {"label": shown.label, "octets": list(printable(shown))} if shown else None,
        "footer": house.footer,
        "mentions": list(house.mentions),
    }


def _patient(patient: Patient) -> dict[str, Json]:
    guardians = ", ".join(person(guardian.name) for guardian in patient.guardians)
    place = patient.birth_place
    traits = (
        ("Nom de naissance", patient.birth_family_name),
        ("1er prénom de naissance", patient.first_given_name),
        ("Prénoms de naissance", " ".join(patient.birth_given_names)),
        ("Nom utilisé", patient.used_family_name or ""),
        ("Prénom utilisé", patient.used_given_name or ""),
        ("Date de naissance", patient.birth_date.french()),
        ("Sexe", wording.SEXES[patient.sex]),
        ("Lieu de naissance", f"{place.name} ({place.cog})" if place and place.name else place.cog if place else ""),
        ("INS", f"{wording.matricule(patient.ins)} ({wording.nature(patient.ins)})" if patient.ins else ""),
        ("IPP", ", ".join(identifier.extension for identifier in patient.local_ids)),
        ("Adresse", ", ".join(address(patient.address))),
        ("Contact", "\n".join(filter(None, map(wording.contact, patient.telecoms)))),
        ("Représentant légal", guardians),
        ("Décès", wording.moment(patient.deceased_at)),
    )
    weak = {"Adresse", "Contact", "Représentant légal", "Décès"}
    return {
        "traits": [[label, text, label not in weak] for label, text in traits if text],
        "mark": ins_svg(patient),
        "short": wording.short_names(patient),
        "birth": f"{'Né' if patient.sex == 'M' else 'Née' if patient.sex == 'F' else 'Né(e)'} le "
        f"{patient.birth_date.french()}, sexe {wording.SEXES[patient.sex]}",
    }


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[Json]:
    return [[label, text] for label, text in pairs if text]


def _people(report: LabReport) -> list[Json]:
    """Each person once, under everything that he or she is here."""
    named: list[tuple[str, Professional]] = [("Prescripteur", report.order.prescriber)]
    if report.attending is not None:
        named.append(("Médecin traitant", report.attending))
    named += [("Copie à", who) for who in report.copies]
    if report.sampler:
        named.append(("Prélevé par", report.sampler.by))
    named += [(_INFORMED, who) for who in report.informants if isinstance(who, Professional)]
    roles: dict[tuple[str, str], list[str]] = {}
    people: dict[tuple[str, str], Professional] = {}
    for role, who in named:
        key = (who.id.root, who.id.extension)
        people.setdefault(key, who)
        roles.setdefault(key, []).append(role)
    known: list[Json] = [[_several(roles[key]), person(who.name), wording.reach(who)] for key, who in people.items()]
    structures: list[Json] = [["Copie", one.name, wording.reach(one)] for one in report.addressees]
    related = [_related(who) for who in report.informants if isinstance(who, Informant)]
    return [*known, *structures, *related]


def _related(who: Informant) -> Json:
    """``Renseignements donnés par``, the name, then the tie and the contact."""
    tie = who.relation.display if who.relation else ""
    return [_INFORMED, person(who.name), " · ".join(part for part in (tie, wording.reach(who)) if part)]


def _note(note: Note) -> str:
    return "\n".join((f"{note.title} :", *note.paragraphs))


def _several(roles: list[str]) -> Json:
    first, *others = roles
    return ", ".join([first, *(role[0].lower() + role[1:] for role in others)]).removesuffix(" à")


def _facts(report: LabReport) -> list[Json]:
    event = report.service_event
    return _pairs((
        ("Prescription", f"n° {report.order.id.extension}"),
        ("Prescrit le", wording.moment(report.order.prescribed_at)),
        ("Prélevé le", wording.moment(report.sampler.at if report.sampler else _sampled(report))),
        ("Reçu le", wording.moment(event.started_at)),
        ("Réalisé le", wording.moment(event.performed_at)),
        ("Annulé le" if report.cancelled else "Validé le", wording.moment(event.ended_at)),
        ("Édité le", wording.moment(report.document.created_at)),
        ("Prise en charge", wording.ENCOUNTERS[report.encounter.type]),
    ))  # fmt: skip


def _sampled(report: LabReport) -> datetime | None:
    """The time of the first specimen taken; None when the report has none."""
    return min(
        (
            sample.collected_at
            for chapter in report.chapters
            for section in chapter.sections
            for sample in section.samples
        ),
        default=None,
    )


def _chapter(chapter: Chapter, cancelled: bool) -> dict[str, Json]:
    sections = [_section(section, cancelled) for section in chapter.sections]
    # The chapter's name need not be said twice in a row.
    title = chapter.title or chapter.code.display
    if sections[0]["title"] == title:
        sections[0]["title"] = ""
    return {"title": title, "sections": [*sections]}


def _section(section: Section, cancelled: bool) -> dict[str, Json]:
    tubes = _Tubes(section.samples, cancelled)
    rows = [row for entry in section.entries for row in _entry(entry, tubes)]
    validation = section.validation
    validated = f"Validé par {person(validation.by.name)} le {wording.moment(validation.at)}" if validation else ""
    return {
        "title": section.title or (section.code.display if section.code else ""),
        "rows": rows,
        "notes": [
            *(["Partie en cours : d'autres résultats suivront."] if section.status == "active" else []),
            *section.comments,
            *section.words,
        ],
        "samples": [
            *([elsewhere(section.performer)] if section.performer else []),
            *(["* : antériorité mesurée par une autre méthode."] if _method_changed(section) else []),
            *(_sample(sample) for sample in section.samples),
        ],
        "validation": validated,
    }


def _method_changed(section: Section) -> bool:
    found = (observation for entry in section.entries for _, observation in walk.observations(entry))
    return any(_other_method(prior, observation) for observation in found for prior in observation.priors)


def _sample(sample: Sample) -> str:
    parts = [
        f"{sample.type_text or sample.type.display} n° {sample.id.extension}",
        f"prélevé le {wording.moment(sample.collected_at)}",
    ]
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


class _Tubes:
    """Says from which tube a result comes where that changes, in a section that has several.

    And what became of a result that has no value, in a report that is ``cancelled`` or not.
    """

    def __init__(self, samples: tuple[Sample, ...], cancelled: bool) -> None:
        self.cancelled = cancelled
        self.without = "annulé" if cancelled else "non réalisé"
        self._numbers = {sample.key: sample.id.extension for sample in samples} if len(samples) > 1 else {}
        self._told: str | None = None

    def change(self, observation: Observation) -> list[str]:
        """``Prélèvement 26…`` when the result is not of the tube told last."""
        number = self._numbers.get(observation.sample or "")
        if number is None or number == self._told:
            return []
        self._told = number
        return [f"Prélèvement {number}"]


def _entry(entry: Entry, tubes: _Tubes) -> Iterator[Json]:
    match entry:
        case Observation():
            yield _row(entry, tubes, inside=False)
        case Battery():
            yield from _battery(entry, tubes)
        case Isolate():
            yield _head(f"Isolat : {entry.organism.text}", entry.status, tubes)
            for observation in entry.observations:
                yield _row(observation, tubes, inside=True)
            for battery in entry.batteries:
                yield from _battery(battery, tubes)
            yield from _notes(entry.comments)
        case Image():
            yield _image(entry)


def _battery(battery: Battery, tubes: _Tubes) -> Iterator[Json]:
    method = _common_method(battery.observations)
    yield _head(battery.label, battery.status, tubes, method)
    if battery.performer:
        yield from _notes((elsewhere(battery.performer),))
    for observation in battery.observations:
        yield _row(replace(observation, method=None) if method else observation, tubes, inside=True)
    for image in battery.images:
        yield _image(image)
    yield from _notes(battery.comments)


def _common_method(observations: tuple[Observation, ...]) -> str:
    """The one method of several results, said once above them; empty when they differ.

    A result with earlier ones keeps its own: a changed method is told beside them.
    """
    methods = {observation.method.text if observation.method else "" for observation in observations}
    if len(observations) < 2 or len(methods) > 1 or any(observation.priors for observation in observations):
        return ""
    return methods.pop()


def _head(label: str, status: Status, tubes: _Tubes, method: str = "") -> Json:
    state = {"active": "en cours", "aborted": tubes.without, "completed": ""}[status]
    return {"kind": "battery", "label": label, "state": state, "method": method}


def _notes(comments: tuple[str, ...]) -> Iterator[Json]:
    for comment in comments:
        yield {"kind": "note", "text": comment}


def _image(image: Image) -> Json:
    # The template has no base64: the octets themselves.
    return {"kind": "image", "label": image.label, "octets": list(printable(image))}


def elsewhere(performer: Performer) -> str:
    """``Réalisé par LABORATOIRE … (Dr …) le …``."""
    who = f" ({person(performer.biologist.name)})" if performer.biologist else ""
    when = f" le {wording.moment(performer.at)}" if performer.at else ""
    return f"Réalisé par {performer.laboratory.name}{who}{when}"


def _row(observation: Observation, tubes: _Tubes, *, inside: bool) -> dict[str, Json]:
    value = observation.value
    words = tubes.without.capitalize() if value is None else PAGE.value(value)
    details = [
        *([observation.method.text] if observation.method else []),
        *([second] if (second := PAGE.second_unit(value, observation.reference)) else []),
        *([f"Calculé : {observation.derivation}"] if observation.derivation else []),
        *(one.text or one.coded.display for one in observation.materials),
        *tubes.change(observation),
        *([elsewhere(observation.performer)] if observation.performer else []),
    ]
    return {
        "kind": "result",
        "inside": inside,
        "label": observation.code.label,
        "detail": ", ".join(details),
        "mark": wording.mark(observation.interpretation),
        "abnormal": bool(wording.mark(observation.interpretation)),
        "critical": observation.interpretation in wording.CRITICAL,
        "value": words,
        "words": value is None or isinstance(value, CodedResult | Text),
        "alone": value is None
        or (isinstance(value, CodedResult | Text) and not observation.reference and not observation.priors),
        "tall": len(words) + sum(map(len, observation.comments)) > _TALL,
        "unit": unit(value),
        "place": _round(figures.place_of(observation)),
        "course": [[_round(x), _round(y)] for x, y in figures.course(observation)],
        "reference": wording.reference(observation.reference) or wording.susceptibility(observation.interpretation),
        "priors": [
            f"{prior.code.label + ' : ' if prior.code else ''}"
            f"{_prior_mark(prior.interpretation)}{PAGE.value(prior.value)}{_other_method(prior, observation)}"
            f" ({day(prior.time) if prior.time else 'date inconnue'}{_usual_then(prior)})"
            for prior in observation.priors
        ],
        # The reason of a cancellation is said once, at the top of the page.
        "comments": [] if tubes.cancelled else list(observation.comments),
    }


def _round(number: float | None) -> str | None:
    # The template reads text: JSON has no decimal of its own, and the same report gives the same bytes.
    return None if number is None else f"{number:.3f}"


def _prior_mark(interpretation: str | None) -> str:
    mark = wording.mark(interpretation)
    return f"{mark}\u00a0" if mark else ""


def _other_method(prior: Prior, observation: Observation) -> str:
    changed = prior.method and observation.method and prior.method.text != observation.method.text
    return "\u00a0*" if changed else ""


def _usual_then(prior: Prior) -> str:
    usual = wording.reference(prior.reference)
    return f", usuel alors : {usual}" if usual else ""


def _signature(signature: Signature) -> list[Json]:
    return [person(signature.by.name), wording.moment(signature.at)]
