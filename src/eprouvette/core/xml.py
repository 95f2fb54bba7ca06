"""XML from outside, parsed without entities, DTD or network, bounded in size and depth.

    EprouvetteError
    └── UnreadableXmlError    bytes that are not XML we accept, with the line and column

Source: W3C, Extensible Markup Language (XML) 1.0, 5th edition; a CDA document never has a DTD.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.core.errors import EprouvetteError

MAX_BYTES: Final = 60_000_000
MAX_DEPTH: Final = 256
# Under this size libxml2's own bounds (depth 256, texts of 10 MB) stand; above it they must be lifted for the PDF copy.
_PLAIN_BYTES: Final = 9_000_000
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")


class UnreadableXmlError(EprouvetteError):
    """Ces octets ne sont pas un document XML lisible."""

    hint = "Vérifier que le fichier est complet, en UTF-8 et sans DTD, puis le redemander à son émetteur."

    def __init__(self, reason: str, *, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        place = f" (ligne {line}, colonne {column})" if line is not None and column is not None else ""
        super().__init__(f"{reason}{place}.")


def parse(data: bytes, *, limit: int = MAX_BYTES) -> etree._ElementTree:
    """The tree of ``data``; nothing outside it is ever read and no entity is ever expanded.

    Raises `UnreadableXmlError` for bytes over ``limit``, another encoding than UTF-8 or Latin, a DTD, more than 256
    levels, and anything that is not well formed.
    """
    if len(data) > limit:
        raise UnreadableXmlError(f"Le document dépasse {limit // 1_000_000} Mo")
    _refuse_encodings(data)
    _refuse_doctype(data)
    huge = len(data) > _PLAIN_BYTES
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=huge
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = "Les éléments sont trop imbriqués" if "depth" in str(error) else "Le XML n'est pas bien formé"
        raise UnreadableXmlError(reason, line=line, column=column) from None
    if huge:
        _refuse_depth(tree)
    return tree


def _refuse_encodings(data: bytes) -> None:
    """Only encodings in which ``<!DOCTYPE`` is these very bytes, so that it cannot hide."""
    declared = _ENCODING.search(data[:300])
    if data.startswith(_WIDE) or (declared and declared[1].decode("ascii").lower() not in _ENCODINGS):
        raise UnreadableXmlError("Le document n'est pas en UTF-8 (ni en ISO 8859-1)", line=1, column=1)


def _refuse_doctype(data: bytes) -> None:
    at = data.find(b"<!DOCTYPE")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableXmlError(
            "Le document contient une DTD, ce qui est refusé", line=line, column=at - data.rfind(b"\n", 0, at)
        )


def _refuse_depth(tree: etree._ElementTree) -> None:
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnreadableXmlError("Les éléments sont trop imbriqués", line=element.sourceline, column=1)
