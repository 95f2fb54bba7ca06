"""What of a document tells something: the attributes and words that nobody read are listed with their place.

An attribute is passed over when it was read, when it only repeats what the schema fixes (``classCode="OBS"``), or when
it says again what another says (``codeSystemName``). ``negationInd``, another ``moodCode``, a ``nullFlavor`` that is
not a plain unknown… change what is said: they are told unless the model has a place for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, cast

from lxml import etree

from eprouvette.standards.crbio.reader.tree import HL7, TYPE, Tree

_CODE: Final = frozenset({"code", "codeSystem", "displayName"})
_VALUE: Final = frozenset({"value"})
_READ: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            "code", "interpretationCode", "methodCode", "targetSiteCode", "functionCode", "administrativeGenderCode",
            "confidentialityCode", "standardIndustryClassCode", "realmCode", "statusCode", "signatureCode",
            "languageCode",
        ),
        _CODE,
    ),
    **dict.fromkeys(
        ("effectiveTime", "time", "birthTime", "versionNumber", "reference", "deceasedTime", "deceasedInd"), _VALUE
    ),
    "translation": _CODE | {"value"},
    "value": _CODE | {"value", "unit", "mediaType"},
    "low": frozenset({"value", "unit"}),
    "high": frozenset({"value", "unit"}),
    "numerator": _VALUE,
    "denominator": _VALUE,
    "id": frozenset({"root", "extension"}),
    "setId": frozenset({"root", "extension"}),
    "telecom": frozenset({"value", "use"}),
    "text": frozenset({"mediaType"}),
}  # fmt: skip
"""By name, what is read of an element that was taken."""
_WORDS: Final = frozenset(HL7 + name for name in (
    "name", "family", "given", "prefix", "suffix", "title", "text", "value", "derivationExpr", "originalText",
    "streetAddressLine", "houseNumber", "houseNumberNumeric", "streetNameType", "streetName", "additionalLocator",
    "unitID", "postBox", "precinct", "postalCode", "city", "county", "country", "manufacturerModelName", "softwareName",
))  # fmt: skip
"""Elements whose words are read when they are taken."""
_SECTION: Final = f"{HL7}section"
_TEXT: Final = f"{HL7}text"
_HOLDERS: Final = frozenset({f"{HL7}ClinicalDocument", f"{HL7}component", f"{HL7}structuredBody", _SECTION})
"""What holds sections, and is walked child by child."""
_STRUCTURE: Final = frozenset(HL7 + name for name in ("templateId", "typeId"))
_SILENT: Final = frozenset({
    TYPE, "ID", "codeSystemName", "determinerCode", "inversionInd", "language",
    "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
})  # fmt: skip
_UNKNOWN: Final = frozenset({"UNK", "NI", "NA"})
_CLASSES: Final[dict[str, frozenset[str]]] = {
    "act": frozenset({"ACT"}),
    "observation": frozenset({"OBS"}),
    "observationRange": frozenset({"OBS"}),
    "observationMedia": frozenset({"OBS"}),
    "organizer": frozenset({"BATTERY", "CLUSTER"}),
    "procedure": frozenset({"PROC"}),
    "substanceAdministration": frozenset({"SBADM"}),
    "associatedEntity": frozenset({"PROV"}),
    "participantRole": frozenset({"SPEC", "MANU", "ADTV"}),
    "relatedEntity": frozenset(),
}
_LINKS: Final[dict[str, frozenset[str]]] = {
    "entry": frozenset({"DRIV", "COMP"}),
    "component": frozenset({"COMP"}),
    "performer": frozenset({"PRF"}),
    "informationRecipient": frozenset({"PRCP"}),
    "entryRelationship": frozenset({"COMP", "SUBJ", "REFR"}),
    "subject": frozenset({"SBJ"}),
}
_USUAL: Final[dict[str, frozenset[str]]] = {
    "nullFlavor": _UNKNOWN,
    "negationInd": frozenset({"false"}),
    "representation": frozenset({"B64"}),
    "moodCode": frozenset({"EVN", "EVN.CRT", "RQO"}),
    "contextConductionInd": frozenset({"true"}),
    "contextControlCode": frozenset({"OP"}),
    "independentInd": frozenset({"true", "false"}),
}


def left_over(tree: Tree) -> Iterator[tuple[etree._Element, str]]:
    """The elements that tell something and that nobody took, and the attributes that nobody read of what was taken.

    The attribute is empty for an element of which nothing was read, or whose words were not. The narratives were
    compared with what entries say before.
    """
    taken, left, seen = tree.taken, tree.left, tree.seen
    plans: dict[tuple[object, ...], tuple[tuple[str, frozenset[str]], ...]] = {}
    for element in _beside_narratives(tree.root):
        read = element in taken
        signature = (element.tag, read, *element.keys())
        plan = plans.get(signature)
        if plan is None:
            plan = plans[signature] = _plan(element.tag, cast("list[str]", element.keys()), read=read)
        told = [name for name, usual in plan if element.get(name) not in usual and (element, name) not in seen]
        text = element.text
        bare = text is None or text.isspace() or (read and element.tag in _WORDS)
        if (bare and not told) or element in left:
            continue
        if read:
            yield from ((element, name) for name in told)
        if not bare or not read:
            yield element, ""


def _beside_narratives(element: etree._Element) -> Iterator[etree._Element]:
    """``element`` and all that it holds, but the ``text`` of sections.

    Nothing is taken out of the tree: lxml walks a part that was, each time that one of its elements is let go.
    """
    tag = element.tag
    if tag not in _HOLDERS:
        yield from element.iter("*")
        return
    yield element
    for child in element.iterchildren("*"):
        if tag != _SECTION or child.tag != _TEXT:
            yield from _beside_narratives(child)


def _plan(tag: str, names: Sequence[str], *, read: bool) -> tuple[tuple[str, frozenset[str]], ...]:
    """The attributes of such an element whose value must be looked at, with the values that say nothing."""
    if tag in _STRUCTURE:
        return ()
    local = tag.rpartition("}")[2]
    known = _READ.get(local, frozenset()) if read else frozenset()
    asked = (name for name in names if name not in _SILENT and name not in known)
    found = ((name, _usual(local, name)) for name in asked)
    return tuple((name, usual) for name, usual in found if usual is not None)


def _usual(local: str, name: str) -> frozenset[str] | None:
    """The values of an attribute that say nothing; None when the schema fixes the one that it has."""
    if name == "classCode":
        return _CLASSES.get(local)
    if name == "typeCode":
        return _LINKS.get(local)
    return _USUAL.get(name, frozenset())
