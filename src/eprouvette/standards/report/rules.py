"""What a report must not contradict, whatever form it takes afterwards.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 3 to 6); a rule stands here when no form can be right without it.
The rules of the written document itself are those of ``standards.conformance``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.report import walk
from eprouvette.standards.report.errors import Place
from eprouvette.standards.report.media import image_fault, pdf_fault
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Address, FurtherId, Organization, Patient, Professional, Telecom
from eprouvette.standards.report.results import (
    Battery,
    Chapter,
    Interval,
    Isolate,
    NonHumanSubject,
    Observation,
    Ratio,
    ReferenceRange,
    Sample,
    Section,
)
from eprouvette.standards.report.words import address

INTERPRETATIONS: Final = frozenset(
    [
        "<",
        ">",
        "A",
        "AA",
        "B",
        "CAR",
        "D",
        "DET",
        "E",
        "EX",
        "EXP",
        "H",
        "HH",
        "HU",
        "HX",
        "I",
        "IE",
        "IND",
        "L",
        "LL",
        "LU",
        "LX",
        "N",
        "NCL",
        "ND",
        "NEG",
        "NR",
        "NS",
        "POS",
        "R",
        "RR",
        "S",
        "SDD",
        "SYN-R",
        "SYN-S",
        "U",
        "UNE",
        "W",
        "WR",
    ]
)
"""HL7 ObservationInterpretation as the ANS publishes it (2.16.840.1.113883.1.11.78)."""
_COG = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_TELECOM = re.compile(r"(tel|fax|mailto|http|https|ftp|mllp):\S.*")
_ADDRESS_USES: Final = frozenset({"H", "HP", "HV", "WP", "TMP"})
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")


def is_loinc(code: str) -> bool:
    """True for the form ``digits-digit`` whose last digit is the Mod 10 check digit (LOINC Users' Guide, app. C)."""
    if not _LOINC.fullmatch(code):
        return False
    body, check = code.split("-")
    total = 0
    for rank, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if rank % 2 == 0 else 1)
        total += number // 10 + number % 10
    return (10 - total % 10) % 10 == int(check)


def violations(report: LabReport) -> tuple[Place, ...]:
    """Every contradiction of ``report``, in reading order; empty when there is none."""
    return (
        *_document(report),
        *_patient(report.patient, report),
        *_people(report),
        *_body(report),
        *_joined(report),
        *_cancelled(report),
        *_beside(report),
        *_everywhere(report, ""),
    )


def _document(report: LabReport) -> Iterator[Place]:
    document = report.document
    for name, oid in (("id", document.id), ("set_id", document.set_id), ("replaces", document.replaces)):
        if oid is not None and not oids.is_oid(oid):
            yield Place(f"document.{name}", "un OID de 64 caractères au plus est attendu.")
    if document.version < 1:
        yield Place("document.version", "la première version porte le numéro 1.")
    if (document.version > 1) != (document.replaces is not None):
        yield Place("document.replaces", "une version supérieure à 1, et elle seule, dit quelle version elle remplace.")
    if document.replaces == document.id:
        yield Place("document.replaces", "un compte rendu ne se remplace pas lui-même.")
    event = report.service_event
    if event.ended_at is not None and _aware(event.ended_at, event.started_at) and event.ended_at < event.started_at:
        yield Place("service_event.ended_at", "la fin précède le début.")


def _patient(patient: Patient, report: LabReport) -> Iterator[Place]:
    if patient.ins is None and not patient.local_ids:
        yield Place("patient.local_ids", "sans INS, un identifiant local (IPP) est obligatoire.")
    if not patient.birth_family_name.strip():
        yield Place("patient.birth_family_name", "le nom de naissance est obligatoire.")
    if not patient.first_given_name.strip():
        yield Place("patient.first_given_name", "le premier prénom de naissance est obligatoire.")
    listed = " ".join(patient.birth_given_names)
    if not listed.strip():
        yield Place("patient.birth_given_names", "la liste des prénoms de naissance est obligatoire.")
    elif not f"{listed} ".startswith(f"{patient.first_given_name} "):
        yield Place("patient.first_given_name", "le premier prénom doit être le début de la liste des prénoms.")
    if patient.ins is not None and patient.birth_place is None:
        yield Place(
            "patient.birth_place", "avec l'INS, tous les traits sont obligatoires : le lieu de naissance manque."
        )
    if patient.birth_place is not None and not _COG.fullmatch(patient.birth_place.cog):
        yield Place("patient.birth_place.cog", "un code officiel géographique de 5 caractères est attendu.")
    if patient.birth_date.first_day() > report.document.created_at.date():
        yield Place("patient.birth_date", "la naissance est postérieure au compte rendu.")


