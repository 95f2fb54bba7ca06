"""CDA bytes back to a plain document, and to a page.

What comes in may be hostile: entities, network and DTD are off, the sheet may reach neither file nor network, and
only our own sheet is ever run, never the one that a file carries.
"""

from __future__ import annotations

import copy
from functools import cache, lru_cache
from typing import Final

from lxml import etree

from eprouvette.core.xml import UnreadableXmlError, parse
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.presentable import sheet
from eprouvette.standards.report.house import PLAIN, House

_HL7: Final = "urn:hl7-org:v3"
_DOCUMENT: Final = f"{{{_HL7}}}ClinicalDocument"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_PRESENTABLE: Final = "{http://www.w3.org/1999/XSL/Transform}stylesheet"

# Same infoset under the default namespace: what differs between the two forms is only prefixes.
_UNPREFIX: Final = b"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns="urn:hl7-org:v3" xmlns:c="urn:hl7-org:v3" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"
 xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" exclude-result-prefixes="c">
<xsl:output method="xml" encoding="UTF-8"/>
<xsl:template match="@*|node()">
 <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
</xsl:template>
<xsl:template match="c:ClinicalDocument">
 <ClinicalDocument><xsl:apply-templates select="@*|node()"/></ClinicalDocument>
</xsl:template>
<xsl:template match="c:*">
 <xsl:element name="{local-name()}" namespace="urn:hl7-org:v3"><xsl:apply-templates select="@*|node()"/></xsl:element>
</xsl:template>
<xsl:template match="@xsi:type[contains(., ':')]">
 <xsl:attribute name="xsi:type"><xsl:value-of select="substring-after(., ':')"/></xsl:attribute>
</xsl:template>
</xsl:stylesheet>"""


def extract(data: bytes) -> bytes:
    """The plain ``ClinicalDocument`` of a self-presentable file (or of a plain one).

    Validation and metadata apply to these bytes. Raises `UnreadableCdaError`.
    """
    document = _document(data)
    return etree.tostring(_unprefix()(document), xml_declaration=True, encoding="UTF-8")


def to_html(data: bytes, *, attachments: bool = True, house: House = PLAIN) -> str:
    """The page that our sheet, in the dress of ``house``, makes of a CDA document, plain or self-presentable, N3 or N1.

    Without ``attachments`` the PDF that the document carries is left out of the page (a caller that shows it at an
    address of its own saves its weight). Text of the document is only ever text in the page: elements that a
    narrative may not hold lose their tags, and no attribute but table spans is kept. Raises `UnreadableCdaError`.
    """
    document = _document(data)
    try:
        page = _sheet(house)(document, attachments=etree.XSLT.strparam("oui" if attachments else "non"))
    except etree.XSLTApplyError as error:
        raise UnreadableCdaError("La feuille de style n'a pas pu être appliquée à ce document.") from error
    return str(page)


def _document(data: bytes) -> etree._ElementTree:
    """``data`` parsed, reduced to its one ``ClinicalDocument``."""
    try:
        tree = parse(data)
    except UnreadableXmlError as error:
        raise UnreadableCdaError(error.message) from error
    root = tree.getroot()
    if root.tag == _DOCUMENT:
        return tree
    found = list(root.iter(_DOCUMENT)) if root.tag == _PRESENTABLE else []
    if len(found) != 1:
        raise UnreadableCdaError("Aucun document CDA (ClinicalDocument), ou plusieurs.")
    # A document of its own: a sheet with keys cannot be applied to a part of another.
    return etree.ElementTree(copy.deepcopy(found[0]))


@cache
def _unprefix() -> etree.XSLT:
    return _transform(_UNPREFIX)


@lru_cache(maxsize=16)
def _sheet(house: House) -> etree.XSLT:
    return _transform(sheet(house))


def _transform(source: bytes) -> etree.XSLT:
    deny = etree.XSLTAccessControl.DENY_ALL  # type: ignore[attr-defined]  # lxml-stubs lacks it
    return etree.XSLT(etree.fromstring(source), access_control=deny)
