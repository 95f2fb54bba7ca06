"""Short ways to look into CDA bytes."""

from __future__ import annotations

from typing import cast

from lxml import etree

NAMESPACES = {
    "h": "urn:hl7-org:v3",
    "lab": "urn:oid:1.3.6.1.4.1.19376.1.3.2",
    "sdtc": "urn:hl7-org:sdtc",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def find(data: bytes, path: str) -> list[etree._Element]:
    """The elements that ``path`` selects (prefixes ``h``, ``lab``, ``sdtc``, ``xsi``)."""
    return cast("list[etree._Element]", etree.fromstring(data).xpath(path, namespaces=NAMESPACES))


def texts(data: bytes, path: str) -> list[str]:
    """The attribute values or texts that ``path`` selects."""
    return [str(found) for found in cast("list[str]", etree.fromstring(data).xpath(path, namespaces=NAMESPACES))]


def infoset(data: bytes) -> bytes:
    """Canonical form without processing instructions: equal for documents that say the same."""
    root = etree.fromstring(data, etree.XMLParser(remove_pis=True))
    return etree.tostring(root.getroottree(), method="c14n")
