"""All our rules, by part, and the one door that runs them."""

from __future__ import annotations

from typing import Final

from eprouvette.standards.conformance import (
    acts,
    attachments,
    body,
    datatypes,
    header,
    narrative,
    patient,
    pdf,
    people,
    results,
    samples,
    screening,
    shapes,
    structure,
    values,
)
from eprouvette.standards.conformance.cda import Version, read
from eprouvette.standards.conformance.findings import Finding, Log, Rule

RULES_REVISION: Final = "2024.01-2"
"""Changes with any rule: kept with each report that these rules judged."""

_PARTS: Final = (
    structure,
    header,
    patient,
    people,
    acts,
    datatypes,
    shapes,
    body,
    results,
    samples,
    screening,
    narrative,
    attachments,
)
RULES: Final[tuple[Rule, ...]] = tuple(
    rule for part in (*_PARTS, values, pdf) for rule in vars(part).values() if isinstance(rule, Rule)
)


def check(data: bytes, *, version: Version = "2024.01") -> tuple[Finding, ...]:
    """What our rules find in a CDA document, plain or self-presentable, N3 or N1; empty when all is right.

    ``version`` is that of the profile which the document must satisfy.

    Raises `core.xml.UnreadableXmlError` or `NotACdaError` for bytes that hold no document to judge.
    """
    cda = read(data, version)
    log = Log()
    for part in _PARTS:
        part.check(cda, log)
    return structure.distinct(log.findings)
