"""What differs between two versions of a report, in sentences that a doctor reads.

Order of the report; what only dates or signs a version is no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Patient
from eprouvette.standards.report.results import Isolate, Observation, Sample
from eprouvette.standards.report.words import PAGE, person, unit

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
    old, new = dict(_numbered(before)), dict(_numbered(after))
    for key, observation in new.items():
        earlier = old.get(key)
        if earlier is None and added:
            yield f"{observation.code.label} : ajouté ({_said(observation)})."
        elif earlier is not None:
            yield from _result(earlier, observation)
    for key, observation in old.items():
        if key not in new:
            yield f"{observation.code.label} : retiré (était {_said(observation)})."


def _numbered(report: LabReport) -> Iterator[tuple[tuple[str, ...], Observation]]:
    """Each result under what names it: its chapter, its isolate, its code, and its rank among equals."""
    ranks: dict[tuple[str, ...], int] = {}
    for chapter in report.chapters:
        for section in chapter.sections:
            for entry in section.entries:
                holder = entry.organism.text if isinstance(entry, Isolate) else ""
                for _, observation in walk.observations(entry):
                    code = observation.code.local or observation.code.loinc
                    key = (chapter.code.code, holder, code.code if code else observation.code.label)
                    ranks[key] = ranks.get(key, 0) + 1
                    yield (*key, str(ranks[key])), observation


def _result(before: Observation, after: Observation) -> Iterator[str]:
    label = after.code.label
    if (before.value, before.status) != (after.value, after.status):
        yield f"{label} : {_said(after)} au lieu de {_said(before)}."
    elif before.interpretation != after.interpretation:
        yield f"{label} : interprétation corrigée."
    if before.reference != after.reference:
        yield f"{label} : valeurs de référence corrigées."
    if before.method != after.method:
        yield f"{label} : méthode corrigée."
    if before.derivation != after.derivation:
        yield f"{label} : mode de calcul corrigé."
    if before.materials != after.materials:
        yield f"{label} : trousse ou milieu corrigés."
    if before.comments != after.comments and after.status != "aborted":
        yield f"{label} : commentaire modifié."


def _said(observation: Observation) -> str:
    if observation.value is None:
        return "non réalisé"
    return f"{PAGE.value(observation.value)} {unit(observation.value)}".strip()


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
