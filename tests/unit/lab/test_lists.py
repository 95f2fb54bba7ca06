"""The short lists of the forms: true codes, their own systems, the words of the official sets."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import get_args

import pytest

from eprouvette.core import oids
from eprouvette.lab.catalogue.lists import Name, by_code, listed
from eprouvette.standards.terminology.snomed import is_well_formed


@pytest.mark.parametrize("name", get_args(Name))
def test_a_list_has_words_for_every_code(name: Name) -> None:
    found = listed(name)
    assert found
    assert all(one.display.strip() and oids.is_oid(one.system) for one in found)
    assert len({one.code for one in found}) == len(found)
    assert by_code(name, found[0].code) == found[0]
    assert by_code(name, "ABSENT") is None


def test_every_site_is_a_concept_of_snomed_ct() -> None:
    assert [one.code for one in listed("sites") if not is_well_formed(one.code)] == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("contexts", "JDV_ContexteExamenCCU_CISIS.xml"),
        ("kits", "JDV_TrousseCCU_CISIS.xml"),
        ("media", "JDV_MilieuCytologieCCU_CISIS.xml"),
    ],
)
def test_the_lists_of_the_screening_are_the_official_ones(name: Name, file: str, shared_dir: Path) -> None:
    tree = ET.parse(shared_dir / "ans" / "jdv" / file)
    official = {
        (one.attrib["code"], one.attrib["codeSystem"], one.attrib["displayName"])
        for one in tree.iter("{urn:ihe:iti:svs:2008}Concept")
        # Two kits of the published set have no code yet.
        if one.attrib["code"] != "code à fournir"
    }
    assert {(one.code, one.system, one.display) for one in listed(name)} == official


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("11713004", True),
        ("77851000146104", True),  # an extension's concept
        ("11713005", False),  # last digit mistyped
        ("17113004", False),  # two digits swapped
        ("0011713004", False),
        ("١١٧١٣٠٠٤", False),
        ("123", False),
        ("", False),
        ("73211009.0", False),
        ("9" * 19, False),
        ("101013", False),  # a description, not a concept
    ],
)
def test_a_mistyped_concept_is_caught(code: str, right: bool) -> None:
    assert is_well_formed(code) is right
