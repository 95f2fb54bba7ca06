"""Our table of CDA content models says of a document what the HL7 schema says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from eprouvette.sandbox.corpus.build import Made, reports
from eprouvette.standards.conformance import check
from eprouvette.standards.conformance.grammar import schema
from eprouvette.standards.crbio import write_n1, write_n3
from support.damaged import PDF
from support.grammar_table import TABLE, table
from support.mutants import mutants
from support.reports import routine_report

KINDS = ("avk", "ecbu", "col", "electrophorese")


@pytest.mark.parametrize("made", tuple(reports(25, 1)), ids=lambda made: made.kind.code)
def test_every_kind_of_report_follows_the_grammar(made: Made) -> None:
    for document in (write_n3(made.report, PDF), write_n1(made.report, PDF)):
        schema().assertValid(etree.fromstring(document))


def test_a_fault_is_told_where_it_stands_even_inside_a_sheet() -> None:
    for stylesheet in (False, True):
        data = write_n3(routine_report(), PDF, stylesheet=stylesheet)
        name = b"c:signatureCode" if stylesheet else b"signatureCode"
        broken = data.replace(b"<" + name, b"<" + name + b' colour="red"', 1)
        found = check(broken)
        assert [(one.rule, one.xpath) for one in found] == [
            ("STR-03", "/ClinicalDocument/legalAuthenticator/signatureCode")
        ]


@pytest.mark.shared
def test_the_table_is_the_one_that_the_schema_gives(shared_dir: Path) -> None:
    made = json.loads(json.dumps(table(shared_dir / "ans" / "xsd")))
    assert made == json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.shared
def test_what_the_schema_refuses_of_random_damages_our_rules_refuse(shared_dir: Path) -> None:
    official = etree.XMLSchema(etree.parse(str(shared_dir / "ans" / "xsd" / "CDA_extended.xsd")))
    for rank, kind in enumerate(KINDS):
        document = write_n3(next(reports(1, rank, only=kind)).report, PDF)
        for mutant in mutants(document, 60, rank):
            if not official.validate(etree.fromstring(mutant.data)):
                assert any(finding.severity == "error" for finding in check(mutant.data)), mutant.name
