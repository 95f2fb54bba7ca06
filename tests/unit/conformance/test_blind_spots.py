"""One damaged document for each trap, and for each blind spot of the official rules: the right rule fires."""

from __future__ import annotations

import pytest

from eprouvette.standards.conformance import RULES, check
from eprouvette.standards.crbio import write_n1, write_n3
from support.damages import PDF, Damaged, damaged_documents
from support.reports import routine_report

DAMAGES = tuple(damaged_documents())


@pytest.mark.parametrize("damaged", DAMAGES, ids=[one.name for one in DAMAGES])
def test_a_damaged_document_is_caught(damaged: Damaged) -> None:
    findings = check(damaged.data)
    assert damaged.rule in {finding.rule for finding in findings}
    assert all(finding.xpath.startswith("/ClinicalDocument") and finding.source for finding in findings)


def test_a_type_without_prefix_in_a_prefixed_document_is_caught() -> None:
    data = write_n3(routine_report(), PDF, stylesheet=True).replace(b'xsi:type="c:PQ"', b'xsi:type="PQ"', 1)
    assert [finding.rule for finding in check(data)] == ["SHP-17"]


def test_an_n1_that_declares_cr_bio_is_caught() -> None:
    data = write_n1(routine_report(), PDF).replace(
        b'<templateId root="1.3.6.1.4.1.19376.1.2.20"/>',
        b'<templateId root="1.3.6.1.4.1.19376.1.2.20"/><templateId root="1.3.6.1.4.1.19376.1.3.3"/>',
    )
    assert [finding.rule for finding in check(data)] == ["HDR-07"]


def test_an_envelope_that_loads_something_is_caught() -> None:
    data = write_n3(routine_report(), PDF, stylesheet=True)
    data = data.replace(b"</xsl:stylesheet>", b'<xsl:include href="http://x.example/y.xsl"/></xsl:stylesheet>')
    assert [finding.rule for finding in check(data)] == ["ATT-12"]


def test_every_rule_has_its_own_id_a_sentence_and_a_source() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.message.endswith((".", ").")) and rule.source for rule in RULES)
