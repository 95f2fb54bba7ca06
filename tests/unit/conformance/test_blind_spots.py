"""One damaged document for each trap, and for each blind spot of the official rules: the right rule fires."""

from __future__ import annotations

import pytest

from eprouvette.standards.conformance import RULES, check
from support.damaged import Damaged, damaged_documents

DAMAGES = tuple(damaged_documents())


@pytest.mark.parametrize("damaged", DAMAGES, ids=[one.name for one in DAMAGES])
def test_a_damaged_document_is_caught(damaged: Damaged) -> None:
    assert damaged.rule in damaged.found()


@pytest.mark.parametrize("damaged", [one for one in DAMAGES if one.pdf is None], ids=lambda one: one.name)
def test_a_finding_says_where_and_from_which_text(damaged: Damaged) -> None:
    findings = check(damaged.data, version=damaged.version)
    assert all(finding.xpath.startswith(("/ClinicalDocument", "/xsl:stylesheet")) for finding in findings)
    assert all(finding.source and "{" not in finding.message for finding in findings)


def test_every_trap_of_the_digest_has_a_damage() -> None:
    numbers = {damaged.name.split()[0] for damaged in DAMAGES}
    assert {str(number) for number in range(1, 24)} <= numbers


def test_every_rule_has_its_own_id_a_sentence_and_a_source() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.message.endswith((".", ").")) and rule.source for rule in RULES)
