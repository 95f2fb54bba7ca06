"""The VIHF token: a SAML 2.0 assertion that tells the DMP which structure and which person act.

Source: ANS, CI-SIS "Transmission de documents CDA-R2 en HL7 v2" 2.1.2 (VIHF table); digest
``exchanges.md`` 2.3. The version is a setting: the table says 4.0, the sample of the same page 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.x509.oid import NameOID

from eprouvette.core.coded import Coded
from eprouvette.core.ins import Ins
from eprouvette.standards.xmlsign.saml import SAML, sign_assertion
from eprouvette.standards.xmlsign.signer import Signer

VihfVersion = Literal["3.0", "4.0"]
LABORATORY_SECTOR: Final = "SA25^1.2.250.1.71.4.2.4"
PROFESSIONS: Final = "1.2.250.1.71.1.2.7"
KNOW_HOW: Final = "1.2.250.1.71.4.2.5"
PHARMACIST_TABLE: Final = "1.2.250.1.71.4.2.6"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NAMES: Final = (
    (NameOID.COUNTRY_NAME, "C"),
    (NameOID.STATE_OR_PROVINCE_NAME, "ST"),
    (NameOID.ORGANIZATION_NAME, "O"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "OU"),
    (NameOID.COMMON_NAME, "CN"),
)


@dataclass(frozen=True, slots=True)
class Software:
    """The product as the DMP knows it; ``approval`` is the homologation number (a secret of the publisher)."""

    name: str
    version: str
    approval: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The person responsible and the structure. ``specialty`` is a code of JDV J01, such as ``G15_10/SM03``."""

    person_id: str
    family: str
    given: str
    specialty: str
    structure_id: str


@dataclass(frozen=True, slots=True)
class Token:
    """What one call says of itself: unique id, moment (aware), patient."""

    id: str
    at: datetime
    ins: Ins


def roles_of(specialty: str) -> tuple[Coded, ...]:
    """The roles of JDV J65: profession, then know-how (physician) or table (pharmacist), which is compulsory."""
    profession, _, detail = specialty.partition("/")
    number = profession.rpartition("_")[2]
    words = {"10": "Médecin", "21": "Pharmacien"}.get(number, "Professionnel")
    roles = [Coded(number, PROFESSIONS, words)]
    if detail:
        system = PHARMACIST_TABLE if number == "21" else KNOW_HOW
        roles.append(Coded(detail, system, "Biologie médicale"))
    return tuple(roles)


def distinguished_name(certificate: x509.Certificate) -> str:
    """The subject of a certificate in the order of the VIHF: ``C=FR, ST=…, O=…, OU=…, CN=…``."""
    parts = []
    for oid, name in _NAMES:
        parts += [f"{name}={one.value!s}" for one in certificate.subject.get_attributes_for_oid(oid)]
    return ", ".join(parts)


def write_vihf(token: Token, actor: Actor, software: Software, signer: Signer, version: VihfVersion) -> str:
    """The signed assertion, as XML text that goes inside ``wsse:Security``."""
    at = token.at.astimezone(UTC)
    instant = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    issuer = escape(distinguished_name(signer.leaf))
    attributes = "".join(_attributes(token, actor, software, version))
    assertion = (
        f'<saml:Assertion xmlns:saml="{SAML}" ID={quoteattr(token.id)} IssueInstant="{instant}" Version="2.0">'
        f'<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">{issuer}</saml:Issuer>'
        f"<saml:Subject><saml:NameID>{escape(actor.person_id)}</saml:NameID></saml:Subject>"
        f'<saml:AuthnStatement AuthnInstant="{instant}"><saml:AuthnContext><saml:AuthnContextClassRef>'
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
        f"</saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )
    return sign_assertion(assertion, signer)


def _attributes(token: Token, actor: Actor, software: Software, version: VihfVersion) -> Iterator[str]:
    yield _text("VIHF_Version", version)
    yield _text("Authentification_Mode", "INDIRECTE")
    yield _text("Identifiant_Structure", actor.structure_id)
    yield _text("Secteur_Activite", LABORATORY_SECTOR)
    patient = f"{token.ins.value}^^^&{token.ins.oid}&ISO^NH"
    yield _text("urn:oasis:names:tc:xacml:2.0:resource:resource-id", patient)
    yield _text("Ressource_URN", "urn:dmp")
    yield _text("urn:oasis:names:tc:xspa:1.0:subject:subject-id", f"{actor.given} {actor.family}".strip())
    roles = [_coded("Role", role, "") for role in roles_of(actor.specialty)]
    yield _values("urn:oasis:names:tc:xacml:2.0:subject:role", *roles)
    purpose = Coded("normal", "1.2.250.1.213.1.1.4.248", "Accès normal")
    yield _values(
        "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse", _coded("PurposeOfUse", purpose, "mode acces VIHF 1.0")
    )
    yield _text("LPS_Nom", software.name)
    yield _text("LPS_Version", software.version)
    yield _text("LPS_ID_HOMOLOGATION_DMP", software.approval)


def _text(name: str, value: str) -> str:
    return _values(name, escape(value))


def _values(name: str, *contents: str) -> str:
    inside = "".join(f"<saml:AttributeValue>{content}</saml:AttributeValue>" for content in contents)
    return f'<saml:Attribute Name="{name}">{inside}</saml:Attribute>'


def _coded(tag: str, coded: Coded, system_name: str) -> str:
    named = f" codeSystemName={quoteattr(system_name)}" if system_name else ""
    return (
        f'<{tag} xmlns="urn:hl7-org:v3" xmlns:xsi="{_XSI}" xsi:type="CE" code={quoteattr(coded.code)} '
        f'codeSystem="{coded.system}"{named} displayName={quoteattr(coded.display)}/>'
    )