def _people(report: LabReport) -> Iterator[Place]:
    if not report.authors:
        yield Place("authors", "un compte rendu a au moins un auteur.")
    named = (
        ("legal_authenticator.by", report.legal_authenticator.by),
        ("encounter.responsible", report.encounter.responsible),
        *((f"validators[{rank}].by", signature.by) for rank, signature in enumerate(report.validators)),
    )
    for path, professional in named:
        if professional.id.root != oids.PROFESSIONAL:
            yield Place(f"{path}.id.root", "l'identifiant national du professionnel (RPPS) est attendu.")
    for rank, signature in enumerate(report.validators):
        yield from _reachable(signature.by, f"validators[{rank}].by")
    director = report.service_event.director
    yield from _reachable(director, "service_event.director")
    if director.organization is None:
        yield Place("service_event.director.organization", "le laboratoire du directeur est obligatoire.")
    else:
        yield from _reachable(director.organization, "service_event.director.organization")
        if director.organization.industry is None:
            yield Place("service_event.director.organization.industry", "le cadre d'exercice est obligatoire.")


def _reachable(who: Professional | Organization, path: str) -> Iterator[Place]:
    if who.address is None:
        yield Place(f"{path}.address", "l'adresse est obligatoire ici.")
    if not who.telecoms:
        yield Place(f"{path}.telecoms", "un moyen de joindre est obligatoire ici.")


def _joined(report: LabReport) -> Iterator[Place]:
    for rank, attachment in enumerate(report.attachments):
        if not attachment.title.strip():
            yield Place(f"attachments[{rank}].title", "un document joint a un titre.")
        if fault := pdf_fault(attachment.content):
            yield Place(f"attachments[{rank}].content", fault)
    if report.revision is not None and not any(change.strip() for change in report.revision.changes):
        yield Place("revision.changes", "une correction dit ce qui a changé.")
    if report.revision is not None and report.document.version == 1:
        yield Place("revision", "une première version ne corrige rien.")


def _cancelled(report: LabReport) -> Iterator[Place]:
    """A report that must not be used says nothing that could be."""
    if not report.cancelled:
        return
    if report.revision is None:
        yield Place("revision", "une annulation dit son motif.")
    if report.attachments:
        yield Place("attachments", "un compte rendu annulé n'a pas de document joint.")
    for path, section in _sections(report):
        for rank, entry in enumerate(section.entries):
            inner = f"{path}.entries[{rank}]"
            kept = [one for _, one in walk.observations(entry) if one.status != "aborted" or one.priors]
            if kept or isinstance(entry, Isolate) or any(walk.images(entry)):
                yield Place(inner, "un compte rendu annulé n'a ni résultat, ni antérieur, ni isolat, ni image.")


def _beside(report: LabReport) -> Iterator[Place]:
    """Who told, who receives, what is noted beside the results."""
    if report.authored_at and len(report.authored_at) != len(report.authors):
        yield Place("authored_at", "chaque auteur a son heure, ou aucun.")
    for rank, informant in enumerate(report.informants):
        if not informant.name.family.strip():
            yield Place(f"informants[{rank}].name.family", "le nom de qui a renseigné est obligatoire.")
    for rank, addressee in enumerate(report.addressees):
        if not addressee.name.strip():
            yield Place(f"addressees[{rank}].name", "le nom de la structure est obligatoire.")
    for rank, note in enumerate(report.notes):
        if not note.title.strip():
            yield Place(f"notes[{rank}].title", "une note a un titre.")
        if not any(paragraph.strip() for paragraph in note.paragraphs):
            yield Place(f"notes[{rank}].paragraphs", "une note dit quelque chose.")


