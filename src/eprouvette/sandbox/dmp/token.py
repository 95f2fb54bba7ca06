"""Reads the VIHF: signature, signer, every attribute. What is wrong is a SOAP fault.

Source: digest ``exchanges.md`` 2.3 and 2.10.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import xmlsec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from eprouvette.sandbox.dmp.faults import SoapFaultError

SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
NS: Final = {"saml": SAML, "ds": DS, "h": "urn:hl7-org:v3"}
CLOCK: Final = timedelta(minutes=5)
_ROLE: Final = "urn:oasis:names:tc:xacml:2.0:subject:role"
_RESOURCE: Final = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
_REQUIRED: Final = (
    "VIHF_Version",
    "Authentification_Mode",
    "Identifiant_Structure",
    "Secteur_Activite",
    _RESOURCE,
    "Ressource_URN",
    "urn:oasis:names:tc:xspa:1.0:subject:subject-id",
    "LPS_Nom",
    "LPS_Version",
    "LPS_ID_HOMOLOGATION_DMP",
)
_PATIENT: Final = re.compile(r"(\d{5}(?:\d{2}|2[AB])\d{8})\^\^\^&(1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11))&ISO\^NH")
_PERSONAL: Final = "Erreur d'authentification de la personne morale"


@dataclass(frozen=True, slots=True)
class Vihf:
    """What the token says."""

    structure: str
    person: str
    ins: str
    ins_oid: str


def check_token(security: etree._Element, tls_structure: str, issuers: list[x509.Certificate], now: datetime) -> Vihf:
    """Read the token of a call made with the certificate of ``tls_structure``; raises `SoapFaultError`."""
    assertions = security.findall("saml:Assertion", NS)
    if len(assertions) != 1:
        raise SoapFaultError("Le jeton VIHF est absent ou n'est pas unique", subcode="dmp_100")
    assertion = assertions[0]
    certificate = _signature(assertion, issuers)
    _issuer(assertion, certificate)
    _moment(assertion, now)
    values = {
        one.get("Name", ""): one.findtext("saml:AttributeValue", "", NS).strip()
        for one in assertion.iterfind(".//saml:Attribute", NS)
    }
    for name in _REQUIRED:
        if not values.get(name):
            raise SoapFaultError(f"VIHF : attribut {name} absent", subcode="dmp_110")
    _fixed(values)
    structure = values["Identifiant_Structure"]
    if structure != tls_structure or structure != _unit(certificate):
        raise SoapFaultError("Structure introuvable ou Inactive", subcode="dmp_200")
    _roles(assertion)
    patient = _PATIENT.fullmatch(values[_RESOURCE])
    if patient is None:
        raise SoapFaultError("VIHF : resource-id n'a pas la forme d'un INS", subcode="dmp_120")
    person = assertion.findtext("saml:Subject/saml:NameID", "", NS).strip()
    if not person:
        raise SoapFaultError("PS et Structure non liés", subcode="dmp_210")
    return Vihf(structure, person, patient[1], patient[2])


def _signature(assertion: etree._Element, issuers: list[x509.Certificate]) -> x509.Certificate:
    signature = assertion.find("ds:Signature", NS)
    encoded = assertion.findtext("ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate", "", NS)
    reference = assertion.find("ds:Signature/ds:SignedInfo/ds:Reference", NS)
    if signature is None or not encoded or reference is None:
        raise SoapFaultError(_PERSONAL, subcode="dmp_300")
    if reference.get("URI") != f"#{assertion.get('ID')}":
        raise SoapFaultError(_PERSONAL, subcode="dmp_301")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(encoded))
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(base64.b64decode(encoded), xmlsec.constants.KeyDataFormatCertDer)
        xmlsec.tree.add_ids(assertion, ["ID"])
        context.verify(signature)
    except (ValueError, xmlsec.Error) as error:
        raise SoapFaultError(_PERSONAL, subcode="dmp_302") from error
    check_certificate(certificate, issuers)
    return certificate


def check_certificate(certificate: x509.Certificate, issuers: list[x509.Certificate]) -> None:
    """A sealing certificate of the authority, in its dates; raises `SoapFaultError`."""
    for issuer in issuers:
        key = issuer.public_key()
        algorithm = certificate.signature_hash_algorithm
        if not isinstance(key, rsa.RSAPublicKey) or algorithm is None:
            continue
        try:
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)
        except InvalidSignature:
            continue
        if certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
            if usage.content_commitment or usage.digital_signature:
                return
    raise SoapFaultError(_PERSONAL, subcode="dmp_303")


def _issuer(assertion: etree._Element, certificate: x509.Certificate) -> None:
    issuer = assertion.find("saml:Issuer", NS)
    wanted = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
    if issuer is None or issuer.get("Format") != wanted or (issuer.text or "").strip() != _subject(certificate):
        raise SoapFaultError("VIHF : Issuer n'est pas le sujet du certificat de signature", subcode="dmp_310")


def _subject(certificate: x509.Certificate) -> str:
    names = (
        ("C", NameOID.COUNTRY_NAME),
        ("ST", NameOID.STATE_OR_PROVINCE_NAME),
        ("O", NameOID.ORGANIZATION_NAME),
        ("OU", NameOID.ORGANIZATIONAL_UNIT_NAME),
        ("CN", NameOID.COMMON_NAME),
    )
    parts = [f"{name}={one.value!s}" for name, oid in names for one in certificate.subject.get_attributes_for_oid(oid)]
    return ", ".join(parts)


def _unit(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(found[0].value) if found else ""


def _moment(assertion: etree._Element, now: datetime) -> None:
    try:
        issued = datetime.fromisoformat(assertion.get("IssueInstant", "").replace("Z", "+00:00"))
    except ValueError as error:
        raise SoapFaultError("VIHF : IssueInstant illisible", subcode="dmp_130") from error
    if assertion.get("Version") != "2.0" or issued.tzinfo is None or abs(now - issued) > CLOCK:
        raise SoapFaultError("VIHF : jeton périmé ou mal daté", subcode="dmp_131")


def _fixed(values: dict[str, str]) -> None:
    if values["VIHF_Version"] not in {"3.0", "4.0"}:
        raise SoapFaultError("VIHF : version non prise", subcode="dmp_111")
    if values["Authentification_Mode"] != "INDIRECTE":
        raise SoapFaultError("VIHF : ce mode d'authentification n'alimente pas", subcode="dmp_112")
    if values["Ressource_URN"] != "urn:dmp":
        raise SoapFaultError("VIHF : Ressource_URN n'est pas urn:dmp", subcode="dmp_113")
    if not values["Secteur_Activite"].endswith("^1.2.250.1.71.4.2.4"):
        raise SoapFaultError("VIHF : Secteur_Activite hors de sa nomenclature", subcode="dmp_114")


def _roles(assertion: etree._Element) -> None:
    roles = assertion.findall(f".//saml:Attribute[@Name='{_ROLE}']/saml:AttributeValue/h:Role", NS)
    if not roles:
        raise SoapFaultError("VIHF : rôle absent", subcode="dmp_140")
    if roles[0].get("code") in {"10", "21"} and len(roles) < 2:
        raise SoapFaultError("Aucune spécialité dans le vihf", subcode="dmp_141")
    purpose = assertion.find(".//saml:AttributeValue/h:PurposeOfUse", NS)
    if purpose is None or purpose.get("code") != "normal":
        raise SoapFaultError("VIHF : mode d'accès absent", subcode="dmp_142")
