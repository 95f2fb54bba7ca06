"""Every published sample is read, written and read again: nothing changes, and what is written otherwise is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import CRBIO_2021_01, CRBIO_2024_01, write_n1, write_n3
from eprouvette.standards.crbio.reader import ReadReport, read_report
from support.differences import (
    HOME,
    LINK,
    NAMED,
    NO_ADDRESS,
    NO_SUCH_TIME,
    NORMAL,
    PARIS,
    PART_ID,
    PRIOR,
    SCHEMA,
    SOUGHT,
    TITLE,
    TYPE,
    WORDS,
    explained,
)
from support.inventory import inventory

pytestmark = pytest.mark.shared
PDF = b"%PDF-1.4 any bytes"
_UNSAID = "Ces mots ne sont désignés par aucune entrée : ils ne sont pas repris."
_NO_SUCH_TIME = "Cette heure n'existe pas : elle n'est pas reprise."
_PARIS = "Cette heure n'a pas de décalage horaire : elle est lue à l'heure de Paris."

DIFFERENCES: dict[str, dict[str, tuple[int, int]]] = {
    "BIO-CR-BIO_2021.01_Auto-Presentable_CDA-extracted.xml": {
        NORMAL: (4, 4), SCHEMA: (0, 8), TYPE: (1, 1), NAMED: (0, 12), TITLE: (0, 4),
    },
    "BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml": {HOME: (1, 1)},
    "BIO-CR-BIO_2021.01_Electrophorese.xml": {
        PART_ID: (2, 2), HOME: (1, 1), NO_SUCH_TIME: (1, 1), PRIOR: (3, 3), NORMAL: (23, 23), SCHEMA: (0, 69),
        NAMED: (0, 37),
    },
    "BIO-CR-BIO_2021.01_Microbiologie_V1.xml": {HOME: (1, 1), SCHEMA: (0, 16)},
    "BIO-CR-BIO_2024.01_CRP_non_LOINC.xml": {PART_ID: (3, 3), WORDS: (1, 1), NAMED: (0, 1), TITLE: (0, 1)},
    "BIO-CR-BIO_2024.01_DEP-CCU-HPV-structuré-CYTO-pdf.xml.xml": {
        PART_ID: (11, 13), HOME: (1, 1), NO_ADDRESS: (0, 2), PARIS: (1, 1), WORDS: (1, 1), SCHEMA: (2, 0),
        SOUGHT: (2, 2), NAMED: (0, 4), LINK: (1, 1),
    },
    "BIO-CR-BIO_2024.01_Electrophorese.xml": {
        PART_ID: (5, 5), HOME: (1, 1), NO_SUCH_TIME: (1, 1), PRIOR: (3, 3), NORMAL: (23, 23), SCHEMA: (0, 69),
        NAMED: (0, 52),
    },
    "BIO-CR-BIO_2024.01_Glycémie deux unités principales_mole_masse.xml": {
        PART_ID: (3, 3), WORDS: (1, 1), NAMED: (0, 3), TITLE: (0, 1),
    },
    "BIO-CR-BIO_2024.01_Microbiologie_V1.xml": {PART_ID: (3, 3), HOME: (1, 1), SCHEMA: (0, 16), NAMED: (0, 15)},
    "BIO-CR-BIO_2024.01_TSH_1.xml": {PART_ID: (3, 3), WORDS: (1, 1), NAMED: (0, 1), TITLE: (0, 1)},
}  # fmt: skip
"""By sample, by reason: how many facts of the sample are written otherwise, and how many are in their place."""

REMARKS: dict[str, dict[str, int]] = {
    # Its results point at no words: the rows that name them are in the narrative alone.
    "BIO-CR-BIO_2021.01_Auto-Presentable_CDA-extracted.xml": {_UNSAID: 11},
    # An earlier result of « 20092012 », and a row whose result has another label.
    "BIO-CR-BIO_2021.01_Electrophorese.xml": {_NO_SUCH_TIME: 1, _UNSAID: 1},
    "BIO-CR-BIO_2024.01_Electrophorese.xml": {_NO_SUCH_TIME: 1, _UNSAID: 1},
    "BIO-CR-BIO_2024.01_DEP-CCU-HPV-structuré-CYTO-pdf.xml.xml": {_PARIS: 1},
}
"""What is said of a sample beside its report; nothing for the others."""

RULES_FOR: dict[str, set[str]] = {
    # The impossible time is said as an unknown one.
    "BIO-CR-BIO_2021.01_Electrophorese.xml": {"RES-21"},
    "BIO-CR-BIO_2024.01_Electrophorese.xml": {"RES-21"},
}
"""The rules of ours that a re-written sample breaks and the sample does not: another name of the same fault."""

pytest_samples = pytest.mark.parametrize("name", DIFFERENCES)


def sample(shared_dir: Path, name: str) -> bytes:
    return (shared_dir / "ans" / "examples" / name).read_bytes()


def rewritten(found: ReadReport, name: str) -> bytes:
    """The document of what was read, in the form and the version of the sample."""
    write = write_n3 if found.report.chapters else write_n1
    return write(found.report, found.pdf or PDF, profile=CRBIO_2021_01 if "2021.01" in name else CRBIO_2024_01)


def test_every_published_sample_is_listed(shared_dir: Path) -> None:
    assert {path.name for path in (shared_dir / "ans" / "examples").glob("*.xml")} == set(DIFFERENCES)


@pytest_samples
def test_reading_writing_and_reading_again_changes_nothing(shared_dir: Path, name: str) -> None:
    first = read_report(sample(shared_dir, name))
    again = read_report(rewritten(first, name))
    assert again.report == first.report
    assert again.remarks == ()
    assert again.pdf in {first.pdf, None if "2021.01" in name else PDF}


@pytest_samples
def test_what_is_written_otherwise_is_counted_and_explained(shared_dir: Path, name: str) -> None:
    data = sample(shared_dir, name)
    counts, others = explained(data, rewritten(read_report(data), name))
    assert others == []
    assert counts == DIFFERENCES[name]


@pytest_samples
def test_what_is_not_carried_is_said_and_counted(shared_dir: Path, name: str) -> None:
    counts: dict[str, int] = {}
    for remark in read_report(sample(shared_dir, name)).remarks:
        assert remark.xpath.startswith("/ClinicalDocument/")
        counts[remark.message] = counts.get(remark.message, 0) + 1
    assert counts == REMARKS.get(name, {})


@pytest_samples
def test_our_rules_find_nothing_new_in_what_is_written(shared_dir: Path, name: str) -> None:
    data = sample(shared_dir, name)
    before = {finding.rule for finding in check(data)}
    after = {finding.rule for finding in check(rewritten(read_report(data), name))}
    assert after - before == RULES_FOR.get(name, set())


@pytest_samples
def test_the_inventory_sees_every_code_value_and_reference_that_changes(shared_dir: Path, name: str) -> None:
    """The measure itself: one attribute changed anywhere outside of the names of codes is one fact gone, one come."""
    data = sample(shared_dir, name)
    for attribute in (b' value="', b' code="', b' root="', b' extension="', b' nullFlavor="'):
        place = data.find(attribute, data.find(b"<recordTarget>"))
        if place < 0:
            continue
        start = place + len(attribute)
        changed = data[:start] + b"9" + data[start:]
        assert inventory(changed) != inventory(data), attribute
