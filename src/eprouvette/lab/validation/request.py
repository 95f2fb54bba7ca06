"""What a report says of the request: the samples as they were taken, the screening that they are for."""

from __future__ import annotations

from datetime import datetime, time

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.foundation.structures.rules import root_of
from eprouvette.lab.directory.queries import as_professional
from eprouvette.lab.orders import models, queries
from eprouvette.standards.report.model import Screening, Vaccination
from eprouvette.standards.report.people import Address
from eprouvette.standards.report.results import NonHumanSubject, Sample


def local(moment: datetime) -> datetime:
    """A time as reports write it: in the laboratory's zone, in whole seconds."""
    return moment.astimezone(PARIS).replace(microsecond=0)


def samples_of(dossier: models.Dossier) -> dict[int, Sample]:
    """The samples of a dossier, by the row's id."""
    root = root_of(dossier.site.oid, "sample")
    rows = dossier.samples.select_related("sampler")
    return {row.pk: _sample(row, root, dossier) for row in rows}


def _sample(row: models.Sample, root: str, dossier: models.Dossier) -> Sample:
    own = row.sampler if row.sampler_id != dossier.sampler_id else None
    return Sample(
        key=f"T{row.rank}",
        id=Identifier(root, row.number),
        type=Coded(row.type_code, oids.SPECIMEN_TYPE, row.type_label),
        collected_at=local(row.collected_at),
        received_at=local(row.received_at) if row.received_at else None,
        site=Coded(row.site_code, oids.SNOMED_CT, row.site_label) if row.site_code else None,
        collector=as_professional(own) if own else None,
        subject=_subject(row),
    )


def _subject(row: models.Sample) -> NonHumanSubject | None:
    if not row.subject:
        return None
    return NonHumanSubject(
        row.subject,
        Coded(row.subject_code, oids.SNOMED_CT, row.subject) if row.subject_code else None,
        Address(lines=(row.subject_place,)) if row.subject_place else None,
    )


def screening_of(dossier_id: int) -> Screening | None:
    """Why a screening was made, when somebody told it."""
    row = queries.screening_of(dossier_id)
    if row is None:
        return None
    return Screening(
        Coded(row.context_code, oids.MEDICAL_TERMS, row.context_label),
        Coded(row.sought_code, oids.CIM_10, row.sought_label),
        tuple(_vaccination(one) for one in row.vaccinations.all()),
    )


def _vaccination(row: models.ScreeningVaccination) -> Vaccination:
    # A day alone is midnight: reports then say no hour.
    at = datetime.combine(row.given_on, time.min, PARIS) if row.given_on else None
    vaccine = Coded(row.vaccine_code, oids.ATC, row.vaccine_label)
    return Vaccination(vaccine, "given" if row.given else "not_given", at, row.dose)
