"""The sections of an organised screening read back: its context, what is sought, the vaccinations."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core.coded import Coded
from eprouvette.standards.crbio.reader.tree import HL7, Tree, said
from eprouvette.standards.report.model import Vaccination

_PROBLEM: Final = "1.2.250.1.213.1.1.3.37"
_DOSE: Final = 2
"""The column of the dose in the table of vaccinations."""


def reason(tree: Tree, section: etree._Element) -> tuple[Coded | None, Coded | None]:
    """The context of the screening and what it looks for."""
    context = sought = None
    for entry in tree.children(section, "entry"):
        observation = tree.child(entry, "observation")
        held = {one.get("root") for one in tree.children(observation, "templateId")}
        coded = tree.coded(tree.child(observation, "value"))
        if _PROBLEM in held:
            sought = coded
        else:
            context = coded
    tree.take_all(section)
    return context, sought


def vaccinations(tree: Tree, section: etree._Element) -> list[Vaccination]:
    """Each vaccination told, given or not."""
    found = []
    for entry in tree.children(section, "entry"):
        act = tree.child(entry, "substanceAdministration")
        product = tree.child(act, "consumable", "manufacturedProduct", "manufacturedMaterial", "code")
        coded = tree.coded(product) or tree.coded(tree.child(product, "translation"))
        if act is None or coded is None:
            tree.remark(entry, "Vaccination sans code : elle n'est pas reprise.")
            continue
        given = act.get("negationInd") != "true"
        at = tree.moment(tree.child(act, "effectiveTime")) if given else None
        found.append(Vaccination(coded, "given" if given else "not_given", at, _dose(tree, product)))
    tree.take_all(section)
    return found


def _dose(tree: Tree, product: etree._Element | None) -> str:
    """The dose in the row of the narrative that names the vaccine."""
    reference = tree.child(product, "originalText", "reference")
    target = tree.target(reference.get("value", "")) if reference is not None else None
    row = next(target.iterancestors(HL7 + "tr"), None) if target is not None else None
    cells = [] if row is None else list(row.iterchildren(HL7 + "td"))
    words = said(cells[_DOSE]) if len(cells) > _DOSE else ""
    return "" if words == "-" else words
