"""The published examples before our rules: each deviation is listed, nothing else is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from eprouvette.standards.conformance import check

pytestmark = pytest.mark.shared
NO_COPY = "BOD-04"  # before 2024.01 the PDF copy did not exist
NO_VERSION = "HDR-06"
DANGLING = "NAR-01"
NO_TITLE = "BOD-12"
BAD_TIME = "SHP-01"
OTHER_VALUE = "NAR-07"  # a MIC of 0.032 in the entry, 0,0032 in the text
UNMARKED = "NAR-13"
DEVIATIONS: dict[str, set[str]] = {
    # References without « # » and a chapter code outside the list.
    "BIO-CR-BIO_2021.01_Auto-Presentable_CDA-extracted.xml": {
        NO_VERSION, NO_COPY, NO_TITLE, "BOD-07", "NAR-06",
    },
    "BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml": set(),
    # A platelet distribution width in %, under a code that measures a volume.
    "BIO-CR-BIO_2021.01_Electrophorese.xml": {
        NO_VERSION, NO_COPY, BAD_TIME, "BOD-07", DANGLING, "RES-34", UNMARKED, OTHER_VALUE,
    },
    "BIO-CR-BIO_2021.01_Microbiologie_V1.xml": {NO_VERSION, NO_COPY, OTHER_VALUE},
    "BIO-CR-BIO_2024.01_CRP_non_LOINC.xml": {NO_TITLE, DANGLING},
    # One time of a performer without offset.
    "BIO-CR-BIO_2024.01_DEP-CCU-HPV-structuré-CYTO-pdf.xml.xml": {"SHP-02", DANGLING, "NAR-06"},
    "BIO-CR-BIO_2024.01_Electrophorese.xml": {
        BAD_TIME, "BOD-07", DANGLING, "RES-34", UNMARKED, OTHER_VALUE,
    },
    "BIO-CR-BIO_2024.01_Glycémie deux unités principales_mole_masse.xml": {NO_TITLE, DANGLING},
    "BIO-CR-BIO_2024.01_Microbiologie_V1.xml": {DANGLING, OTHER_VALUE},
    "BIO-CR-BIO_2024.01_TSH_1.xml": {NO_VERSION, NO_TITLE, DANGLING, UNMARKED},
}  # fmt: skip


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_published_example_has_only_its_listed_deviations(shared_dir: Path, name: str) -> None:
    findings = check((shared_dir / "ans" / "examples" / name).read_bytes())
    assert {finding.rule for finding in findings} == DEVIATIONS[name]


def test_every_published_example_is_listed(shared_dir: Path) -> None:
    assert {path.name for path in (shared_dir / "ans" / "examples").glob("*.xml")} == set(DEVIATIONS)
