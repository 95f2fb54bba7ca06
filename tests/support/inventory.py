"""Everything coded that a CR-BIO says, counted by XPath alone: no part of our reader or writer is used here.

    inventory(original) - inventory(rewritten)

A fact is one line: the way to the element (every act, battery, result… under its own code), its attributes, its words.
What has several spellings and one meaning has one line: a time is an instant, an address its words in their order,
a reference the words that it points at, a picture or a PDF the digest of its bytes. The narrative of a section counts
where it has no entry to mirror.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, cast

from lxml import etree

_HL7: Final = "{urn:hl7-org:v3}"
_TOLD: Final = etree.XPath(
    "descendant::*[not(ancestor-or-self::h:section/h:text and ancestor-or-self::h:text[parent::h:section])]"
    "[not(self::h:templateId or self::h:typeId or self::h:realmCode)][not(ancestor::h:addr)]",
    namespaces={"h": "urn:hl7-org:v3"},
)
_CODED: Final = frozenset({"act", "observation", "organizer", "procedure", "substanceAdministration", "section"})
_NAMES_ONLY: Final = frozenset({"codeSystemName", "ID", "representation"})
"""Attributes that say nothing which another does not."""
_SPOKEN: Final = etree.XPath("descendant::h:section[not(h:entry)]/h:text", namespaces={"h": "urn:hl7-org:v3"})
_WORD: Final = re.compile(r"\w+")
_STAMP: Final = re.compile(r"(\d{12})(\d\d)?([+-]\d{4})")


def inventory(data: bytes) -> Counter[str]:
    """The facts of a document, plain or self-presentable, each with how often it is told."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True))
    document = next(root.iter(_HL7 + "ClinicalDocument"))
    targets = {one.get("ID"): one for one in document.iterfind(".//*[@ID]")}
    facts = (_fact(one, targets) for one in _elements(_TOLD(document)))
    spoken = (f"{_way(one)} | {' '.join(_WORD.findall(_text(one)))}" for one in _elements(_SPOKEN(document)))
    return Counter(fact for fact in (*facts, *spoken) if fact)


def _elements(found: object) -> list[etree._Element]:
    return cast("list[etree._Element]", found)


def _fact(element: etree._Element, targets: dict[str | None, etree._Element]) -> str:
    name = _name(element.tag)
    if name == "reference":
        target = targets.get(element.get("value", "").removeprefix("#"))
        told, words = [], "" if target is None else f"« {_text(target)} »"
    else:
        told = [
            f"{_name(key)}={_attribute(_name(key), value)}"
            for key, value in sorted(cast("list[tuple[str, str]]", element.items()))
            if _name(key) not in _NAMES_ONLY
        ]
        words = _words(element, name)
    return " | ".join(part for part in (_way(element), " ".join(told), words) if part) if told or words else ""


def _attribute(name: str, value: str) -> str:
    stamp = _STAMP.fullmatch(value) if name == "value" else None
    with suppress(ValueError):
        if stamp:
            moment = datetime.strptime(stamp[1] + (stamp[2] or "00") + stamp[3], "%Y%m%d%H%M%S%z")
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # The prefix of an xsi:type is a choice of spelling.
    return value.strip().rpartition(":")[2] if name == "type" else value.strip()


def _words(element: etree._Element, name: str) -> str:
    if element.get("mediaType"):
        content = base64.b64decode("".join((element.text or "").split()))
        return f"{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()[:16]}"
    return _text(element) if name == "addr" else " ".join((element.text or "").split())


def _text(element: etree._Element) -> str:
    return " ".join(" ".join(str(part) for part in element.itertext()).split())


def _way(element: etree._Element) -> str:
    """Names from the document, or from the section, down; what has a code of its own bears it."""
    steps = []
    node: etree._Element | None = element
    while node is not None and _name(node.tag) != "ClinicalDocument":
        name = _name(node.tag)
        code = node.find(_HL7 + "code") if name in _CODED else None
        own = code if code is None or code.get("code") else code.find(_HL7 + "translation")
        steps.append(name if own is None else f"{name}({own.get('code')})")
        node = None if name == "section" else node.getparent()
    return "/".join(reversed(steps))


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
