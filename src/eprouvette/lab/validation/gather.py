"""From rows to the plain facts that `freeze` turns into a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.foundation.structures.models import Site
from eprouvette.foundation.structures.rules import root_of
from eprouvette.lab.accounts.models import User
from eprouvette.lab.catalogue.queries import second_unit
from eprouvette.lab.catalogue.rules import with_second_unit
from eprouvette.lab.directory.queries import as_professional
from eprouvette.lab.directory.rules import national_id, telecom
from eprouvette.lab.identity.queries import report_patient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.partners import queries as partners
from eprouvette.lab.partners.queries import PartnerWork
from eprouvette.lab.partners.services import SOURCE
from eprouvette.lab.results import queries as results
from eprouvette.lab.results import values
from eprouvette.lab.results.models import Observation
from eprouvette.lab.results.rules import ENDED
from eprouvette.lab.validation import cultures, request
from eprouvette.lab.validation.freeze import Facts, Pending, Result, local_code, loinc_code
from eprouvette.lab.validation.request import local
from eprouvette.standards.report.model import Confidentiality, EncounterType, SecondIntention, Signature
from eprouvette.standards.report.people import (
    Address,
    Civility,
    Organization,
    PersonName,
    Professional,
    Telecom,
    Title,
)
from eprouvette.standards.report.results import Material, Method, Performer, Prior, ReferenceRange, Value


def facts_of(
    dossier: Dossier,
    signer: User,
    *,
    document_id: str,
    set_id: str,
    released_at: datetime,
    version: int = 1,
    replaces: str | None = None,
) -> Facts:
    """The facts of a dossier as they are now; times in the laboratory's zone, without fraction of a second.

    What is neither validated nor given up is not said, only that it is to come.
    """
    site = dossier.site
    laboratory = laboratory_of(site)
    samples = request.samples_of(dossier)
    works = partners.work_of(dossier.pk)
    return Facts(
        document_id=document_id,
        set_id=set_id,
        patient=report_patient(dossier.patient, root_of(site.oid, "patient")),
        laboratory=laboratory,
        director=director_of(site, laboratory),
        signer=professional_of(signer, laboratory),
        facility_type=Coded(site.facility_type, oids.FACILITY_TYPE, site.facility_type_label),
        dossier=Identifier(root_of(site.oid, "dossier"), dossier.number),
        order=Identifier(root_of(site.oid, "order"), dossier.order_number),
        prescriber=as_professional(dossier.prescriber),
        prescribed_at=local(dossier.prescribed_at) if dossier.prescribed_at else None,
        sampler=as_professional(dossier.sampler) if dossier.sampler else None,
        sampled_at=local(dossier.sampled_at),
        received_at=local(dossier.received_at),
        attending=as_professional(dossier.attending) if dossier.attending else None,
        copies=tuple(as_professional(line.practitioner) for line in dossier.copy_lines.select_related("practitioner")),
        # The column holds a code of J142, refused otherwise by `orders.forms`.
        encounter_type=cast("EncounterType", dossier.encounter_type),
        comment=dossier.comment,
        samples=tuple(samples.values()),
        results=_results(dossier, laboratory, {pk: sample.key for pk, sample in samples.items()}, works),
        released_at=local(released_at),
        clinical_data=dossier.clinical_data.strip(),
        pending=_pending(dossier),
        attachments=tuple(work.attachment for work in works if work.attachment),
        second_intention=_second_intention(dossier, works),
        version=version,
        replaces=replaces,
        confidentiality=cast("Confidentiality", dossier.confidentiality),
        screening=request.screening_of(dossier.pk),
    )


def laboratory_of(site: Site) -> Organization:
    """The site, as reports name it."""
    return Organization(
        id=Identifier(oids.STRUCTURE, site.structure_id),
        name=site.name,
        address=Address(lines=(site.address_line,), postal_code=site.postal_code, city=site.city),
        telecoms=(Telecom(telecom(site.phone), "WP"), Telecom(f"mailto:{site.mss_reply_to}", "WP")),
        industry=Coded(site.practice_setting, oids.PRACTICE_SETTING, site.practice_setting_label),
        accreditation=tuple(site.accreditation.replace(",", " ").split()),
    )


def director_of(site: Site, laboratory: Organization) -> Professional:
    """The director of the site, with the laboratory as organisation."""
    return Professional(
        id=Identifier(oids.PROFESSIONAL, national_id(site.director_rpps)),
        name=_name(site.director_family_name, site.director_given_name, site.director_civility, site.director_title),
        specialty=Coded(site.director_specialty_code, oids.SPECIALTY, site.director_specialty_label),
        address=laboratory.address,
        telecoms=laboratory.telecoms,
        organization=laboratory,
    )


def professional_of(user: User, laboratory: Organization) -> Professional:
    """A biologist of the laboratory, as reports name him or her."""
    return Professional(
        id=Identifier(oids.PROFESSIONAL, national_id(user.rpps)),
        name=_name(user.family_name, user.given_name, user.civility, user.title),
        specialty=Coded(user.specialty_code, oids.SPECIALTY, user.specialty_label),
        address=laboratory.address,
        telecoms=laboratory.telecoms,
        organization=laboratory,
    )


def _name(family: str, given: str, civility: str, title: str) -> PersonName:
    # Codes of J245 and J246.
    return PersonName(
        family=family,
        given=given,
        prefix=cast("Civility", civility) if civility else None,
        suffix=cast("Title", title) if title else None,
    )


def _results(
    dossier: Dossier, laboratory: Organization, keys: dict[int, str], works: tuple[PartnerWork, ...]
) -> tuple[Result, ...]:
    performers = {f"{SOURCE}{work.id}": work.performer for work in works}
    system = root_of(dossier.site.oid, "local_code")
    before = results.priors(dossier)
    grown, pictures = cultures.grown(dossier, keys), cultures.pictures(dossier.pk)
    return tuple(
        _made_by(
            replace(
                _result(row, laboratory, keys[row.sample_id], system, before.get(row.exam_id, ())),
                isolates=grown.get(row.pk, ()),
                pictures=pictures.get(row.pk, ()),
            ),
            performers.get(row.source),
        )
        for row in results.observations_of(dossier.pk)
        if row.state in ENDED
    )


def _made_by(result: Result, performer: Performer | None) -> Result:
    """Of what another laboratory did, only that laboratory knows how it was calculated and with what."""
    return replace(result, performer=performer, derivation="", materials=()) if performer else result


def _second_intention(dossier: Dossier, works: tuple[PartnerWork, ...]) -> SecondIntention | None:
    """The part that other laboratories made, from the reception of the specimens to their last result."""
    if not works:
        return None
    # A partner's clock, or a specimen sent on before it was registered here, may come first.
    times = [local(dossier.received_at), *(work.at for work in works)]
    return SecondIntention(min(times), max(work.at for work in works))


def _pending(dossier: Dossier) -> tuple[Pending, ...]:
    rows = results.awaited(dossier.pk)
    return tuple(
        Pending(
            row.exam.chapter_code,
            row.exam.subchapter_code or row.exam.chapter_code,
            row.panel.label if row.panel else "",
        )
        for row in rows
    )


def _result(
    row: Observation, laboratory: Organization, key: str, system: str, before: tuple[Observation, ...]
) -> Result:
    exam, panel = row.exam, row.requested.panel
    value = values.from_json(row.value) if row.value is not None else None
    reference = _reference(row, value)
    if value is not None:
        value, reference = with_second_unit(value, reference, second_unit(exam))
    signed = None
    if row.validated_by and row.validated_at:
        signed = Signature(professional_of(row.validated_by, laboratory), local(row.validated_at))
    return Result(
        code=local_code(exam.code, exam.label, loinc_code(exam.loinc, exam.loinc_display), system),
        chapter=_chapter(exam.chapter_code, exam.chapter_label),
        subchapter=_chapter(exam.subchapter_code, exam.subchapter_label) if exam.subchapter_code else None,
        panel=(panel.label, loinc_code(panel.loinc, panel.loinc_display)) if panel else None,
        value=value,
        time=local(row.measured_at),
        interpretation=row.interpretation,
        method=_method(row),
        reference=reference,
        priors=tuple(_prior(earlier) for earlier in before) if value is not None else (),
        comment=row.comment,
        sample=key,
        validated=signed,
        derivation=row.derivation,
        materials=tuple(
            Material(Coded(one["code"], one["system"], one["display"]), one["role"]) for one in row.materials
        ),
    )


def _chapter(code: str, label: str) -> Coded:
    return Coded(code, oids.LOINC, label)


def _method(row: Observation) -> Method | None:
    if not row.method:
        return None
    code = Coded(row.technique_code, oids.TECHNIQUE, row.method) if row.technique_code else None
    return Method(row.method, code)


def _reference(row: Observation, value: Value | None) -> ReferenceRange | None:
    """The range that applied: bounds only for numbers, since those of a titre are not in the report's unit."""
    usual = results.range_of(row.reference)
    if usual is None or value is None:
        return None
    bounded = row.exam.kind == "numeric"
    return ReferenceRange(
        low=usual.low if bounded else None,
        high=usual.high if bounded else None,
        unit=row.exam.ucum or None if bounded else None,
        text=usual.text,
        criteria=usual.criteria,
    )


def _prior(row: Observation) -> Prior:
    return Prior(
        value=values.from_json(row.value),
        time=local(row.measured_at),
        interpretation=row.interpretation or None,
        method=_method(row),
    )
