"""The grammar of CDA: which element may stand where, how often, with which attributes.

Our table of content models becomes an XML Schema of its own, compiled once by libxml2, which reads a whole document in
about a millisecond. What stands inside an element of another namespace (``lab:``, ``sdtc:``) is left to the other
parts. Source: HL7 CDA R2, hierarchical description and narrative block; CI-SIS, extensions of the schema.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from lxml import etree

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_HL7: Final = "urn:hl7-org:v3"
_OTHERS: Final = {
    "lab": "urn:oid:1.3.6.1.4.1.19376.1.3.2",
    "sdtc": "urn:hl7-org:sdtc",
    "pharm": "urn:ihe:pharm:medication",
    "ps3-20": "urn:dicom-org:ps3-20",
}
_ROOT: Final = "POCD_MT000040.ClinicalDocument"
_HEAD: Final = ("realmCode:CS*", "typeId:POCD_MT000040.InfrastructureRoot.typeId?", "templateId:II*")
_TIMES: Final = {"": ("1", "1"), "?": ("0", "1"), "*": ("0", "unbounded"), "+": ("1", "unbounded")}
Kind = dict[str, object]
Particle = str | list["Particle"]


@cache
def schema() -> etree.XMLSchema:
    """The grammar, compiled."""
    text = files(__package__).joinpath("tables/grammar.json").read_text(encoding="utf-8")
    kinds: dict[str, Kind] = json.loads(text)
    top = _schema(_HL7)
    others = {prefix: _schema(namespace) for prefix, namespace in _OTHERS.items()}
    for prefix, namespace in _OTHERS.items():
        _sub(top, "import", namespace=namespace, schemaLocation=prefix)
    _sub(top, "element", name="ClinicalDocument", type=_ROOT)
    for name, kind in kinds.items():
        (_simple if kind.keys() & {"codes", "list", "union", "from"} else _complex)(top, name, kind)
    for reference in {element.get("ref", "") for element in top.iter(f"{{{_XS}}}element")} - {""}:
        prefix, _, name = reference.partition(":")
        _sub(others[prefix], "element", name=name)
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Others({prefix: etree.tostring(other) for prefix, other in others.items()}))
    return etree.XMLSchema(etree.fromstring(etree.tostring(top), parser))


class _Others(etree.Resolver):
    """Hands the small schemas of the other namespaces to libxml2, which asks for them by name."""

    def __init__(self, held: dict[str, bytes]) -> None:
        self._held = held

    def resolve(self, system_url: str, public_id: str, context: object) -> Any:  # type: ignore[override]  # lxml-stubs lacks context
        return self.resolve_string(self._held[system_url.rpartition("/")[2]], context, base_url=system_url)


def _schema(namespace: str) -> etree._Element:
    names = {"targetNamespace": namespace, "elementFormDefault": "qualified"}
    nsmap = cast("dict[str, str]", {"xs": _XS, None: namespace} | _OTHERS)
    return etree.Element(f"{{{_XS}}}schema", names, nsmap=nsmap)


def _sub(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)


def _simple(top: etree._Element, name: str, kind: Kind) -> None:
    made = _sub(top, "simpleType", name=name)
    if "list" in kind:
        _sub(made, "list", itemType=str(kind["list"]))
    elif "union" in kind:
        _sub(made, "union", memberTypes=" ".join(cast("list[str]", kind["union"])))
    elif "codes" in kind:
        restriction = _sub(made, "restriction", base="cs")
        for code in str(kind["codes"]).split():
            _sub(restriction, "enumeration", value=code)
    else:
        restriction = _sub(made, "restriction", base=str(kind["from"]))
        for facet in kind.keys() - {"from"}:
            _sub(restriction, facet, value=str(kind[facet]))


def _complex(top: etree._Element, name: str, kind: Kind) -> None:
    flags = {flag: "true" for flag in ("mixed", "abstract") if kind.get(flag)}
    made = _sub(top, "complexType", name=name, **flags)
    if "base" in kind:
        made = _sub(_sub(made, "complexContent"), str(kind["by"]), base=str(kind["base"]))
    if "content" in kind:
        order, *parts = cast("list[Particle]", kind["content"])
        _particle(made, [order, *(_HEAD if kind.get("infrastructure") else ()), *parts])
    for attribute, said in cast("dict[str, list[str | None]]", kind.get("attributes", {})).items():
        values = zip(("type", "use", "fixed"), said, strict=False)
        _sub(made, "attribute", name=attribute, **{key: value for key, value in values if value is not None})


def _particle(parent: etree._Element, particle: Particle) -> None:
    """``name:type``, ``@prefix:name``, ``any``, or a list that begins with an order; then ``?``, ``*`` or ``+``."""
    said, *parts = (particle,) if isinstance(particle, str) else particle
    words = str(said).rstrip("?*+")
    least, most = _TIMES[str(said)[len(words) :]]
    if words[0] == "@":
        tag, names = "element", {"ref": words[1:]}
    elif ":" in words:
        tag, names = "element", dict(zip(("name", "type"), words.split(":"), strict=True))
    elif words == "any":
        tag, names = "any", {"namespace": "##other", "processContents": "skip"}
    else:
        tag, names = words, {}
    made = _sub(parent, tag, minOccurs=least, maxOccurs=most, **{key: name for key, name in names.items() if name})
    for part in parts:
        _particle(made, part)
