"""Taking over what the master of identities of the domain says: traits, status and INS (REQ-INS-24).

Source: RNIV 1 v2.0 (EXI SI 36, 37); digest ``hl7v2.md`` 2.5: the traits of an INS overwrite the local ones.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final

from django.conf import settings
from django.utils import timezone

from eprouvette.core.ins import Ins
from eprouvette.lab.identity import rules, writing
from eprouvette.lab.identity.errors import StatusChangeError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.received import Outcome
from eprouvette.lab.identity.rules import Attribute, Event, Standing, Status
from eprouvette.lab.identity.services import THIRD_PARTY
from eprouvette.lab.identity.traits import Traits, checked

_ROAD: Final[dict[Status, tuple[Event, ...]]] = {
    Status.PROVISIONAL: (),
    Status.VALIDATED: (Event.HIGH_DOCUMENT,),
    Status.QUALIFIED: (Event.HIGH_DOCUMENT, Event.RECEIVED),
}
"""From a provisional identity to what the master says of it, by the events of the table."""
EVIDENCE: Final = "Identité reprise du référentiel d'identités de l'établissement"


def standing_of(before: Standing, outcome: Outcome, ins: Ins | None) -> Standing:
    """The standing that the master's word gives; pure.

    Raises `StatusChangeError` for a status that no master gives.
    """
    if outcome.status not in _ROAD:
        raise StatusChangeError
    # What the master said before is forgotten, attributes included; "homonyme" is a remark of this laboratory.
    standing = Standing(homonym=before.homonym)
    for event in _ROAD[outcome.status]:
        standing = rules.after(standing, event, ins)
    if outcome.doubtful:
        return rules.marked(standing, Attribute.DOUBTFUL, on=True)
    if outcome.fictitious:
        return rules.marked(standing, Attribute.FICTITIOUS, on=True)
    return standing


def follow(
    patient_id: int, traits: Traits, outcome: Outcome, ins: Ins | None, *, actor: str, source: str
) -> Patient | None:
    """Make a file say what the master says; None, and nothing written, when it says so already.

    Raises `StatusChangeError` where no master is set, `InvalidTraitsError`, `KnownInsError` with the other file,
    `UnknownPatientError`, `MergedPatientError`.
    """
    if not settings.EPROUVETTE_IDENTITY_MASTER:
        raise StatusChangeError("Aucun référentiel d'identités n'est déclaré.")
    clean = replace(checked(traits, timezone.localdate()), birth_date_note="")
    patient = writing.locked(patient_id)
    standing = standing_of(patient.standing, outcome, ins if outcome.with_ins else None)
    said = asdict(clean)
    if standing == patient.standing and all(getattr(patient, name) == value for name, value in said.items()):
        return None
    with writing.changing(patient_id, "reprise", actor=actor, details={"source": source}) as patient:
        for name, value in said.items():
            setattr(patient, name, value)
        writing.stand(patient, standing, source=source)
        trusted = standing.status is not Status.PROVISIONAL
        patient.document_type, patient.evidence = (THIRD_PARTY, EVIDENCE) if trusted else ("", "")
    return patient
