"""The sections of an organised screening read back: its context, what is sought, the vaccinations."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio.reader.tree import HL7, Tree
from eprouvette.standards.crbio.reader.words import said
from eprouvette.standards.report.model import Vaccination

_PROBLEM: Final = "1.2.250.1.213.1.1.3.37"
_REASON: Final = "42349-1"
_PROBLEM_CODE: Final = "55607006"
_DOSE: Final = 2
"""The column of the dose in the table of vaccinations."""


def reason(tree: Tree, section: etree._Element) -> tuple[Coded | None, Coded | None]:
    """The context of the screening and what it looks for; further ones are left, and said."""
    context = sought = None
    for entry in tree.children(section, "entry"):
        observation = tree.child(entry, "observation")
        held = {one.get("root") for one in tree.children(observation, "templateId")}
        value = tree.child(observation, "value")
        if observation is None or value is None or not value.get("code") or observation.get("negationInd") == "true":
            tree.leave(entry, "Cette raison n'a pas de place dans le dépistage : elle n'est pas reprise.")
        elif _PROBLEM in held and sought is None:
            sought = _observed(tree, observation, oids.SNOMED_CT, _PROBLEM_CODE)
        elif _PROBLEM not in held and context is None:
            context = _observed(tree, observation, oids.LOINC, _REASON)
        else:
            tree.leave(entry, "Une seconde raison du dépistage n'est pas reprise.")
    return context, sought


def _observed(tree: Tree, observation: etree._Element, system: str, code: str) -> Coded | None:
    """The value of an entry that says one thing; its words are those of its code, or of the section."""
    tree.take(tree.child(observation, "id"))
    tree.listed(tree.child(observation, "code"), system, code)
    tree.expect(tree.child(observation, "statusCode"), "code", "completed")
    tree.referred(observation, inside="text")
    value = tree.child(observation, "value")
    tree.referred(value)
    return tree.coded(value)


def vaccinations(tree: Tree, section: etree._Element) -> list[Vaccination]:
    """Each vaccination told, given or not."""
    found = []
    for entry in tree.children(section, "entry"):
        act = tree.child(entry, "substanceAdministration")
        material = tree.child(act, "consumable", "manufacturedProduct", "manufacturedMaterial")
        product = tree.child(material, "code")
        coded = tree.coded(product) or tree.coded(tree.child(product, "translation"))
        if act is None or coded is None:
            tree.leave(entry, "Vaccination sans code : elle n'est pas reprise.")
            continue
        tree.take(tree.child(act, "id"))
        tree.listed(tree.child(act, "code"), oids.ACT_CODE, "IMMUNIZ")
        tree.expect(tree.child(act, "statusCode"), "code", "completed")
        given = tree.see(act, "negationInd") != "true"
        at = tree.moment(tree.child(act, "effectiveTime")) if given else None
        words = tree.referred(act, inside="text"), tree.referred(product)
        text = next((one for one in reversed(words) if one), "")
        name = tree.child(material, "name")
        if name is not None and "".join(map(str, name.itertext())).strip() == coded.display:
            tree.take(name)
        text = "" if text == coded.display else text
        found.append(Vaccination(coded, "given" if given else "not_given", at, _dose(tree, product), text))
    return found


def _dose(tree: Tree, product: etree._Element | None) -> str:
    """The dose in the row of the narrative that names the vaccine."""
    reference = tree.child(product, "originalText", "reference")
    target = tree.target(reference.get("value", "")) if reference is not None else None
    row = next(target.iterancestors(HL7 + "tr"), None) if target is not None else None
    cells = [] if row is None else list(row.iterchildren(HL7 + "td"))
    words = said(cells[_DOSE]) if len(cells) > _DOSE else ""
    return "" if words == "-" else words
