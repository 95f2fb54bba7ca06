"""The XAdES signature of a submission set (IHE DSG): a signed manifest of the set and its documents.

Source: IHE ITI TF-3 5.5; ETSI TS 101 903; digest ``exchanges.md`` 2.5, "Signature document".
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from eprouvette.core import xml
from eprouvette.standards.xmlsign.signer import DS, SHA256, Signer

C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
XADES: Final = "http://uri.etsi.org/01903/v1.1.1#"
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
MANIFEST: Final = "http://www.w3.org/2000/09/xmldsig#Manifest"
PURPOSE: Final = "1.2.840.10065.1.12.1.14"
_SET_CONTENT: Final = b"\x00"
"""A submission set has no bytes of its own: its reference holds the digest of one zero byte."""


def document_digest(document: etree._ElementTree) -> str:
    """SHA-256 (base64) of the canonical form, with comments, of an XML document."""
    return _sha256(etree.tostring(document, method="c14n", with_comments=True))


def sign_submission(
    set_id: str, documents: Mapping[str, etree._ElementTree], signer: Signer, at: datetime, key: str
) -> bytes:
    """The signature document of a submission set.

    ``documents`` maps uniqueId → parsed document; ``at`` is the signing time (aware); ``key`` makes the XML ids,
    so that the same submission gives the same bytes (RSA PKCS#1 v1.5 is deterministic).

    The references of a manifest are ours to compute: a signature library would look for a file behind
    ``urn:oid:…``. Each signed fragment declares the namespaces that are in scope where it stands, so that
    its canonical form alone is its canonical form in place.
    """
    digests = {document_id: document_digest(content) for document_id, content in documents.items()}
    signature, properties = f"sig-{key}", f"props-{key}"
    manifest = _manifest(set_id, digests)
    signed_properties = _signed_properties(signer, at, properties)
    signed_info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{C14N}"/>'
        f'<ds:SignatureMethod Algorithm="{RSA_SHA256}"/>'
        f"{_signed('IHEManifest', MANIFEST, manifest)}{_signed(properties, SIGNED_PROPERTIES, signed_properties)}"
        "</ds:SignedInfo>"
    )
    value = base64.b64encode(signer.sign_bytes(_canonical(signed_info))).decode()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ds:Signature xmlns:ds="{DS}" Id="{signature}">{signed_info}'
        f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{signer.chain[0].der_base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f'<ds:Object><ds:SignatureProperties><ds:SignatureProperty Id="purposeOfSignature" Target="#{signature}">'
        f"{PURPOSE}</ds:SignatureProperty></ds:SignatureProperties></ds:Object>"
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{signature}">{signed_properties}'
        f"</xades:QualifyingProperties></ds:Object><ds:Object>{manifest}</ds:Object></ds:Signature>"
    ).encode()


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _canonical(fragment: str) -> bytes:
    return etree.tostring(xml.parse(fragment.encode()), method="c14n", with_comments=True)


def _signed(identifier: str, kind: str, fragment: str) -> str:
    return (
        f'<ds:Reference Type="{kind}" URI="#{identifier}"><ds:Transforms><ds:Transform Algorithm="{C14N}"/>'
        f'</ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/>'
        f"<ds:DigestValue>{_sha256(_canonical(fragment))}</ds:DigestValue></ds:Reference>"
    )


def _manifest(set_id: str, digests: Mapping[str, str]) -> str:
    members = [_reference(f"urn:oid:{set_id}", _sha256(_SET_CONTENT))]
    members += [_reference(f"urn:oid:{one}", digest, C14N) for one, digest in digests.items()]
    return f'<ds:Manifest xmlns:ds="{DS}" Id="IHEManifest">{"".join(members)}</ds:Manifest>'


def _reference(uri: str, digest: str, transform: str = "") -> str:
    transforms = f'<ds:Transforms><ds:Transform Algorithm="{transform}"/></ds:Transforms>' if transform else ""
    return (
        f'<ds:Reference URI="{uri}">{transforms}<ds:DigestMethod Algorithm="{SHA256}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


def _signed_properties(signer: Signer, at: datetime, properties: str) -> str:
    certificates = "".join(
        f'<xades:Cert><xades:CertDigest><xades:DigestMethod Algorithm="{SHA256}"/>'
        f"<xades:DigestValue>{one.digest_base64}</xades:DigestValue></xades:CertDigest><xades:IssuerSerial>"
        f"<ds:X509IssuerName>{escape(one.issuer)}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{one.serial}</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>"
        for one in signer.chain
    )
    return (
        f'<xades:SignedProperties xmlns:ds="{DS}" xmlns:xades="{XADES}" Id="{properties}">'
        "<xades:SignedSignatureProperties>"
        f"<xades:SigningTime>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</xades:SigningTime>"
        f"<xades:SigningCertificate>{certificates}</xades:SigningCertificate>"
        "<xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/></xades:SignaturePolicyIdentifier>"
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
    )
