"""What differs between two versions of a report, in sentences that a doctor reads.

Order of the report; what only dates or signs a version is no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Patient
from eprouvette.standards.report.results import Entry, Isolate, Observation, Sample
from eprouvette.standards.report.words import PAGE, person, unit

_CATEGORIES: Final = frozenset({"S", "SDD", "I", "R", "NS", "IE"})
_IDENTIFICATION: Final = "6463-4"
"""LOINC of an identification, which says the organism of its isolate again."""
_TRAITS = (
    ("birth_family_name", "nom de naissance"),
    ("first_given_name", "premier prénom"),
    ("birth_given_names", "prénoms de naissance"),
    ("used_family_name", "nom utilisé"),
    ("used_given_name", "prénom utilisé"),
    ("birth_date", "date de naissance"),
    ("sex", "sexe"),
    ("birth_place", "lieu de naissance"),
    ("ins", "INS"),
)
_SAMPLE: Final = (
    ("type", "type"),
    ("site", "site"),
    ("collector", "préleveur"),
    ("collected_at", "heure du prélèvement"),
    ("received_at", "heure de réception"),
    ("subject", "origine"),
)
_CONFIDENTIALITIES: Final = {"N": "normale", "R": "restreinte", "V": "très restreinte"}


def changes(before: LabReport, after: LabReport, *, added: bool = True) -> tuple[str, ...]:
    """One sentence a difference from ``before`` to ``after``; empty when both say the same.

    Without ``added``, results that only came since are left out: completing a partial report corrects nothing.
    """
    return (
        *_patient(before.patient, after.patient),
        *_people(before, after),
        *_samples(before, after),
        *_results(before, after, added=added),
        *_words(before, after),
    )


def _patient(before: Patient, after: Patient) -> Iterator[str]:
    changed = [words for name, words in _TRAITS if getattr(before, name) != getattr(after, name)]
    if changed:
        yield f"Identité du patient corrigée : {', '.join(changed)}."


def _people(before: LabReport, after: LabReport) -> Iterator[str]:
    if before.order.prescriber.id != after.order.prescriber.id:
        yield f"Prescripteur : {person(after.order.prescriber.name)}."
    known = {copy.id for copy in before.copies}
    for copy in after.copies:
        if copy.id not in known:
            yield f"Copie ajoutée : {person(copy.name)}."


def _samples(before: LabReport, after: LabReport) -> Iterator[str]:
    """What is said otherwise of a sample that both versions name."""
    old, new = _by_number(before), _by_number(after)
    for number, sample in new.items():
        earlier = old.get(number, sample)
        changed = [words for name, words in _SAMPLE if getattr(earlier, name) != getattr(sample, name)]
        if changed:
            yield f"Prélèvement {number} corrigé : {', '.join(changed)}."


def _by_number(report: LabReport) -> dict[str, Sample]:
    return {
        sample.id.extension: sample
        for chapter in report.chapters
        for section in chapter.sections
        for sample in section.samples
    }


def _results(before: LabReport, after: LabReport, *, added: bool) -> Iterator[str]:
    yield from _isolates(before, after, added=added)
    yield from _pictures(before, after, added=added)
    old, new = dict(_numbered(before)), dict(_numbered(after))
    # What an isolate that came or went says is told by the isolate itself.
    there = set(_by_id(before)) & set(_by_id(after)) | {""}
    for key, told in new.items():
        earlier = old.get(key)
        if earlier is None and added and key[1] in there:
            yield f"{told.label} : ajouté ({told.said})."
        elif earlier is not None:
            yield from _result(earlier, told)
    for key, told in old.items():
        if key not in new and key[1] in there:
            yield f"{told.label} : retiré (était {told.said})."


def _by_id(report: LabReport) -> dict[str, Isolate]:
    return {_isolate_key(entry): entry for entry in _entries(report) if isinstance(entry, Isolate)}


def _isolate_key(isolate: Isolate) -> str:
    """What tells an isolate from its likes: its number, else the name of what grew."""
    return f"{isolate.id.root}^{isolate.id.extension}" if isolate.id else isolate.organism.text


def _entries(report: LabReport) -> Iterator[Entry]:
    for chapter in report.chapters:
        for section in chapter.sections:
            yield from section.entries


def _isolates(before: LabReport, after: LabReport, *, added: bool) -> Iterator[str]:
    old, new = _by_id(before), _by_id(after)
    for key, isolate in new.items():
        earlier = old.get(key)
        if earlier is None:
            if added:
                yield f"Isolat ajouté : {isolate.organism.text}."
        elif earlier.organism != isolate.organism:
            if earlier.organism.text == isolate.organism.text:
                yield f"{isolate.organism.text} : code du micro-organisme corrigé."
            else:
                yield f"Isolat : {isolate.organism.text} au lieu de {earlier.organism.text}."
        if earlier is not None and earlier.comments != isolate.comments:
            yield f"{isolate.organism.text} : commentaire modifié."
    for key, isolate in old.items():
        if key not in new:
            yield f"Isolat retiré : {isolate.organism.text}."


def _pictures(before: LabReport, after: LabReport, *, added: bool) -> Iterator[str]:
    old, new = (
        {image.content: image.label for entry in _entries(report) for _, image in walk.images(entry)}
        for report in (before, after)
    )
    for content, label in new.items():
        if content not in old and added:
            yield f"Image ajoutée : {label}."
        elif content in old and old[content] != label:
            yield f"Image : {label} au lieu de {old[content]}."
    for content, label in old.items():
        if content not in new:
            yield f"Image retirée : {label}."


@dataclass(frozen=True, slots=True)
class _Told:
    """A result under the name that tells it from its likes."""

    observation: Observation
    holder: str

    @property
    def label(self) -> str:
        label = self.observation.code.label
        return f"{self.holder}, {label}" if self.holder else label

    @property
    def said(self) -> str:
        observation = self.observation
        if observation.value is None:
            return "non réalisé"
        said = f"{PAGE.value(observation.value)} {unit(observation.value)}".strip()
        # In an antibiogram what matters is the category, whatever the number.
        category = observation.interpretation if observation.interpretation in _CATEGORIES else None
        return f"{said}, {category}" if self.holder and category else said


def _numbered(report: LabReport) -> Iterator[tuple[tuple[str, ...], _Told]]:
    """Each result under what names it: its chapter, its isolate, its code, and its rank among equals."""
    ranks: dict[tuple[str, ...], int] = {}
    for chapter in report.chapters:
        for entry in (entry for section in chapter.sections for entry in section.entries):
            holder = entry if isinstance(entry, Isolate) else None
            for _, observation in walk.observations(entry):
                if holder is not None and observation.code.loinc and observation.code.loinc.code == _IDENTIFICATION:
                    continue
                code = observation.code.local or observation.code.loinc
                place = _isolate_key(holder) if holder else ""
                key = (chapter.code.code, place, code.code if code else observation.code.label)
                ranks[key] = ranks.get(key, 0) + 1
                yield (*key, str(ranks[key])), _Told(observation, holder.organism.text if holder else "")


def _result(before: _Told, after: _Told) -> Iterator[str]:
    old, new, label = before.observation, after.observation, after.label
    if (old.value, old.status) != (new.value, new.status):
        yield f"{label} : {after.said} au lieu de {before.said}."
    elif old.interpretation != new.interpretation:
        told = f"{new.interpretation or 'sans catégorie'} au lieu de {old.interpretation or 'sans catégorie'}"
        graded = after.holder and {old.interpretation, new.interpretation} & _CATEGORIES
        yield f"{label} : {told}." if graded else f"{label} : interprétation corrigée."
    if old.reference != new.reference:
        yield f"{label} : valeurs de référence corrigées."
    if old.method != new.method:
        yield f"{label} : méthode corrigée."
    if old.derivation != new.derivation:
        yield f"{label} : mode de calcul corrigé."
    if old.materials != new.materials:
        yield f"{label} : trousse ou milieu corrigés."
    if old.comments != new.comments and new.status != "aborted":
        yield f"{label} : commentaire modifié."


def _words(before: LabReport, after: LabReport) -> Iterator[str]:
    if before.comments != after.comments:
        yield "Commentaire général modifié."
    if before.order.clinical_data != after.order.clinical_data:
        yield "Renseignements cliniques modifiés."
    if before.screening != after.screening:
        yield "Contexte du dépistage ou vaccinations modifiés."
    if before.document.confidentiality != after.document.confidentiality:
        yield f"Confidentialité : {_CONFIDENTIALITIES[after.document.confidentiality]}."
    titles = [attachment.title for attachment in before.attachments]
    for attachment in after.attachments:
        if attachment.title not in titles:
            yield f"Document joint ajouté : {attachment.title}."
