"""A key and its certificate, parsed once, that sign XML.

Algorithms are parameters because the suite in force (PDT-INF-579) is not public; the default is
RSA-SHA256 with SHA-256.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree

from eprouvette.core.errors import EprouvetteError

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"


class SignatureError(EprouvetteError):
    """La signature ne peut pas être faite."""

    hint = "Vérifier le certificat de signature (ORG SIGN) et sa clé."


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a signature says of the certificate: DER, SHA-256 of it, issuer name and decimal serial."""

    der_base64: str
    digest_base64: str
    issuer: str
    serial: str


class Signer:
    """Signs with one private key; ``chain`` is the leaf certificate, then its authorities."""

    def __init__(self, cert_pem: bytes, key_pem: bytes) -> None:
        try:
            parsed = x509.load_pem_x509_certificates(cert_pem)
            private = load_pem_private_key(key_pem, password=None)
            self._key = xmlsec.Key.from_memory(key_pem, xmlsec.constants.KeyDataFormatPem)
            self._key.load_cert_from_memory(cert_pem, xmlsec.constants.KeyDataFormatPem)
        except (ValueError, xmlsec.Error) as error:
            raise SignatureError from error
        if not isinstance(private, rsa.RSAPrivateKey):
            raise SignatureError("La clé de signature n'est pas une clé RSA.")
        self._private = private
        self.leaf = parsed[0]
        self.chain = tuple(_describe(one) for one in parsed)

    def sign_bytes(self, content: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256 over ``content``."""
        return self._private.sign(content, padding.PKCS1v15(), hashes.SHA256())

    def sign(self, signature: etree._Element) -> None:
        """Fill a signature template in place: digests of its references, value, certificate."""
        context = xmlsec.SignatureContext()
        context.key = self._key
        try:
            context.sign(signature)
        except xmlsec.Error as error:
            raise SignatureError from error


def _describe(certificate: x509.Certificate) -> Certificate:
    der = certificate.public_bytes(Encoding.DER)
    return Certificate(
        der_base64=base64.b64encode(der).decode(),
        digest_base64=base64.b64encode(certificate.fingerprint(hashes.SHA256())).decode(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=str(certificate.serial_number),
    )
