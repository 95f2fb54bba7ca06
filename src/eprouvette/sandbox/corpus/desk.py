"""The corpus at the desk of the demonstration laboratory: dossiers registered and measured as the real ones are.

Only exams of the laboratory's own catalogue are requested; the results wait for a technician and a biologist.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eprouvette.lab.catalogue import files
from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.report import walk

if TYPE_CHECKING:
    from eprouvette.lab.identity.traits import Traits
    from eprouvette.lab.orders.forms import NewPatient
    from eprouvette.sandbox.scenario.laboratory import Laboratory
    from eprouvette.standards.report.model import LabReport
    from eprouvette.standards.report.people import Patient
    from eprouvette.standards.report.results import Observation

_TURN = timedelta(minutes=4)


def furnish(laboratory: Laboratory, number: int, seed: int, now: datetime) -> int:
    """Register and measure that many dossiers of this morning; returns how many.

    Every fourth result is missing, so that some dossiers still wait for the bench.
    """
    from eprouvette.lab.results.incoming import IncomingResult
    from eprouvette.lab.results.services import record
    from eprouvette.sandbox.scenario.laboratory import register

    known = {exam.loinc: exam.code for exam in files.exams() if exam.loinc}
    made = 0
    for one in reports(4 * number, seed):
        results = _answerable(one.report, known)
        if made == number:
            break
        if not results:
            continue
        made += 1
        received = now - _TURN * (number - made + 1)
        dossier = register(laboratory, _patient(one.report.patient), (), exams=tuple(results), received_at=received)
        kept = list(results.items())[: len(results) if made % 4 else max(1, len(results) // 2)]
        lines = [IncomingResult(code, *_spelled(result, received)) for code, result in kept]
        record(dossier.pk, lines, source="corpus")
    return made


def _answerable(report: LabReport, known: dict[str, str]) -> dict[str, Observation]:
    """The results of ``report`` that the catalogue knows and that have a value, by local code."""
    found: dict[str, Observation] = {}
    for chapter in report.chapters:
        for section in chapter.sections:
            for entry in section.entries:
                for _, result in walk.observations(entry):
                    code = known.get(result.code.loinc.code) if result.code.loinc else None
                    if code and result.value is not None:
                        found.setdefault(code, result)
    return found


def _spelled(result: Observation, received: datetime) -> tuple[str, datetime, str]:
    from eprouvette.lab.partners.rules import spelled

    assert result.value is not None
    value, unit = spelled(result.value)
    return value, received, unit


def _patient(patient: Patient) -> NewPatient:
    from eprouvette.lab.identity.traits import InsEntry
    from eprouvette.lab.orders.forms import NewPatient
    from eprouvette.sandbox.scenario.laboratory import DOCUMENT_SEEN

    traits = _traits(patient)
    if patient.ins is None:
        return NewPatient(traits)
    return NewPatient(traits, document_type=DOCUMENT_SEEN, ins=InsEntry(patient.ins.value, patient.ins.oid))


def _traits(patient: Patient) -> Traits:
    from eprouvette.lab.identity.traits import Traits

    place, address = patient.birth_place, patient.address
    return Traits(
        birth_family_name=patient.birth_family_name,
        birth_given_names=" ".join(patient.birth_given_names),
        first_given_name=patient.first_given_name,
        sex=patient.sex,
        birth_date=patient.birth_date.text,
        birth_place_cog=place.cog if place else "",
        birth_place_name=place.name if place else "",
        used_family_name=patient.used_family_name or "",
        used_given_name=patient.used_given_name or "",
        address_line=address.lines[0] if address else "",
        postal_code=address.postal_code if address else "",
        city=address.city if address else "",
        phone=patient.telecoms[0].value.removeprefix("tel:") if patient.telecoms else "",
    )
