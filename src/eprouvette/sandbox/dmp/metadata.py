"""Reads the metadata of a submission and holds them against the document and the token.

Source: digest ``exchanges.md`` 2.5 and 2.10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from eprouvette.sandbox.dmp.faults import RegistryFaultError, SoapFaultError
from eprouvette.sandbox.dmp.token import Vihf

RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
NS: Final = {"rim": RIM, "c": "urn:hl7-org:v3"}
_STABLE: Final = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
_SET_NODE: Final = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
_SET_AUTHOR: Final = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
_SET_CONTENT: Final = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
_SET_PATIENT: Final = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
_SET_SOURCE: Final = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
_SET_UNIQUE: Final = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
_ENTRY_PATIENT: Final = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
_ENTRY_UNIQUE: Final = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
_ENTRY_AUTHOR: Final = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
_FORMAT: Final = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
_CODES: Final[dict[str, str | None]] = {
    "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a": "1.2.250.1.213.1.1.4.1",
    "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983": "2.16.840.1.113883.6.1",
    "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f": None,
    _FORMAT: None,
    "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1": "1.2.250.1.71.4.2.4",
    "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead": None,
}
"""Schemes that a document must carry, and the code system of each when there is only one."""
_SLOTS: Final = (
    "creationTime",
    "languageCode",
    "legalAuthenticator",
    "serviceStartTime",
    "sourcePatientId",
    "sourcePatientInfo",
)
_TIMES: Final = ("creationTime", "serviceStartTime", "serviceStopTime", "submissionTime")
_UTC: Final = re.compile(r"\d{4}(\d{2}(\d{2}(\d{4}(\d{2})?)?)?)?")
_OID: Final = re.compile(r"[0-2](\.(0|[1-9]\d*)){2,}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a right submission says of itself."""

    set_id: str
    unique_id: str
    symbol: str
    mime_type: str
    format_code: str
    patient_id: str
    signature_id: str
    signature_symbol: str
    replaces: str


def check_metadata(request: etree._Element, vihf: Vihf) -> Metadata:
    """Read and check; raises `RegistryFaultError`, or `SoapFaultError` for an author who is not the token's."""
    package = request.find(".//rim:RegistryPackage", NS)
    entries = request.findall(".//rim:ExtrinsicObject", NS)
    if package is None or not any(
        one.get("classificationNode") == _SET_NODE for one in request.iter(f"{{{RIM}}}Classification")
    ):
        raise RegistryFaultError("XDSRepositoryMetadataError", "le lot de soumission est absent")
    documents = [one for one in entries if _format(one) != "http://www.w3.org/2000/09/xmldsig#"]
    signatures = [one for one in entries if one not in documents]
    if len(documents) != 1 or len(signatures) != 1:
        raise RegistryFaultError("XDSRepositoryMetadataError", "un document et sa signature sont attendus")
    document, signature = documents[0], signatures[0]
    patient = f"{vihf.ins}^^^&{vihf.ins_oid}&ISO^NH"
    _check_set(package, patient)
    _author(package, vihf)
    _check_entry(document, patient)
    _links(request, package, document, signature)
    return Metadata(
        set_id=_external(package, _SET_UNIQUE),
        unique_id=_external(document, _ENTRY_UNIQUE),
        symbol=document.get("id", ""),
        mime_type=document.get("mimeType", ""),
        format_code=_format(document),
        patient_id=patient,
        signature_id=_external(signature, _ENTRY_UNIQUE),
        signature_symbol=signature.get("id", ""),
        replaces=_replaces(request, document.get("id", "")),
    )


def _check_set(package: etree._Element, patient: str) -> None:
    _times(package)
    if not _slot(package, "submissionTime"):
        raise RegistryFaultError("XDSRepositoryMetadataError", "submissionTime absent")
    if _external(package, _SET_PATIENT) != patient:
        raise RegistryFaultError("XDSPatientIdDoesNotMatch", "le patient du lot n'est pas celui du jeton")
    for scheme in (_SET_SOURCE, _SET_UNIQUE):
        value = _external(package, scheme)
        if not _OID.fullmatch(value) or len(value) > 64:
            raise RegistryFaultError("XDSRepositoryMetadataError", "sourceId ou uniqueId du lot n'est pas un OID")
    if not any(one.get("classificationScheme") == _SET_CONTENT for one in package.iterfind("rim:Classification", NS)):
        raise RegistryFaultError("XDSRepositoryMetadataError", "contentTypeCode absent")


