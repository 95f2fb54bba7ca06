"""From rows and the frozen report to the plain values that the decision rests on."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from eprouvette.exchange.dispatch.holding import holders, served
from eprouvette.exchange.dispatch.rules import Facts, Professional
from eprouvette.lab.directory import queries as directory
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.validation.forms import DEFAULT
from eprouvette.lab.validation.models import Release
from eprouvette.standards.mssante.message import citizen_address
from eprouvette.standards.report import model, people
from eprouvette.standards.report.codec import from_json


def report_of(release: Release) -> model.LabReport:
    """The frozen report of a release.

    Each recipient's delivery reads it several times; it never changes, so the last ones are kept parsed.
    """
    return _parsed(release.report)


@lru_cache(maxsize=32)
def _parsed(text: str) -> model.LabReport:
    return from_json(text)


def facts_for(release: Release) -> Facts:
    """What the decision on a release rests on (its dossier is read with it)."""
    facts = facts_of(release.dossier.patient_id, report_of(release))
    return replace(facts, served=served(release.set_id, release.version)) if release.reissued else facts


def facts_of(patient_id: int, report: model.LabReport) -> Facts:
    """What the decision rests on: the frozen report, the patient's file and the directory as they are now."""
    patient = identity.strict_traits(patient_id)
    ins = report.patient.ins
    return Facts(
        complete=report.document.status != "active",
        frozen_ins=ins,
        current_ins=patient.ins,
        qualified=patient.qualified,
        same_traits=patient.traits == identity.traits_of(report.patient),
        deceased=patient.deceased or report.patient.deceased_at is not None,
        patient_name=_patient_name(report.patient),
        patient_address=citizen_address(ins) if ins else "",
        professionals=_professionals(report),
        cancels=report.cancelled,
        holders=holders(report.document.set_id, report.document.version) if report.cancelled else (),
    )


def _patient_name(patient: people.Patient) -> str:
    family = patient.used_family_name or patient.birth_family_name
    given = patient.used_given_name or patient.first_given_name
    return f"{family} {given}"


def _professionals(report: model.LabReport) -> tuple[Professional, ...]:
    due = [("prescripteur", report.order.prescriber)]
    if report.attending:
        due.append(("médecin traitant", report.attending))
    due.extend(("copie", person) for person in report.copies)
    ids = [person.id.extension for _, person in due]
    addresses, profiles = directory.mss_addresses(ids), directory.report_profiles(ids)
    return tuple(
        Professional(
            id=person.id.extension,
            name=f"{person.name.family} {person.name.given}".strip(),
            role=role,
            address=addresses.get(person.id.extension, ""),
            profile=profiles.get(person.id.extension, DEFAULT),
        )
        for role, person in due
    )
