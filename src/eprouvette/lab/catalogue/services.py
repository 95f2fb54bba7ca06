"""Loading the catalogue from its files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TypeVar

from django.db import transaction

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.catalogue import files
from eprouvette.lab.catalogue.errors import CatalogueDataError
from eprouvette.lab.catalogue.models import (
    Antibiogram,
    Antibiotic,
    Exam,
    Marker,
    Organism,
    Panel,
    PanelExam,
    ReferenceRange,
)
from eprouvette.lab.directory.rules import search_key

_Row = TypeVar("_Row", Organism, Antibiotic, Marker)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the catalogue holds after a load."""

    exams: int
    panels: int
    ranges: int
    organisms: int = 0
    antibiotics: int = 0


def load_catalogue(*, actor: str = "system:catalogue") -> Loaded:
    """Bring the tables to what the files say; loading twice changes nothing.

    An exam that left the files is kept, inactive, since results speak of it. Raises
    `CatalogueDataError` before anything is written.
    """
    exams, panels, microbiology = files.exams(), files.panels(), files.microbiology()
    known = {exam.code for exam in exams}
    for panel in panels:
        if missing := [code for code in panel.exam_codes if code not in known]:
            raise CatalogueDataError(f"Le bilan « {panel.code} » nomme un examen inconnu : {missing[0]}.")
    with transaction.atomic():
        rows = {exam.code: _save_exam(exam) for exam in exams}
        Exam.objects.exclude(code__in=known).update(active=False)
        for panel in panels:
            _save_panel(panel, rows)
        _save_microbiology(microbiology)
        loaded = Loaded(
            exams=len(exams),
            panels=len(panels),
            ranges=sum(len(exam.ranges) for exam in exams),
            organisms=len(microbiology.organisms),
            antibiotics=len(microbiology.antibiotics),
        )
        audit.record(actor=actor, action="catalogue.loaded", target="catalogue", details=asdict(loaded))
    return loaded


def _save_exam(exam: files.ExamData) -> Exam:
    fields = {name: value for name, value in asdict(exam).items() if name not in {"code", "ranges"}}
    fields |= {"words": list(exam.words), "inputs": list(exam.inputs), "materials": list(exam.materials)}
    fields |= {"search_label": search_key(exam.label), "active": True}
    row, _ = Exam.objects.update_or_create(code=exam.code, defaults=fields)
    row.ranges.all().delete()
    ReferenceRange.objects.bulk_create(
        ReferenceRange(exam=row, rank=rank, **asdict(usual)) for rank, usual in enumerate(exam.ranges)
    )
    return row


def _save_panel(panel: files.PanelData, rows: dict[str, Exam]) -> None:
    fields = {
        "label": panel.label,
        "loinc": panel.loinc,
        "loinc_display": panel.loinc_display,
        "rank": panel.rank,
    }
    row, _ = Panel.objects.update_or_create(code=panel.code, defaults=fields)
    row.places.all().delete()
    PanelExam.objects.bulk_create(
        PanelExam(panel=row, exam=rows[code], rank=rank) for rank, code in enumerate(panel.exam_codes)
    )


def _save_microbiology(data: files.MicrobiologyData) -> None:
    """What left the files is kept, inactive: isolates speak of it."""
    organisms = [Organism(**asdict(one), search_label=search_key(one.label)) for one in data.organisms]
    _replace(Organism, organisms)
    _replace(Antibiotic, [Antibiotic(**asdict(one)) for one in data.antibiotics])
    _replace(Marker, [Marker(**asdict(one)) for one in data.markers])
    Antibiogram.objects.all().delete()
    Antibiogram.objects.bulk_create(
        Antibiogram(**asdict(one) | {"antibiotics": list(one.antibiotics)}) for one in data.antibiograms
    )


def _replace(model: type[_Row], rows: list[_Row]) -> None:
    """Bring a table to these rows by their codes, in two statements."""
    names = [field.name for field in model._meta.concrete_fields if field.name not in {"id", "code"}]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=names)
    model._default_manager.exclude(code__in=[row.code for row in rows]).update(active=False)
