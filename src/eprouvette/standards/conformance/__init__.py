"""Is this CDA document a valid laboratory report? Our own rules, and the runner of the official ones.

    findings = check(data)          # our rules, a few milliseconds, always on
    check_pdf(data)             # the PDF of the document against it
    OfficialRunner(pack).judge(data)    # standards.conformance.official, a process of its own

Source: ANS, CI-SIS, volet « Compte rendu d'examens de biologie médicale » 2024.01 and Structuration minimale.
"""

from __future__ import annotations

from eprouvette.standards.conformance.catalogue import RULES, RULES_REVISION, check
from eprouvette.standards.conformance.cda import NotACdaError
from eprouvette.standards.conformance.findings import Finding, Rule
from eprouvette.standards.conformance.pdf import check_copy, check_pdf, held_pdf

__all__ = [
    "RULES",
    "RULES_REVISION",
    "Finding",
    "NotACdaError",
    "Rule",
    "check",
    "check_copy",
    "check_pdf",
    "held_pdf",
]
