"""Every damaged document of the tests, with the rule of ours that must catch it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree

from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.conformance import check, check_pdf
from eprouvette.standards.conformance.cda import Version
from eprouvette.standards.crbio import CRBIO_2021_01, write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from support.damages import BLIND_SPOTS, RICH, TRAPS
from support.damaging import Damage
from support.pdf_damages import with_pdf
from support.reports import routine_report
from support.rich_reports import beyond_the_patient, corrected, electrophoresis, urine_culture
from support.told_damages import SHEET, TOLD

PDF = b"%PDF-1.4 any bytes"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damage done: its name, the bytes, the rule that must catch it, the profile, the PDF to compare with."""

    name: str
    data: bytes
    rule: str
    version: Version = "2024.01"
    pdf: bytes | None = None

    def found(self) -> set[str]:
        """The rules of ours that are not satisfied."""
        if self.pdf is not None:
            return {finding.rule for finding in check_pdf(self.data, self.pdf, ours=True)}
        return {finding.rule for finding in check(self.data, version=self.version)}


@cache
def document(name: str) -> bytes:
    """The valid document that a damage is done to."""
    if name == "n1":
        return write_n1(routine_report(), PDF)
    if name == "2021":
        return write_n3(routine_report(), PDF, profile=CRBIO_2021_01)
    made = {
        "routine": routine_report,
        "urine": urine_culture,
        "curve": electrophoresis,
        "other": corrected,
        "tick": beyond_the_patient,
    }
    return write_n3(made[name]() if name in made else _of_corpus("col"), PDF)


@cache
def _of_corpus(kind: str) -> LabReport:
    return next(reports(1, 1, only=kind)).report


def damaged_documents() -> Iterator[Damaged]:
    """Every damaged document."""
    for table in (BLIND_SPOTS, TRAPS):
        for name, (damage, rule) in table.items():
            yield Damaged(name, _done("routine", damage), rule)
    for several in (RICH, TOLD):
        for name, (base, damage, rule) in several.items():
            yield Damaged(name, _done(base, damage), rule, "2021.01" if base == "2021" else "2024.01")
    sheet = write_n3(routine_report(), PDF, stylesheet=True)
    for name, (change, rule) in SHEET.items():
        yield Damaged(name, change(sheet), rule)
    for name, data, pdf, rule in with_pdf():
        yield Damaged(name, data, rule, pdf=pdf)


def _done(base: str, damage: Damage) -> bytes:
    root = etree.fromstring(document(base))
    damage(root)
    return etree.tostring(root)
