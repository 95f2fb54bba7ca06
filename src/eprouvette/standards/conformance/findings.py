"""What a rule is, what it finds, and where.

Messages name codes and elements, never the values of a patient.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

Severity = Literal["error", "warning"]

# The texts that rules quote.
CRBIO: Final = "CI-SIS, volet CR-BIO 2024.01"
STRUCTURE: Final = "CI-SIS, volet Structuration minimale des documents de santé"
SCHEMA: Final = "HL7 CDA R2, schéma CDA_extended"
PALM: Final = "IHE PaLM TF-3, Sharing Laboratory Reports"
MODELS: Final = "CI-SIS, Modèles de contenus CDA"
TERMS: Final = "ANS, contrôle sémantique des terminologies"
PRACTICE: Final = "CI-SIS, volet CR-BIO 2024.01 (non contrôlé par les règles officielles)"

_PREFIXES: Final = {
    "urn:hl7-org:v3": "",
    "urn:oid:1.3.6.1.4.1.19376.1.3.2": "lab:",
    "urn:hl7-org:sdtc": "sdtc:",
    "http://www.w3.org/1999/XSL/Transform": "xsl:",
    "urn:asip-sante:ci-sis": "data:",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence that a document must satisfy; ``message`` may hold ``{names}`` given by the check."""

    id: str
    severity: Severity
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a document does not satisfy, at one place.

    ``xpath`` writes HL7 names without prefix (default element namespace ``urn:hl7-org:v3``).
    """

    rule: str
    severity: Severity
    xpath: str
    message: str
    source: str

    def as_json(self) -> dict[str, str]:
        """The finding as text fields, in a fixed order."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "xpath": self.xpath,
            "message": self.message,
            "source": self.source,
        }


@dataclass(slots=True)
class Log:
    """Collects the findings of one document, in the order of the checks."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, rule: Rule, place: etree._Element, /, **words: object) -> None:
        """``rule`` is not satisfied at ``place``."""
        message = rule.message.format(**words) if words else rule.message
        self.findings.append(Finding(rule.id, rule.severity, where(place), message, rule.source))


def where(element: etree._Element) -> str:
    """The path of ``element`` from the root of the CDA, with ranks only among siblings of the same name."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        parent = node.getparent()
        namespace, _, local = node.tag[1:].partition("}") if node.tag[0] == "{" else ("", "", node.tag)
        step = _PREFIXES.get(namespace, "*:") + local
        if local == "ClinicalDocument":
            steps.append(step)
            break
        if parent is not None:
            rank = sum(1 for _ in node.itersiblings(node.tag, preceding=True)) + 1
            if rank > 1 or next(node.itersiblings(node.tag), None) is not None:
                step += f"[{rank}]"
        steps.append(step)
        node = parent
    return "/" + "/".join(reversed(steps))
