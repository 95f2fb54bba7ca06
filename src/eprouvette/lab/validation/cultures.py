"""From rows of isolates and pictures to the plain facts that `freeze` turns into a report."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import PARIS
from eprouvette.foundation.documents import queries as documents
from eprouvette.foundation.structures.rules import root_of
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures as results
from eprouvette.lab.results.models import Isolate, Susceptibility
from eprouvette.lab.validation.microbiology import GrownIsolate, GrownMark, GrownTest
from eprouvette.standards.report.results import Image, ImageType, Method, Organism, Value


def grown(dossier: Dossier, keys: dict[int, str]) -> dict[int, tuple[GrownIsolate, ...]]:
    """The isolates of a dossier by result; ``keys`` are those of the samples in the report."""
    found: dict[int, list[GrownIsolate]] = {}
    rows = results.rows_of(dossier.pk).select_related("organism", "observation__exam", "observation__sample")
    for row in rows:
        key = keys[row.observation.sample_id]
        found.setdefault(row.observation_id, []).append(_isolate(row, key, dossier.site.oid))
    return {pk: tuple(isolates) for pk, isolates in found.items()}


def pictures(dossier_id: int) -> dict[int, tuple[Image, ...]]:
    """The pictures of a dossier by result; raises what the document store raises."""
    return {
        pk: tuple(Image(row.label, cast("ImageType", row.media_type), documents.load(row.digest)) for row in rows)
        for pk, rows in results.kept_pictures(dossier_id).items()
    }


def _isolate(row: Isolate, key: str, oid: str) -> GrownIsolate:
    said, sample, exam = results.grown_of(row), row.observation.sample, row.observation.exam
    return GrownIsolate(
        # The rank stays from one version to the next, so that a corrected organism is told as such.
        id=Identifier(root_of(oid, "isolate"), f"{sample.number}-{exam.code}-{row.rank}"),
        organism=_organism(row),
        time=row.measured_at.astimezone(PARIS).replace(microsecond=0),
        specimen=exam.specimen_code,
        sample=key,
        system=root_of(oid, "local_code"),
        quantity=said.quantity,
        marks=tuple(
            GrownMark(
                mark.marker.code,
                mark.marker.label,
                _loinc(mark.marker.loinc, mark.marker.loinc_display),
                mark.present,
            )
            for mark in row.marks.all()
        ),
        tests=tuple(
            _test(test, mic=read.mic, diameter=read.diameter)
            for test, read in zip(row.tests.all(), said.tests, strict=True)
        ),
        comment=row.comment,
    )


def _organism(row: Isolate) -> Organism:
    """The organism by its codes, or by words alone; a taxonomy code only accompanies a SNOMED CT one."""
    organism = row.organism
    if organism is None:
        return Organism(row.words)
    if not organism.snomed:
        return Organism(organism.label)
    taxonomy = Coded(organism.taxonomy, oids.NCBI_TAXONOMY, organism.label) if organism.taxonomy else None
    return Organism(organism.label, Coded(organism.snomed, oids.SNOMED_CT, organism.snomed_display), taxonomy)


def _test(row: Susceptibility, *, mic: Value | None, diameter: Decimal | None) -> GrownTest:
    antibiotic = row.antibiotic
    code = Coded(row.technique_code, oids.TECHNIQUE, row.method) if row.technique_code else None
    return GrownTest(
        code=antibiotic.code,
        label=antibiotic.label,
        mic=mic,
        diameter=diameter,
        category=row.category,
        method=Method(row.method, code) if row.method else None,
        mic_loinc=_loinc(antibiotic.mic_loinc, antibiotic.mic_display),
        disk_loinc=_loinc(antibiotic.disk_loinc, antibiotic.disk_display),
        loinc=_loinc(antibiotic.loinc, antibiotic.loinc_display),
    )


def _loinc(code: str, display: str) -> Coded | None:
    return Coded(code, oids.LOINC, display) if code else None
