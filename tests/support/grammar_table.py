"""The content models of CDA as a table of names, orders and cardinalities, read from the HL7 schema.

``python tests/support/grammar_table.py FOLDER`` writes the table of ``standards.conformance.grammar``; FOLDER holds
``CDA_extended.xsd``. Types that a laboratory report cannot reach, words and documentation are left out; a long list of
codes becomes the form of a code.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lxml import etree

from eprouvette.standards.conformance import grammar

XS = "{http://www.w3.org/2001/XMLSchema}"
TABLE = Path(grammar.__file__).parent / "tables" / "grammar.json"
ROOT = "POCD_MT000040.ClinicalDocument"
MOST_CODES = 40
COMMON = frozenset({"ACT", "COMP", "EVN", "OBS", "PROC", "REFR", "REFV", "SPC", "SPEC"})
FILES = (
    "POCD_MT000040_extended_pharmacy.xsd",
    "general/infrastructureRoot.xsd",
    "general/datatypes.xsd",
    "general/datatypes-base.xsd",
    "general/voc.xsd",
    "general/NarrativeBlock.xsd",
)
HEAD = ["realmCode:CS*", "typeId:POCD_MT000040.InfrastructureRoot.typeId?", "templateId:II*"]
NAMED = [
    "CD",
    "CE",
    "CV",
    "CS",
    "ED",
    "ST",
    "PQ",
    "IVL_PQ",
    "REAL",
    "INT",
    "IVL_INT",
    "IVL_REAL",
    "RTO",
    "RTO_PQ_PQ",
    "BL",
    "TS",
    "IVL_TS",
    "PIVL_TS",
    "EIVL_TS",
    "SXCM_TS",
    "MO",
]
"""Types that ``xsi:type`` may name in a report."""
MARKS = {("1", "1"): "", ("0", "1"): "?", ("0", "unbounded"): "*", ("1", "unbounded"): "+", ("2", "unbounded"): "+"}
Node = str | list["Node"]
Table = dict[str, dict[str, object]]


class _Reader:
    """The types of the schema by name, and those taken so far."""

    def __init__(self, folder: Path) -> None:
        self.declared: dict[str, etree._Element] = {}
        for name in FILES:
            for element in (
                etree.parse(str(folder / name)).getroot().iterchildren(f"{XS}complexType", f"{XS}simpleType")
            ):
                self.declared[element.get("name", "")] = element
        self.taken: Table = {}

    def take(self, name: str | None) -> str | None:
        """Take the type ``name`` with all that it needs."""
        if name is None or name.startswith("xs:") or name in self.taken:
            return name
        element = self.declared[name]
        self.taken[name] = {}
        complex_type = element.tag == f"{XS}complexType"
        self.taken[name] = self._complex(element) if complex_type else self._simple(element)
        return name

    def _complex(self, element: etree._Element) -> dict[str, object]:
        found: dict[str, object] = {}
        if element.get("mixed") == "true":
            found["mixed"] = True
        if element.get("abstract") == "true":
            found["abstract"] = True
        inner = element.find(f"{XS}complexContent")
        body = element
        if inner is not None:
            body = next(inner.iterchildren(f"{XS}extension", f"{XS}restriction"))
            found["by"] = etree.QName(body).localname
            found["base"] = self.take(body.get("base"))
        particle = next(body.iterchildren(f"{XS}sequence", f"{XS}choice"), None)
        if particle is not None:
            content = self._particle(particle)
            if content[1:4] == HEAD:
                found["infrastructure"] = True
                content = [content[0], *content[4:]]
            found["content"] = content
        attributes = {
            one.get("name", ""): self._attribute(one) for one in body.iterchildren(f"{XS}attribute") if one.get("name")
        }
        if attributes:
            found["attributes"] = attributes
        return found

    def _attribute(self, element: etree._Element) -> list[str | None]:
        kind = self.take(element.get("type"))
        if kind is None and element.get("use") != "prohibited":
            kind = self._named(element)
        said = [kind, element.get("use"), element.get("fixed")]
        while said and said[-1] in {None, "optional"}:
            said.pop()
        return said

    def _named(self, element: etree._Element) -> str:
        """A name for the type written inside an attribute."""
        inside = element.find(f"{XS}simpleType")
        if inside is None:
            return "xs:string"
        simple = self._simple(inside)
        same = (name for name, taken in self.taken.items() if taken == simple)
        name = next(same, f"inner{sum(one.startswith('inner') for one in self.taken) + 1}")
        self.taken[name] = simple
        return name

    def _particle(self, element: etree._Element) -> Node:
        mark = MARKS[element.get("minOccurs", "1"), element.get("maxOccurs", "1")]
        kind = etree.QName(element).localname
        if kind == "element" and element.get("name"):
            return f"{element.get('name')}:{self.take(element.get('type')) or ''}{mark}"
        if kind == "any":
            return f"any{mark}"
        if kind == "element":
            return f"@{element.get('ref')}{mark}"
        inside = element.iterchildren(f"{XS}element", f"{XS}sequence", f"{XS}choice", f"{XS}any")
        return [f"{kind}{mark}", *(self._particle(one) for one in inside if one.get("maxOccurs") != "0")]

    def _simple(self, element: etree._Element) -> dict[str, object]:
        codes = self._codes(element)
        if codes is not None:
            return (
                {"codes": " ".join(sorted(codes, key=_rank))} if len(codes) <= MOST_CODES else {"from": self.take("cs")}
            )
        union, listed = element.find(f"{XS}union"), element.find(f"{XS}list")
        if listed is not None:
            return {"list": self.take(listed.get("itemType"))}
        if union is not None:
            return {"union": [self.take(name) for name in union.get("memberTypes", "").split()]}
        restriction = element.find(f"{XS}restriction")
        assert restriction is not None
        found: dict[str, object] = {"from": self.take(restriction.get("base"))}
        for facet in restriction.iterchildren("*"):
            name = etree.QName(facet).localname
            if name in {"pattern", "minLength", "minInclusive", "maxInclusive"}:
                found[name] = facet.get("value")
        return found

    def _codes(self, element: etree._Element) -> set[str] | None:
        """Every code that a vocabulary holds with those below it; None when it is not a list of codes."""
        listed = {one.get("value", "") for one in element.iter(f"{XS}enumeration")}
        below = [name for union in element.iter(f"{XS}union") for name in union.get("memberTypes", "").split()]
        for name in below:
            inner = self._codes(self.declared[name]) if name in self.declared else None
            if inner is None:
                return None
            listed |= inner
        return listed or None


def _rank(code: str) -> tuple[bool, str]:
    """The codes that a report is full of come first: libxml2 tries a list in its order."""
    return code not in COMMON, code


def table(folder: Path) -> Table:
    """The whole table, by name."""
    reader = _Reader(folder)
    reader.take(ROOT)
    for name in NAMED:
        reader.take(name)
    return dict(sorted(reader.taken.items()))


if __name__ == "__main__":
    lines = [
        f"{json.dumps(name)}: {json.dumps(kind, ensure_ascii=False)}" for name, kind in table(Path(sys.argv[1])).items()
    ]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
