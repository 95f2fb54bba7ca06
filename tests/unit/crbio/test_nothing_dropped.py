"""Whatever a document says is in its report or in a remark; whatever is done to it, it is read or refused."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from eprouvette.standards.crbio import write_n3
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import ReadReport, read_report
from eprouvette.standards.report.codec import to_json
from support.rich_reports import rich_reports

PDF = b"%PDF-1.4 any bytes"
HL7 = "{urn:hl7-org:v3}"
NAMES = tuple(rich_reports())
MARK = "ZZ9"
_BOUNDED = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# What says nothing of its own: the marks of the format, what the schema fixes, the names of code systems, the
# identifiers that are made anew for each version, words that go with a code of a list or of the result itself.
_MARKS = {"templateId", "typeId"}
_FIXED = {"codeSystemName", "ID", "{http://www.w3.org/2001/XMLSchema-instance}type"}
_STRUCTURE = {
    ("patient", "classCode"), ("specimen", "typeCode"), ("specimenRole", "classCode"), ("referenceRange", "typeCode"),
    ("specimenPlayingEntity", "classCode"),
}  # fmt: skip
_PART_IDS = {"section/id", "organizer/id", "component/observation/id"}
_LISTED = (
    "ClinicalDocument/code", "confidentialityCode", "administrativeGenderCode", "functionCode", "interpretationCode",
    "encompassingEncounter/code", "serviceEvent/code", "act/code", "procedure/code", "organizer/code",
    "component/observation/code", "observation/value", "entryRelationship/observation/code", "translation",
)  # fmt: skip


@cache
def document(name: str) -> bytes:
    return write_n3(rich_reports()[name], PDF)


@cache
def baseline(name: str) -> tuple[str, int]:
    found = read_report(document(name))
    return to_json(found.report), len(found.remarks)


def outside_of_narratives(root: etree._Element) -> list[etree._Element]:
    narratives = {one for text in root.iterfind(f".//{HL7}section/{HL7}text") for one in text.iter("*")}
    return [one for one in root.iter("*") if one not in narratives]


def way(element: etree._Element) -> str:
    steps = [one.tag.rpartition("}")[2] for one in (element, *element.iterancestors())]
    return "/".join(reversed(steps))


def says_nothing(element: etree._Element, name: str) -> bool:
    """True for what may be passed over without a word, as the reader's own page says."""
    tag, path = element.tag.rpartition("}")[2], way(element)
    if tag in _MARKS or name in _FIXED or (tag, name) in _STRUCTURE:
        return True
    if tag == "reference" or (tag in {"low", "high"} and name == "inclusive"):
        # A reference to nothing has no words; any other value of inclusive is not of the schema.
        return True
    if name == "displayName":
        return path.endswith(_LISTED)
    return tag == "id" and any(path.endswith(end) for end in _PART_IDS)


def shown(found: ReadReport, name: str) -> bool:
    """True when a changed document gives another report, or other remarks."""
    report, remarks = baseline(name)
    return to_json(found.report) != report or len(found.remarks) != remarks


