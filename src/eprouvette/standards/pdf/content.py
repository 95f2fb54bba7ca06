"""What the template prints: the report as plain words in reading order, ready to typeset.

Everything is decided here (words, marks, order, what is shown); the template only places it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from eprouvette.standards.pdf import rows, wording
from eprouvette.standards.pdf.flow import Json, Row
from eprouvette.standards.pdf.trace import trace
from eprouvette.standards.report import figures, walk
from eprouvette.standards.report.house import House, Logo
from eprouvette.standards.report.ins_mark import ins_svg
from eprouvette.standards.report.meanings import INTERPRETATIONS, meaning
from eprouvette.standards.report.media import picture_size, printable
from eprouvette.standards.report.model import Attachment, LabReport, Note, Vaccination
from eprouvette.standards.report.people import Informant, Patient, Professional
from eprouvette.standards.report.results import Image, Observation
from eprouvette.standards.report.words import CANCELLED, PAGE, address, person, unit

_INFORMED: Final = "Renseignements donnés par"
_LOGO_WIDTH: Final = 36
_LOGO_HEIGHT: Final = 16
"""Millimetres: the place of the logo at the top."""


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
        "chapters": _chapters(report, house),
        "clinical": report.order.clinical_data,
        "screening": _screening(report),
        "revision": _revision(report),
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
    """The critical results, to be read first wherever they stand below: mark, name, value, what is usual."""
    return [
        [
            told.mark,
            one.code.label,
            f"{PAGE.value(one.value)} {unit(one.value)}".strip(),
            wording.reference(one.reference),
        ]
        for one in _observations(report)
        if (told := meaning(one.interpretation)).critical and one.value is not None
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
        f"{one.text or one.vaccine.display} : {_given(one) if one.status == 'given' else 'non'}"
        for one in screening.vaccinations
    ]
    return [screening.context.display, screening.sought.display, *vaccines]


def _given(vaccination: Vaccination) -> str:
    dose = f"dose {vaccination.dose}" if vaccination.dose else ""
    when = f"le {wording.moment_or_day(vaccination.at)}" if vaccination.at else ""
    return ", ".join(part for part in ("oui", dose, when) if part)


def _attachment(attachment: Attachment) -> str:
    made = rows.elsewhere(attachment.performer) if attachment.performer else ""
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
    return {
        "accent": house.accent,
        "logo": _logo(logo) if logo else None,
        "footer": house.footer,
        "mentions": list(house.mentions),
    }


def _logo(logo: Logo) -> dict[str, Json]:
    """The picture, and whether its width or its height bounds it on the page."""
    octets = printable(Image(logo.label, logo.media_type, logo.content))
    width, height = picture_size(octets)
    return {"label": logo.label, "octets": list(octets), "wide": width * _LOGO_HEIGHT > height * _LOGO_WIDTH}


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
        ("Matricule INS", f"{wording.matricule(patient.ins)} ({wording.nature(patient.ins)})" if patient.ins else ""),
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
        "names": wording.names(patient),
        "used": wording.used_names(patient),
        "short": wording.short_set(patient),
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
    structures: list[Json] = [["Copie à", one.name, wording.reach(one)] for one in report.addressees]
    related = [_related(who) for who in report.informants if isinstance(who, Informant)]
    return [*known, *structures, *related]


def _related(who: Informant) -> Json:
    """``Renseignements donnés par``, the name, then the tie and the contact."""
    tie = who.relation.display if who.relation else ""
    return [_INFORMED, person(who.name), " · ".join(part for part in (tie, wording.reach(who)) if part)]


def _several(roles: list[str]) -> Json:
    first, *others = roles
    return ", ".join([first, *(role[0].lower() + role[1:] for role in others)])


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


def _chapters(report: LabReport, house: House) -> list[Json]:
    """The results; what ends the report is kept with the last of them."""
    chapters: list[Json] = []
    ending = _closing(report, house)
    for rank, chapter in enumerate(report.chapters):
        sections: list[Json] = []
        named = chapter.title or chapter.code.display
        for number, found in enumerate(chapter.sections):
            key = f"s{rank}-{number}"
            flow = rows.section(found, key, cancelled=report.cancelled)
            if chapter is report.chapters[-1] and found is chapter.sections[-1]:
                for row, size in ending:
                    flow.after(row, size)
            title = found.title or (found.code.display if found.code else "")
            # The chapter's name need not be said twice in a row.
            shown = "" if not number and title == named else title
            sections.append({
                "title": shown,
                "key": key,
                "name": title or named,
                "blocks": flow.finished(),
            })  # fmt: skip
        chapters.append({"title": named, "sections": sections})
    return chapters


def _closing(report: LabReport, house: House) -> list[tuple[Row, int]]:
    """What follows the last result: documents joined, comments, who answers for the report, the small print."""
    found: list[tuple[Row, int]] = []
    joined = [_attachment(attachment) for attachment in report.attachments]
    said_of_all = (*report.comments, *map(_note, report.notes))
    comments = [piece for comment in said_of_all for piece in rows.pieces(comment)]
    for title, lines in (("Documents joints", joined), ("Commentaire", comments)):
        for number, line in enumerate(lines):
            found.append(({"kind": "closing", "title": "" if number else title, "text": line}, len(line) + 80))
    found.append(({"kind": "signature", "signed": _signature(report), "legend": _legend(report)}, 400))
    if house.mentions:
        found.append(({"kind": "mentions"}, sum(map(len, house.mentions))))
    said = trace(report)
    pairs: list[Json] = [[label, words] for label, words in said]
    found.append(({"kind": "trace", "pairs": pairs}, sum(len(words) // 2 for _, words in said)))
    return found


def _note(note: Note) -> str:
    return "\n".join((f"{note.title} :", *note.paragraphs))


def _signature(report: LabReport) -> dict[str, Json]:
    signed = report.legal_authenticator
    return {
        "name": person(signed.by.name),
        "at": wording.moment(signed.at),
        "validators": [[person(one.by.name), wording.moment(one.at)] for one in report.validators],
    }


def _observations(report: LabReport) -> Iterator[Observation]:
    for chapter in report.chapters:
        for section in chapter.sections:
            for entry in section.entries:
                for _, observation in walk.observations(entry):
                    yield observation


def _legend(report: LabReport) -> str:
    """The words of the arrows of this report (other marks have theirs beside them), and how the drawings are read."""
    used = {
        code
        for one in _observations(report)
        for code in (one.interpretation, *(prior.interpretation for prior in one.priors))
        if code
    }
    said = dict.fromkeys(
        f"{told.mark}\u00a0: {told.words[0].lower()}{told.words[1:]}"
        for code, told in INTERPRETATIONS.items()
        if code in used and told.mark[:1] in {"▲", "▼"}
    )
    if any(figures.place_of(one) is not None for one in _observations(report)):
        said["barre\u00a0: le rectangle est l'intervalle de référence, le point le résultat"] = None
    if any(figures.course(one) for one in _observations(report)):
        said["courbe\u00a0: les antériorités, le point plein est ce résultat"] = None
    legend = " ; ".join(said)
    return legend[:1].upper() + legend[1:]
