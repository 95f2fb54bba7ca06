"""Reads the document and its signature: the CDA against its metadata, the manifest against the CDA.

Source: digest ``exchanges.md`` 2.5 (signature) and 2.10; IHE ITI TF-3 5.5 (DSG).
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from eprouvette.sandbox.dmp.faults import RegistryFaultError, SoapFaultError
from eprouvette.sandbox.dmp.metadata import Metadata
from eprouvette.sandbox.dmp.token import check_certificate

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
NS: Final = {"c": "urn:hl7-org:v3", "ds": DS}
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_PURPOSE: Final = "1.2.840.10065.1.12.1.14"
_N3: Final = "1.3.6.1.4.1.19376.1.3.3"
_FORMATS: Final = {True: "urn:ihe:lab:xd-lab:2008", False: "urn:ihe:iti:xds-sd:pdf:2008"}


def parse(content: bytes, what: str) -> etree._Element:
    """XML without entities, DTD or network; raises `RegistryFaultError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise RegistryFaultError("XDSRepositoryError", f"{what} illisible") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise RegistryFaultError("XDSRepositoryError", f"{what} avec une DTD")
    return root


def check_document(content: bytes, metadata: Metadata, birth: str, sex: str) -> str:
    """Hold the CDA against its metadata and the patient of the DMP; returns its setId."""
    root = parse(content, "document")
    cda = root if root.tag == "{urn:hl7-org:v3}ClinicalDocument" else root.find(".//c:ClinicalDocument", NS)
    if cda is None:
        raise RegistryFaultError("XDSRepositoryError", "le document n'est pas un CDA")
    if metadata.mime_type != ("text/xml" if cda is root else "application/xslt+xml"):
        raise RegistryFaultError("XDSRepositoryMetadataError", "mimeType ne correspond pas à la forme du document")
    if _attribute(cda, "c:id", "root") != metadata.unique_id:
        raise RegistryFaultError("XDSDocumentUniqueIdError", "uniqueId n'est pas celui du CDA")
    templates = {one.get("root") for one in cda.findall("c:templateId", NS)}
    if metadata.format_code != _FORMATS[_N3 in templates]:
        raise RegistryFaultError("XDSRepositoryMetadataError", "formatCode ne correspond pas au CDA")
    ins, _, rest = metadata.patient_id.partition("^")
    oid = rest.partition("&")[2].partition("&")[0]
    ids = {(one.get("root"), one.get("extension")) for one in cda.findall("c:recordTarget/c:patientRole/c:id", NS)}
    if (oid, ins) not in ids:
        raise RegistryFaultError("XDSPatientIdDoesNotMatch", "le patient du CDA n'est pas celui de l'envoi")
    patient = "c:recordTarget/c:patientRole/c:patient"
    if _attribute(cda, f"{patient}/c:birthTime", "value")[:8] != birth:
        raise RegistryFaultError("XDSPatientIdDoesNotMatch", "la date de naissance n'est pas celle du DMP")
    if _attribute(cda, f"{patient}/c:administrativeGenderCode", "code") != sex:
        raise RegistryFaultError("XDSPatientIdDoesNotMatch", "le sexe n'est pas celui du DMP")
    return _attribute(cda, "c:setId", "root")


def check_signature(content: bytes, document: bytes, metadata: Metadata, issuers: list[x509.Certificate]) -> None:
    """Check the signed manifest of the set; a signature that does not hold is a fault of the structure."""
    signature = parse(content, "signature")
    info = signature.find("ds:SignedInfo", NS)
    encoded = signature.findtext("ds:KeyInfo/ds:X509Data/ds:X509Certificate", "", NS)
    if signature.tag != f"{{{DS}}}Signature" or info is None or not encoded:
        raise SoapFaultError("Signature du lot absente", subcode="dmp_500")
    certificate = x509.load_der_x509_certificate(base64.b64decode(encoded))
    check_certificate(certificate, issuers)
    _value(signature, info, certificate)
    for reference in info.findall("ds:Reference", NS):
        target = next(
            (
                one
                for one in signature.iter()
                if isinstance(one.tag, str) and f"#{one.get('Id')}" == reference.get("URI")
            ),
            None,
        )
        if target is None or _digest(_canonical(target)) != reference.findtext("ds:DigestValue", "", NS):
            raise SoapFaultError("Signature du lot : empreinte fausse", subcode="dmp_501")
    purpose = signature.findtext(".//ds:SignatureProperty[@Id='purposeOfSignature']", "", NS)
    if purpose.strip() != _PURPOSE:
        raise SoapFaultError("Signature du lot : objet de la signature faux", subcode="dmp_502")
    members = {
        one.get("URI"): one.findtext("ds:DigestValue", "", NS)
        for one in signature.findall(".//ds:Manifest/ds:Reference", NS)
    }
    canonical = etree.tostring(parse(document, "document").getroottree(), method="c14n", with_comments=True)
    expected = {
        f"urn:oid:{metadata.set_id}": _digest(b"\x00"),
        f"urn:oid:{metadata.unique_id}": _digest(canonical),
    }
    if members != expected:
        raise SoapFaultError("Signature du lot : le manifeste n'est pas celui des documents reçus", subcode="dmp_503")


def _value(signature: etree._Element, info: etree._Element, certificate: x509.Certificate) -> None:
    method = info.find("ds:SignatureMethod", NS)
    key = certificate.public_key()
    if method is None or method.get("Algorithm") != _RSA_SHA256 or not isinstance(key, rsa.RSAPublicKey):
        raise SoapFaultError("Signature du lot : algorithme non pris", subcode="dmp_504")
    value = base64.b64decode(signature.findtext("ds:SignatureValue", "", NS))
    try:
        key.verify(value, _canonical(info), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise SoapFaultError("Signature du lot : valeur fausse", subcode="dmp_505") from error


def _canonical(element: etree._Element) -> bytes:
    """Inclusive C14N with comments of an element where it stands: every namespace in scope is written on it."""
    # lxml writes the namespaces of the parents on an element that it serialises alone.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone.getroottree(), method="c14n", with_comments=True)


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _attribute(element: etree._Element, path: str, name: str) -> str:
    found = element.find(path, NS)
    return found.get(name, "") if found is not None else ""