def facts(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every attribute, and every text (named by an empty string), outside of narratives; one for each kind of place."""
    seen: set[tuple[str, ...]] = set()
    for element in outside_of_narratives(root):
        words = [""] if (element.text or "").strip() else []
        for name in (*map(str, element.keys()), *words):
            place = (*way(element).split("/")[-4:], name)
            if place not in seen:
                seen.add(place)
                yield element, name


def _write(element: etree._Element, name: str, value: str | None) -> None:
    if name:
        element.set(name, value or "")
    else:
        element.text = value


@pytest.mark.parametrize("name", NAMES)
def test_every_attribute_and_every_text_that_changes_is_seen(name: str) -> None:
    root = etree.fromstring(document(name))
    unseen = []
    for element, attribute in list(facts(root)):
        before = element.get(attribute) if attribute else element.text
        _write(element, attribute, MARK)
        try:
            found = read_report(etree.tostring(root))
        except UnreadableCdaError:
            found = None
        if found is not None and not shown(found, name) and not says_nothing(element, attribute):
            unseen.append(f"{way(element)} {attribute}")
        _write(element, attribute, before)
    assert unseen == []


_TELLING = (
    '<code code="ZZ9" codeSystem="1.2.3.999" displayName="ZZ9"/>',
    '<translation code="ZZ9" codeSystem="1.2.3.999" displayName="ZZ9"/>',
    '<interpretationCode code="ZZ9" codeSystem="2.16.840.1.113883.5.83"/>',
    '<methodCode code="ZZ9" codeSystem="1.2.3.999" displayName="ZZ9"/>',
    '<priorityCode code="ZZ9" codeSystem="1.2.3.999"/>',
    '<value xsi:type="ST">ZZ9</value>',
    '<value xsi:type="PQ" value="99.9" unit="ZZ9"/>',
    '<id root="1.2.3.999" extension="ZZ9"/>',
    '<telecom value="tel:999"/>',
    '<addr><city>ZZ9</city></addr>',
    '<name><family>ZZ9</family></name>',
    '<effectiveTime value="19870605040302+0100"/>',
    '<time><low value="19870605040302+0100"/></time>',
    '<text>ZZ9</text>',
    '<participant typeCode="RESP"><participantRole><id root="1.2.3.999"/></participantRole></participant>',
    '<performer><assignedEntity><id root="1.2.3.999" extension="ZZ9"/></assignedEntity></performer>',
    '<author><assignedAuthor><id root="1.2.3.999" extension="ZZ9"/></assignedAuthor></author>',
    '<specimen><specimenRole><id root="1.2.3.999" extension="ZZ9"/></specimenRole></specimen>',
    '<entryRelationship typeCode="RSON"><act><code code="ZZ9" codeSystem="1.2.3.999"/></act></entryRelationship>',
    '<component><procedure><code code="ZZ9" codeSystem="1.2.3.999"/></procedure></component>',
    '<referenceRange><observationRange><text>ZZ9</text></observationRange></referenceRange>',
    '<precondition><criterion><value value="ZZ9"/></criterion></precondition>',
    '<informant><relatedEntity classCode="NOK"><code code="ZZ9" codeSystem="1.2.3.999"/></relatedEntity></informant>',
)  # fmt: skip


_AROUND = '<a xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</a>'


@settings(_BOUNDED, max_examples=400)
@given(st.data())
def test_a_telling_element_put_anywhere_is_in_the_report_or_in_a_remark(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    root = etree.fromstring(document(name))
    places = [one for one in outside_of_narratives(root) if len(one) and one.tag.rpartition("}")[2] not in _MARKS]
    holder = data.draw(st.sampled_from(places))
    told = etree.fromstring(_AROUND.format(data.draw(st.sampled_from(_TELLING))))[0]
    holder.insert(data.draw(st.sampled_from((0, len(holder)))), told)
    if says_nothing(told, "root") or (told.tag == f"{HL7}text" and way(holder).endswith("section")):
        return
    try:
        found = read_report(etree.tostring(root))
    except UnreadableCdaError:
        return
    assert shown(found, name), way(told)


_ODD = ("", "ZZ9", "-1", "99999999999999999999999", "20260312", "\u0661\u0662", "a" * 3000, "#c1-r1-n", "true")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A document with a few elements taken out, put twice, moved or emptied, and attributes changed."""
    root = etree.fromstring(document(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 4))):
        element = draw(st.sampled_from(list(root.iter("*"))))
        parent = element.getparent()
        if parent is None:
            continue
        match draw(st.sampled_from(("remove", "double", "move", "empty", "change", "text", "comment"))):
            case "remove":
                parent.remove(element)
            case "double":
                parent.insert(0, etree.fromstring(etree.tostring(element)))
            case "move":
                others = [one for one in root.iter("*") if one not in set(element.iter("*"))]
                draw(st.sampled_from(others)).append(element)
            case "empty":
                for inner in list(element):
                    element.remove(inner)
            case "change" if element.attrib:
                element.set(draw(st.sampled_from([str(key) for key in element.attrib])), draw(st.sampled_from(_ODD)))
            case "text":
                element.text = draw(st.sampled_from(_ODD))
            case _:
                element.insert(0, etree.Comment("x"))
    return etree.tostring(root)


@settings(_BOUNDED, max_examples=300)
@given(damaged())
def test_a_damaged_document_is_read_or_refused(data: bytes) -> None:
    try:
        found = read_report(data)
    except UnreadableCdaError:
        return
    assert all(remark.xpath.startswith("/ClinicalDocument") and remark.message for remark in found.remarks)
    assert to_json(found.report)
