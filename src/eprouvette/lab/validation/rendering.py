"""The forms of a report and what our own rules say of them: bytes that depend on the report and its dress alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.validation.errors import FindingLine
from eprouvette.standards.conformance import RULES_REVISION, Finding, check, check_copy, check_pdf
from eprouvette.standards.crbio import self_presentable, write_n1, write_n3
from eprouvette.standards.crbio.profile import Version
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.errors import ReportFormatError
from eprouvette.standards.report.house import House
from eprouvette.standards.report.model import LabReport

REVISION: Final = RULES_REVISION


def media_type(form: str) -> str:
    """The type of the bytes of a form, as the store keeps it."""
    return "application/pdf" if form == "pdf" else "text/xml"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of each form, and the findings of our rules on them."""

    forms: dict[str, bytes]
    findings: tuple[FindingLine, ...]

    @property
    def refused(self) -> bool:
        """True when a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


def render(frozen: str, house: House) -> tuple[LabReport | None, Rendered]:
    """Make every form of the frozen report in the dress of ``house``, and check it.

    The report is read back from its stored text first, so that the bytes can be made again from it alone. What
    keeps a form from being made is a finding like the others: the biologist sees all of it at once.
    """
    try:
        report = from_json(frozen)
    except ReportFormatError as error:
        lines = tuple(refusal("rapport", f"{place.path} : {place.message}") for place in error.places)
        return None, Rendered({}, lines)
    try:
        pdf = render_pdf(report, house)
        n3, n1 = write_n3(report, pdf), write_n1(report, pdf)
        forms = {"n3": n3, "n3_xsl": self_presentable(n3, house), "n1": n1, "n1_xsl": self_presentable(n1, house)}
        forms["pdf"] = pdf
    except EprouvetteError as error:
        return report, Rendered({}, (refusal("forme", error.message),))
    # The self-presentable forms hold the same documents: judging the plain ones is judging both. Both have one header:
    # the PDF is read once, against the structured one.
    judged = (*check(n3), *check(n1), *check_pdf(n3, pdf, ours=True), *check_copy(n1, pdf))
    return report, Rendered(forms, _once(judged))


def findings_of(documents: Iterable[bytes], version: Version) -> tuple[FindingLine, ...]:
    """What our rules of a version of the profile say of several documents of one report, each finding once."""
    return _once(finding for document in documents for finding in check(document, version=version))


def _once(findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    return tuple(
        dict.fromkeys(FindingLine(one.rule, one.severity, one.xpath, one.message, one.source) for one in findings)
    )


def refusal(rule: str, message: str) -> FindingLine:
    """What keeps a form from being made, as a finding."""
    return FindingLine(rule=rule, severity="error", xpath="", message=message, source="Éprouvette")