def _author(package: etree._Element, vihf: Vihf) -> None:
    for one in package.iterfind("rim:Classification", NS):
        if one.get("classificationScheme") == _SET_AUTHOR:
            if not _slot(one, "authorInstitution").endswith(f"^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^{vihf.structure}"):
                raise SoapFaultError("Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF", subcode="dmp_400")
            if not _slot(one, "authorPerson").startswith(f"{vihf.person}^"):
                raise SoapFaultError("PS et Structure non liés", subcode="dmp_401")
            return
    raise RegistryFaultError("XDSRepositoryMetadataError", "auteur du lot absent")


def _check_entry(entry: etree._Element, patient: str) -> None:
    if entry.get("objectType") != _STABLE:
        raise RegistryFaultError("XDSRepositoryMetadataError", "objectType du document faux")
    _times(entry)
    for name in _SLOTS:
        if not _slot(entry, name):
            raise RegistryFaultError("XDSRepositoryMetadataError", f"{name} absent")
    if _external(entry, _ENTRY_PATIENT) != patient:
        raise RegistryFaultError("XDSPatientIdDoesNotMatch", "le patient du document n'est pas celui du jeton")
    if not _OID.fullmatch(_external(entry, _ENTRY_UNIQUE)):
        raise RegistryFaultError("XDSDocumentUniqueIdError", "uniqueId n'est pas un OID")
    found = {one.get("classificationScheme", ""): one for one in entry.iterfind("rim:Classification", NS)}
    if _ENTRY_AUTHOR not in found:
        raise RegistryFaultError("XDSRepositoryMetadataError", "auteur du document absent")
    for scheme, system in _CODES.items():
        if scheme not in found or (system and _slot(found[scheme], "codingScheme") != system):
            raise RegistryFaultError("XDSRepositoryMetadataError", f"code {scheme} absent ou hors nomenclature")
    if entry.find("rim:Name/rim:LocalizedString", NS) is None:
        raise RegistryFaultError("XDSRepositoryMetadataError", "titre absent")


def _links(
    request: etree._Element, package: etree._Element, document: etree._Element, signature: etree._Element
) -> None:
    links = {
        (one.get("associationType", "").rpartition(":")[2], one.get("sourceObject"), one.get("targetObject"))
        for one in request.iter(f"{{{RIM}}}Association")
    }
    for member in (document, signature):
        if ("HasMember", package.get("id"), member.get("id")) not in links:
            raise RegistryFaultError("XDSRepositoryMetadataError", "association HasMember absente")
    if ("signs", signature.get("id"), package.get("id")) not in links:
        raise RegistryFaultError("XDSRepositoryMetadataError", "association signs absente")


def _replaces(request: etree._Element, symbol: str) -> str:
    for one in request.iter(f"{{{RIM}}}Association"):
        if one.get("associationType", "").endswith(":RPLC") and one.get("sourceObject") == symbol:
            return one.get("targetObject", "")
    return ""


def _times(element: etree._Element) -> None:
    for name in _TIMES:
        value = _slot(element, name)
        if value and not _UTC.fullmatch(value):
            raise RegistryFaultError("XDSRepositoryMetadataError", f"{name} n'est pas une date UTC")


def _format(entry: etree._Element) -> str:
    for one in entry.iterfind("rim:Classification", NS):
        if one.get("classificationScheme") == _FORMAT:
            return one.get("nodeRepresentation", "")
    return ""


def _slot(element: etree._Element, name: str) -> str:
    return element.findtext(f"rim:Slot[@name='{name}']/rim:ValueList/rim:Value", "", NS).strip()


def _external(element: etree._Element, scheme: str) -> str:
    found = element.find(f"rim:ExternalIdentifier[@identificationScheme='{scheme}']", NS)
    return found.get("value", "") if found is not None else ""