def _body(report: LabReport) -> Iterator[Place]:
    if not report.chapters:
        yield Place("chapters", "un compte rendu a au moins un chapitre.")
    known: dict[str, Sample] = {}
    for path, section in _sections(report):
        for rank, sample in enumerate(section.samples):
            if known.setdefault(sample.key, sample) != sample:
                yield Place(f"{path}.samples[{rank}].key", "deux prélèvements différents portent la même clé.")
            if sample.subject is not None:
                yield from _subject(sample.subject, f"{path}.samples[{rank}].subject")
    for number, chapter in enumerate(report.chapters):
        yield from _chapter(chapter, f"chapters[{number}]")
    for path, section in _sections(report):
        yield from _section(section, path, report.document.status == "completed", known)


def _subject(subject: NonHumanSubject, path: str) -> Iterator[Place]:
    if not subject.text.strip():
        yield Place(f"{path}.text", "ce qui a été prélevé doit être dit en toutes lettres.")
    if subject.coded is not None and subject.coded.system != oids.SNOMED_CT:
        yield Place(f"{path}.coded.system", "ce qui a été prélevé a un code SNOMED CT.")
    if subject.place is not None and not any(line.strip() for line in address(subject.place)):
        yield Place(f"{path}.place", "un lieu d'origine vide ne dit rien : l'omettre.")


def _sections(report: LabReport) -> Iterator[tuple[str, Section]]:
    for number, chapter in enumerate(report.chapters):
        for rank, section in enumerate(chapter.sections):
            yield f"chapters[{number}].sections[{rank}]", section


def _chapter(chapter: Chapter, path: str) -> Iterator[Place]:
    coded = [section.code is not None for section in chapter.sections]
    if not coded:
        yield Place(f"{path}.sections", "un chapitre a au moins une partie.")
    if len(coded) > 1 and not all(coded):
        yield Place(f"{path}.sections", "un chapitre a soit ses propres résultats, soit des sous-chapitres.")
    if chapter.code.system not in {oids.LOINC, oids.TA_ASIP}:
        yield Place(f"{path}.code.system", "un chapitre a un code LOINC ou un code national provisoire.")


def _section(section: Section, path: str, final: bool, known: dict[str, Sample]) -> Iterator[Place]:
    if section.code is not None and section.code.system != oids.LOINC:
        yield Place(f"{path}.code.system", "un sous-chapitre a un code LOINC.")
    if not section.entries:
        yield Place(f"{path}.entries", "une partie a au moins un résultat.")
    if final and section.status == "active":
        yield Place(f"{path}.status", "un compte rendu final n'a pas de partie en cours.")
    for rank, entry in enumerate(section.entries):
        inner = f"{path}.entries[{rank}]"
        for below, battery in walk.batteries(entry):
            yield from _battery(battery, _join(inner, below), final)
        if isinstance(entry, Isolate):
            yield from _isolate(entry, inner, final)
        for below, observation in walk.observations(entry):
            yield from _observation(observation, _join(inner, below), known)
        for below, image in walk.images(entry):
            if fault := image_fault(image):
                yield Place(f"{_join(inner, below)}.content", fault)


def _join(path: str, below: str) -> str:
    return f"{path}.{below}" if below else path


def _battery(battery: Battery, path: str, final: bool) -> Iterator[Place]:
    if not battery.observations:
        yield Place(f"{path}.observations", "un bilan a au moins un résultat.")
    if final and battery.status == "active":
        yield Place(f"{path}.status", "un compte rendu final n'a pas de bilan en cours.")


def _isolate(isolate: Isolate, path: str, final: bool) -> Iterator[Place]:
    organism = isolate.organism
    if not organism.text.strip():
        yield Place(f"{path}.organism.text", "le nom du micro-organisme manque.")
    if organism.coded is not None and organism.coded.system != oids.SNOMED_CT:
        yield Place(f"{path}.organism.coded.system", "un micro-organisme a un code SNOMED CT.")
    if organism.taxonomy is not None and organism.taxonomy.system != oids.NCBI_TAXONOMY:
        yield Place(f"{path}.organism.taxonomy.system", "la taxonomie est celle du NCBI.")
    if organism.taxonomy is not None and organism.coded is None:
        yield Place(f"{path}.organism.coded", "un code de taxonomie accompagne un code SNOMED CT.")
    if not isolate.observations and not isolate.batteries:
        yield Place(f"{path}.observations", "un isolat a au moins un résultat ou un antibiogramme.")
    if final and isolate.status == "active":
        yield Place(f"{path}.status", "un compte rendu final n'a pas d'isolat en cours.")


