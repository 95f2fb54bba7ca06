"""The patient: identifiers, traits, contact, legal representatives.

Source: CI-SIS structuration minimale and RNIV (digest ``cr-bio.md`` 4).
"""

from __future__ import annotations

from eprouvette.core import oids
from eprouvette.core.dates import hl7_time
from eprouvette.standards.crbio import shapes
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, text
from eprouvette.standards.crbio.vocabulary import SEXES
from eprouvette.standards.report.people import Guardian, Patient


def record_target(patient: Patient) -> Xml:
    """``recordTarget``: the INS first when there is one, then the laboratory's own identifiers."""
    return el(
        "recordTarget",
        el(
            "patientRole",
            el("id", root=patient.ins.oid, extension=patient.ins.value) if patient.ins else NOTHING,
            join(shapes.identifier(local) for local in patient.local_ids),
            shapes.address(patient.address, use="H"),
            shapes.telecoms(patient.telecoms),
            el(
                "patient",
                _name(patient),
                el(
                    "administrativeGenderCode",
                    code=patient.sex,
                    displayName=SEXES[patient.sex],
                    codeSystem=oids.GENDER,
                ),
                el("birthTime", value=patient.birth_date.text),
                _death(patient),
                join(_guardian(guardian) for guardian in patient.guardians),
                _birth_place(patient),
                classCode="PSN",
            ),
        ),
    )


def _name(patient: Patient) -> Xml:
    """Every ``family`` is qualified; the ``given`` without qualifier is the whole list of given names."""
    used_family, used_given = patient.used_family_name, patient.used_given_name
    return el(
        "name",
        el("family", text(patient.birth_family_name), qualifier="BR"),
        el("given", text(" ".join(patient.birth_given_names))),
        el("given", text(patient.first_given_name), qualifier="BR"),
        el("family", text(used_family), qualifier="CL") if used_family else NOTHING,
        el("given", text(used_given), qualifier="CL") if used_given else NOTHING,
    )


def _death(patient: Patient) -> Xml:
    if patient.deceased_at is None:
        return NOTHING
    return join(
        (
            Xml('<sdtc:deceasedInd value="true"/>'),
            el("sdtc:deceasedTime", value=hl7_time(patient.deceased_at)),
        )
    )


def _guardian(guardian: Guardian) -> Xml:
    return el(
        "guardian",
        shapes.address(guardian.address, use="H"),
        shapes.telecoms(guardian.telecoms),
        el("guardianPerson", shapes.person_name(guardian.name)),
    )


def _birth_place(patient: Patient) -> Xml:
    place = patient.birth_place
    if place is None:
        return NOTHING
    city = el("city", text(place.name)) if place.name else NOTHING
    return el("birthplace", el("place", el("addr", el("county", text(place.cog)), city)))
