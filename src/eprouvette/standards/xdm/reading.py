"""Reads the metadata of a document from its CDA bytes, whatever wrote them.

Source: digest ``exchanges.md`` 2.5, column "from CDA".
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from lxml import etree

from eprouvette.core import oids, xml
from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.xdm.entry import (
    CLASS_CODE,
    FORMAT_N1_PDF,
    FORMAT_N3,
    N3_TEMPLATE,
    Author,
    DocumentEntry,
    ce,
    cx,
    patient_cx,
    xcn,
    xon,
)
from eprouvette.standards.xdm.errors import IncompleteDocumentError

NS: Final = {"c": "urn:hl7-org:v3"}
_ROOT: Final = "{urn:hl7-org:v3}ClinicalDocument"
PRESENTABLE: Final = "application/xslt+xml"
PLAIN: Final = "text/xml"
_MAIN_EVENT: Final = "c:documentationOf[c:serviceEvent/c:performer][1]/c:serviceEvent"


def read_entry(cda: bytes) -> DocumentEntry:
    """The entry of a CR-BIO, N3 or N1, plain or self-presentable.

    Raises `UnreadableXmlError` for what is not XML and `IncompleteDocumentError`, naming the place, for
    a document that does not say what the registry asks.
    """
    return entry_of(xml.parse(cda), cda)


def entry_of(tree: etree._ElementTree, cda: bytes) -> DocumentEntry:
    """`read_entry` for bytes that are parsed already: ``tree`` is that of ``cda``."""
    root = tree.getroot()
    document = root if root.tag == _ROOT else root.find(".//c:ClinicalDocument", NS)
    if document is None:
        raise IncompleteDocumentError("Ce fichier ne contient pas de ClinicalDocument.")
    reader = _Reader(document)
    templates = reader.values("c:templateId/@root")
    identifiers = reader.identifiers("c:recordTarget/c:patientRole/c:id")
    ins = next((one for one in identifiers if one.root in oids.INS_OIDS), None)
    local = next((one for one in identifiers if one.root not in oids.INS_OIDS), None)
    if not (ins or local):
        raise IncompleteDocumentError(
            "Le document ne porte aucun identifiant du patient (recordTarget/patientRole/id)."
        )
    source = cx(local, "PI") if local else patient_cx(ins or identifiers[0])
    return DocumentEntry(
        unique_id=reader.value("c:id/@root"),
        set_id=reader.value("c:setId/@root"),
        mime_type=PLAIN if root.tag == _ROOT else PRESENTABLE,
        creation_time=_utc(reader.value("c:effectiveTime/@value")),
        language=reader.value("c:languageCode/@code"),
        legal_authenticator=reader.person("c:legalAuthenticator/c:assignedEntity"),
        start_time=_utc(reader.value(f"{_MAIN_EVENT}/c:effectiveTime/c:low/@value")),
        stop_time=_utc(reader.first(f"{_MAIN_EVENT}/c:effectiveTime/c:high/@value")),
        patient_id=patient_cx(ins or identifiers[0]),
        source_patient_id=source,
        source_patient_info=reader.patient_info(),
        title=reader.value("c:title/text()"),
        authors=tuple(reader.authors()),
        class_code=CLASS_CODE,
        type_code=reader.coded("c:code"),
        confidentiality=(reader.coded("c:confidentialityCode"),),
        format_code=FORMAT_N3 if N3_TEMPLATE in templates else FORMAT_N1_PDF,
        event_codes=tuple(reader.all_coded("c:documentationOf/c:serviceEvent/c:code[@code]")),
        facility_type=reader.coded("c:componentOf/c:encompassingEncounter/c:location/c:healthCareFacility/c:code"),
        practice_setting=reader.coded(
            f"{_MAIN_EVENT}/c:performer/c:assignedEntity/c:representedOrganization/c:standardIndustryClassCode"
        ),
        hash=hashlib.sha1(cda, usedforsecurity=False).hexdigest(),
        size=len(cda),
        replaces=reader.first("c:relatedDocument[@typeCode='RPLC']/c:parentDocument/c:id/@root") or None,
    )


def _utc(stamp: str) -> str:
    """HL7 TS with offset → ``YYYYMMDDhhmmss`` in UTC; a stamp without time or offset keeps its digits."""
    if not stamp:
        return ""
    for form in ("%Y%m%d%H%M%S%z", "%Y%m%d%H%M%z"):
        try:
            return datetime.strptime(stamp, form).astimezone(UTC).strftime("%Y%m%d%H%M%S")
        except ValueError:
            continue
    return stamp


@lru_cache(maxsize=256)
def _compiled(path: str) -> etree.XPath:
    """The paths are those of this module: compiled once, they cost a third."""
    return etree.XPath(path, namespaces=NS)


class _Reader:
    """Looks values up under one ClinicalDocument, naming the place of what is missing."""

    def __init__(self, document: etree._Element) -> None:
        self._document = document

    def values(self, path: str) -> list[str]:
        """Every text or attribute at ``path``."""
        found = _compiled(path)(self._document)
        return [str(one).strip() for one in found] if isinstance(found, list) else []

    def first(self, path: str) -> str:
        """The first value at ``path``, or an empty string."""
        found = self.values(path)
        return found[0] if found else ""

    def value(self, path: str) -> str:
        """The first value at ``path``; raises `IncompleteDocumentError` when there is none."""
        found = self.first(path)
        if not found:
            raise IncompleteDocumentError(f"Le document ne porte pas {path.replace('c:', '')}.")
        return found

    def identifiers(self, path: str) -> list[Identifier]:
        """Every identifier that has both parts."""
        roots, extensions = self.values(f"{path}[@extension]/@root"), self.values(f"{path}[@root]/@extension")
        return [Identifier(root, extension) for root, extension in zip(roots, extensions, strict=True)]

    def coded(self, path: str) -> Coded:
        """The code at ``path``; raises `IncompleteDocumentError` when there is none."""
        code, system = self.value(f"{path}/@code"), self.value(f"{path}/@codeSystem")
        return Coded(code, system, self.first(f"{path}/@displayName"))

    def all_coded(self, path: str) -> list[Coded]:
        """Every code at ``path``, each once."""
        codes, systems = self.values(f"{path}/@code"), self.values(f"{path}/@codeSystem")
        words = self.values(f"{path}/@displayName")
        return list(dict.fromkeys(Coded(*triple) for triple in zip(codes, systems, words, strict=True)))

    def person(self, path: str) -> str:
        """The XCN of the assigned entity at ``path``."""
        identifier = self.identifiers(f"{path}/c:id")
        if not identifier:
            raise IncompleteDocumentError(f"Le document ne porte pas {path.replace('c:', '')}/id.")
        name = f"{path}/c:assignedPerson/c:name"
        return xcn(identifier[0], self.value(f"{name}/c:family/text()"), self.first(f"{name}/c:given/text()"))

    def authors(self) -> list[Author]:
        """The authors that are persons; a software is not an author for a registry."""
        people = []
        for rank in range(1, len(self.values("c:author/c:time/@value")) + 1):
            path = f"c:author[{rank}]/c:assignedAuthor"
            if not self.first(f"{path}/c:assignedPerson/c:name/c:family/text()"):
                continue
            organization = f"{path}/c:representedOrganization"
            structure = self.identifiers(f"{organization}/c:id")
            institution = xon(structure[0], self.value(f"{organization}/c:name/text()")) if structure else ""
            specialty = ce(self.coded(f"{path}/c:code")) if self.first(f"{path}/c:code/@code") else ""
            people.append(Author(institution, self.person(path), specialty))
        if not people:
            raise IncompleteDocumentError("Le document n'a pas d'auteur qui soit une personne.")
        return people

    def patient_info(self) -> tuple[str, ...]:
        """Values of the slot sourcePatientInfo: names, birth date, sex."""
        name = "c:recordTarget/c:patientRole/c:patient/c:name"
        info = []
        for qualifier, use in (("BR", "L"), ("CL", "D")):
            family = self.first(f"{name}/c:family[@qualifier='{qualifier}']/text()")
            given = self.first(f"{name}/c:given[@qualifier='{qualifier}']/text()")
            if family:
                info.append(f"PID-5|{family}^{given}^^^^^{use}")
        patient = "c:recordTarget/c:patientRole/c:patient"
        info.append(f"PID-7|{self.value(f'{patient}/c:birthTime/@value')}")
        info.append(f"PID-8|{self.value(f'{patient}/c:administrativeGenderCode/@code')}")
        return tuple(info)
