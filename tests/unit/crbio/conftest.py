"""What the tests of the CR-BIO writer share: the official schema and short ways to look into a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

SchemaCheck = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def schema_findings(shared_dir: Path) -> SchemaCheck:
    """Findings of the official schema on document bytes (plain form)."""
    schema = etree.XMLSchema(etree.parse(str(shared_dir / "ans" / "xsd" / "CDA_extended.xsd")))

    def findings(data: bytes) -> list[str]:
        try:
            schema.assertValid(etree.fromstring(data).getroottree())
        except etree.DocumentInvalid as error:
            return [str(error)]
        return []

    return findings