def _observation(observation: Observation, path: str, known: dict[str, Sample]) -> Iterator[Place]:
    aborted = observation.status == "aborted"
    if aborted and observation.value is not None:
        yield Place(f"{path}.value", "un examen non réalisé n'a pas de valeur.")
    if aborted and not observation.comments:
        yield Place(f"{path}.comments", "un examen non réalisé doit dire pourquoi.")
    if not aborted and observation.value is None:
        yield Place(f"{path}.value", "la valeur manque.")
    if observation.code.loinc is None and observation.code.local is None:
        yield Place(f"{path}.code", "un examen a un code LOINC ou un code local.")
    if observation.code.loinc is not None and observation.code.loinc.system != oids.LOINC:
        yield Place(f"{path}.code.loinc.system", "l'OID de LOINC est attendu.")
    if not observation.code.label.strip():
        yield Place(f"{path}.code.label", "le nom de l'examen manque.")
    for rank, prior in enumerate(observation.priors):
        if prior.code is not None and not (prior.code.label.strip() and (prior.code.loinc or prior.code.local)):
            yield Place(f"{path}.priors[{rank}].code", "un examen a un nom, et un code LOINC ou un code local.")
    if observation.sample is not None and observation.sample not in known:
        yield Place(f"{path}.sample", "ce prélèvement n'est pas dans le compte rendu.")
    codes = (
        (f"{path}.interpretation", observation.interpretation),
        *(
            (f"{path}.priors[{rank}].interpretation", prior.interpretation)
            for rank, prior in enumerate(observation.priors)
        ),
    )
    for place, code in codes:
        if code is not None and code not in INTERPRETATIONS:
            yield Place(place, "ce code n'est pas une interprétation HL7.")


def _everywhere(value: object, path: str) -> Iterator[Place]:
    """The rules that hold wherever a code, a time, a contact or a pair of bounds stands."""
    if isinstance(value, tuple):
        for rank, item in enumerate(value):
            yield from _everywhere(item, f"{path}[{rank}]")
        return
    if isinstance(value, datetime):
        if value.tzinfo is None:
            yield Place(path, "une heure doit porter son décalage horaire.")
        return
    if not is_dataclass(value):
        return
    yield from _single(value, path)
    for field in fields(value):
        member = getattr(value, field.name)
        if member is not None and not isinstance(member, str | bytes):
            yield from _everywhere(member, f"{path}.{field.name}" if path else field.name)


def _single(value: object, path: str) -> Iterator[Place]:
    match value:
        case Coded(code=code, system=oids.LOINC) if not is_loinc(code):
            yield Place(f"{path}.code", "ce n'est pas un code LOINC (forme ou chiffre de contrôle).")
        case Coded() if not value.display.strip():
            yield Place(f"{path}.display", "un code doit porter son libellé.")
        case Telecom(absent=str()) if value.value or value.use:
            yield Place(f"{path}.absent", "un contact qui manque n'a ni valeur ni usage.")
        case Address(absent=str()) if value != Address(absent=value.absent):
            yield Place(f"{path}.absent", "une adresse qui manque n'a rien d'autre.")
        case Telecom(absent=None) if not _TELECOM.fullmatch(value.value):
            yield Place(f"{path}.value", "un contact commence par tel:, fax:, mailto: ou http:.")
        case Address() if value.use and value.use not in _ADDRESS_USES:
            yield Place(f"{path}.use", "l'usage d'une adresse est H, HP, HV, WP ou TMP.")
        case FurtherId() if not value.id.root or not value.id.extension:
            yield Place(f"{path}.id", "un numéro a une autorité (OID) et une valeur.")
        case Interval() if value.low > value.high:
            yield Place(f"{path}.low", "la borne basse dépasse la borne haute.")
        case ReferenceRange(low=low, high=high) if low is not None and high is not None and low > high:
            yield Place(f"{path}.low", "la borne basse dépasse la borne haute.")
        case Ratio() if value.denominator == 0:
            yield Place(f"{path}.denominator", "le dénominateur est nul.")


def _aware(*moments: datetime) -> bool:
    return all(moment.tzinfo is not None for moment in moments)
