"""A unit against the LOINC property: moles are no mass, and what is not known is not judged."""

from __future__ import annotations

import pytest

from eprouvette.lab.catalogue.files import exams
from eprouvette.sandbox.corpus.kinds import FOLDER
from eprouvette.standards.terminology.dimension import contradicts, dimension


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("g/L", "mass/volume"), ("ug/dL", "mass/volume"), ("mmol/L", "moles/volume"), ("10*9/L", "number/volume"),
        ("/uL", "number/volume"), ("U/L", "catalytic/volume"), ("m[IU]/L", "arbitrary/volume"), ("%", "fraction"),
        ("mm[Hg]", "pressure"), ("s", "time"), ("mg/mmol{creat}", "mass/moles"), ("/[HPF]", None), ("cm/h/kg", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_unit(unit: str, kind: str | None) -> None:
    assert dimension(unit) == kind


@pytest.mark.parametrize(
    ("unit", "display", "wrong"),
    [
        ("mmol/L", "Glucose [Masse/Volume] Sérum/Plasma ; Numérique", True),
        ("g/L", "Glucose [Moles/Volume] Sérum/Plasma ; Numérique", True),
        ("g/L", "Leucocytes [Nombre/Volume] Sang ; Numérique", True),
        ("mg/dL", "Glucose [Masse/Volume] Sérum/Plasma ; Numérique", False),
        ("%", "Hématocrite [Fraction volumique] Sang ; Numérique", False),
        ("g/L", "Glucose", False),
        ("/[HPF]", "Leucocytes [Nombre/Volume] Urine", False),
    ],
)
def test_a_unit_that_contradicts_its_code(unit: str, display: str, wrong: bool) -> None:
    assert contradicts(unit, display) is wrong


def test_no_exam_of_ours_contradicts_itself() -> None:
    for exam in (*exams(), *exams(FOLDER)):
        assert not (exam.ucum and contradicts(exam.ucum, exam.loinc_display)), exam.code
