"""The simulated authority: it issues, revokes and publishes its revocation list.

Every name starts with ``SIMU``, so that nobody can take one of its certificates for a real one. Keys are
RSA 2048 so that the sandbox starts at once (the real authorities use 4096). Source: digest
``exchanges.md`` 6.2; RFC 5280.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_NAME: Final = "SIMU AC RACINE IGC-SANTE ELEMENTAIRE"
INTERMEDIATE_NAME: Final = "SIMU AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"
LIFE: Final = timedelta(days=3 * 365)
_AUTHORITY_LIFE: Final = timedelta(days=10 * 365)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is: department, legal name, national structure id (OU), service (CN)."""

    department: str
    organisation: str
    structure: str
    service: str

    def name(self) -> x509.Name:
        """The subject, in the order of the national certificates: C, ST, O, OU, CN."""
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
                x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, self.department),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self.structure),
                x509.NameAttribute(NameOID.COMMON_NAME, self.service),
            ]
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, its key and the authorities between it and the root, in PEM."""

    certificate: x509.Certificate
    key_pem: bytes
    intermediate_pem: bytes

    @property
    def chain_pem(self) -> bytes:
        """The leaf, then the intermediate: what a TLS peer presents."""
        return pem(self.certificate) + self.intermediate_pem


def pem(certificate: x509.Certificate) -> bytes:
    """One certificate in PEM."""
    return certificate.public_bytes(Encoding.PEM)


class Authority:
    """Root and intermediate, made at once; keys live in memory only."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        root_key, self._key = _new_key(), _new_key()
        root_name = _authority_name(ROOT_NAME)
        self.root = _authority(root_name, root_name, root_key.public_key(), root_key, self._now, 1)
        self.intermediate = _authority(
            _authority_name(INTERMEDIATE_NAME), root_name, self._key.public_key(), root_key, self._now, 0
        )
        self._revoked: list[int] = []

    @property
    def ca_pem(self) -> bytes:
        """The authorities to trust: root, then intermediate."""
        return pem(self.root) + pem(self.intermediate)

    def server(self) -> Issued:
        """A server certificate for this machine: ``localhost`` and ``127.0.0.1``."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
        return self._issue(name, ExtendedKeyUsageOID.SERVER_AUTH, names, self._now - timedelta(hours=1), LIFE)

    def client(self, holder: Holder, *, start: datetime | None = None, life: timedelta = LIFE) -> Issued:
        """An AUTH_CLI certificate (digitalSignature, clientAuth)."""
        return self._issue(
            holder.name(), ExtendedKeyUsageOID.CLIENT_AUTH, None, start or self._now - timedelta(hours=1), life
        )

    def signer(self, holder: Holder, *, start: datetime | None = None, life: timedelta = LIFE) -> Issued:
        """A SIGN certificate (digitalSignature, nonRepudiation), useless for TLS."""
        return self._issue(holder.name(), None, None, start or self._now - timedelta(hours=1), life)

    def revoke(self, issued: Issued) -> None:
        """Put a certificate on the next revocation list."""
        self._revoked.append(issued.certificate.serial_number)

    def crl_pem(self) -> bytes:
        """The revocation list of the intermediate, valid one year from the authority's birth."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.intermediate.subject)
            .last_update(self._now - timedelta(hours=1))
            .next_update(self._now + timedelta(days=365))
        )
        for serial in self._revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self._now)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def _issue(
        self,
        subject: x509.Name,
        use: x509.ObjectIdentifier | None,
        names: x509.SubjectAlternativeName | None,
        start: datetime,
        life: timedelta,
    ) -> Issued:
        key = _new_key()
        builder = (
            _builder(subject, self.intermediate.subject, key.public_key(), self._key.public_key())
            .not_valid_before(start)
            .not_valid_after(start + life)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign=use is None), critical=True)
        )
        if use is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Issued(builder.sign(self._key, hashes.SHA256()), private, pem(self.intermediate))


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _authority_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SIMULATEUR"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, issuer_key: rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPublicKey,
    issuer_key: rsa.RSAPrivateKey,
    now: datetime,
    depth: int,
) -> x509.Certificate:
    return (
        _builder(subject, issuer, key, issuer_key.public_key())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _usage(*, authority: bool = False, sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
