"""One dossier with every exam of the catalogue: what the product can measure, it can release."""

from __future__ import annotations

import pytest

from eprouvette.lab.catalogue import files
from eprouvette.lab.results.services import record
from eprouvette.lab.validation import queries, services
from eprouvette.standards.conformance import check
from support.lab import demo_biologist, incoming, open_dossier, validate_all

pytestmark = pytest.mark.django_db


def value_of(exam: files.ExamData) -> str:
    """A plausible value: the middle of the range, the first word, a titre, a text."""
    if exam.kind == "numeric":
        usual = exam.ranges[-1] if exam.ranges else None
        return str((usual and (usual.low or usual.high)) or 1)
    return {"coded": exam.words[0]["text"] if exam.words else "", "ratio": "1/160", "text": "Rares."}[exam.kind]


@pytest.mark.requirement("REQ-CRB-05")
def test_every_exam_of_the_catalogue_passes_our_rules_without_an_error() -> None:
    exams = files.exams()
    panels = tuple(panel.code for panel in files.panels())
    dossier = open_dossier(*(exam.code for exam in exams), panels=panels)
    record(dossier.pk, [incoming(exam.code, value_of(exam), unit=exam.ucum) for exam in exams], source="tests")
    validate_all(dossier)
    row = services.release(dossier.pk, user=demo_biologist())
    content = queries.document(row.pk, "n3").content
    assert [finding for finding in check(content) if finding.severity == "error"] == []
    for exam in exams:
        assert not exam.loinc or f'code="{exam.loinc}"'.encode() in content
