"""What only the paper says: ranges with their text, names of the patient."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from eprouvette.standards.pdf import wording
from eprouvette.standards.report.results import ReferenceRange
from support.report_data import DOMINIQUE


def test_a_range_says_its_bounds_its_text_and_for_whom() -> None:
    usual = ReferenceRange(Decimal("0.70"), Decimal("1.10"), text="à jeun", criteria="Adulte")
    assert wording.reference(usual) == "0,70\u00a0– 1,10 ; à jeun (Adulte)"
    assert wording.reference(ReferenceRange(high=Decimal(2))) == "≤\u00a02"
    assert wording.reference(None) == ""


def test_a_name_used_is_said_when_it_is_not_that_of_birth() -> None:
    assert wording.used_names(DOMINIQUE) == ""
    used = replace(DOMINIQUE, used_family_name="DURAND")
    assert wording.used_names(used) == "utilise DURAND DOMINIQUE"


def test_the_short_set_says_each_trait_with_its_nature() -> None:
    assert wording.names(DOMINIQUE) == "PAT-TROIS DOMINIQUE"
    said = "Nom et 1er prénom de naissance · née le 28/03/1979 · sexe féminin"
    bare = replace(DOMINIQUE, used_family_name=None, used_given_name=None)
    assert wording.short_set(bare) == said
    assert wording.short_set(DOMINIQUE) == f"{said} · nom utilisé PAT-TROIS · prénom utilisé DOMINIQUE"
