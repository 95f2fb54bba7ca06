"""What a changed identity makes of a report that left, and the version that names the patient as now; pure.

Nothing of the results, of who validated them and of who signed changes. Source: ``design.md`` 1; digest
``requirements.md`` REQ-INS-26.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.queries import traits_of
from eprouvette.standards.report.model import LabReport, Revision
from eprouvette.standards.report.people import Patient

INS_CAME: Final = "INS qualifiée après libération"


class Course(StrEnum):
    """What is to be done of a report whose patient's identity is no longer that of its bytes."""

    NOTHING = "rien"
    REISSUE = "nouvelle_version"
    PROPOSE = "a_proposer"


def course(frozen: Patient, now: Patient) -> Course:
    """`Course.REISSUE` when the same person has an INS since; `Course.PROPOSE` when a trait or the INS is another.

    ``now`` bears an INS only when it may leave. Capitals, accents and hyphens, a longer list of given names and a
    place that was not known are what INSi brings to the same person.
    """
    if frozen.ins is None and now.ins is not None:
        return Course.REISSUE if _same_person(frozen, now) else Course.PROPOSE
    if now.ins is not None and frozen.ins != now.ins:
        return Course.PROPOSE
    return Course.NOTHING if traits_of(frozen) == traits_of(now) else Course.PROPOSE


def _place(patient: Patient) -> str:
    return patient.birth_place.cog if patient.birth_place else ""


def _same_person(frozen: Patient, now: Patient) -> bool:
    names, longer = (search_key(" ".join(one.birth_given_names)) for one in (frozen, now))
    return (
        search_key(frozen.birth_family_name) == search_key(now.birth_family_name)
        and search_key(frozen.first_given_name) == search_key(now.first_given_name)
        and f"{longer} ".startswith(f"{names} ")
        and (frozen.sex, frozen.birth_date) == (now.sex, now.birth_date)
        and _place(frozen) in {"", _place(now)}
    )


def renamed(before: LabReport, patient: Patient, *, document_id: str, at: datetime) -> LabReport:
    """The next version of a report: ``patient`` as now, the reason, and everything else as it was signed."""
    document = before.document
    return replace(
        before,
        document=replace(document, id=document_id, version=document.version + 1, created_at=at, replaces=document.id),
        patient=patient,
        revision=Revision((INS_CAME,), before.legal_authenticator.by, at),
    )
