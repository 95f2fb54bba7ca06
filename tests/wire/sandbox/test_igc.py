"""The simulated authority: right certificates are accepted, every wrong one is refused by TLS itself."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from eprouvette.sandbox.igc.authority import Authority, Issued, pem
from eprouvette.sandbox.igc.trust import laboratory, server_context, write_pair, write_trust
from support.sandbox_tls import greet, tls_echo

LONG_AGO = datetime.now(UTC) - timedelta(days=900)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def revoked(authority: Authority) -> Issued:
    issued = authority.client(laboratory("REVOQUE"))
    authority.revoke(issued)
    return issued


@pytest.fixture(scope="module")
def port(authority: Authority, revoked: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    assert revoked
    with tls_echo(server_context(authority, tmp_path_factory.mktemp("igc"))) as number:
        yield number


def client_context(authority: Authority, folder: Path, issued: Issued | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority.ca_pem.decode())
    if issued is not None:
        context.load_cert_chain(*write_pair(folder, "client", issued))
    return context


def test_a_certificate_of_the_authority_is_accepted(authority: Authority, port: int, tmp_path: Path) -> None:
    context = client_context(authority, tmp_path, authority.client(laboratory("EPROUVETTE")))

    assert greet(port, context) == b"OK"


def test_the_subject_is_the_one_of_a_national_certificate(authority: Authority) -> None:
    subject = authority.client(laboratory("EPROUVETTE DMP")).certificate.subject

    assert [attribute.rfc4514_string() for attribute in subject] == [
        "C=FR",
        "ST=Jura (39)",
        "O=LABORATOIRE DES TROIS ÉPIS",
        "OU=1390999999",
        "CN=EPROUVETTE DMP",
    ]


def test_the_trust_folder_has_its_names_and_its_keys_are_private(authority: Authority, tmp_path: Path) -> None:
    trust = write_trust(authority, tmp_path / "trust")

    for use in ("dmp_auth", "dmp_sign", "mss"):
        certificate, key = trust.pair(use)
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
        assert [one.subject for one in chain][1] == authority.intermediate.subject
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(x509.load_pem_x509_certificates(trust.ca.read_bytes())) == 2


def without_intermediate(authority: Authority, revoked: Issued) -> Issued:
    """A certificate of a second intermediate that the server does not know and that is not sent."""
    return Authority().client(laboratory("SANS CHAINE"))


def with_foreign_chain(authority: Authority, revoked: Issued) -> Issued:
    other = Authority()
    issued = other.client(laboratory("AUTRE AC"))
    return Issued(issued.certificate, issued.key_pem, pem(other.intermediate) + pem(other.root))


WRONG: dict[str, Callable[[Authority, Issued], Issued | None]] = {
    "no certificate": lambda authority, revoked: None,
    "expired yesterday": lambda a, r: a.client(
        laboratory("X"), start=datetime.now(UTC) - timedelta(days=30), life=timedelta(days=29)
    ),
    "expired long ago": lambda a, r: a.client(laboratory("X"), start=LONG_AGO, life=timedelta(days=1)),
    "not yet valid": lambda a, r: a.client(laboratory("X"), start=datetime.now(UTC) + timedelta(days=1)),
    "revoked": lambda a, r: r,
    "of another authority with the same names": without_intermediate,
    "of another authority with its whole chain": with_foreign_chain,
    "a server certificate": lambda a, r: a.server(),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_client_certificate_is_refused(
    case: str, authority: Authority, revoked: Issued, port: int, tmp_path: Path
) -> None:
    context = client_context(authority, tmp_path, WRONG[case](authority, revoked))

    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(port, context)


def test_a_client_refuses_a_server_of_another_authority(authority: Authority, port: int, tmp_path: Path) -> None:
    context = client_context(Authority(), tmp_path, authority.client(laboratory("X")))

    with pytest.raises(ssl.SSLCertVerificationError):
        greet(port, context)


def test_a_client_refuses_the_server_under_another_name(authority: Authority, port: int, tmp_path: Path) -> None:
    context = client_context(authority, tmp_path, authority.client(laboratory("X")))

    with pytest.raises(ssl.SSLCertVerificationError):
        greet(port, context, "dmp.gouv.fr")


def test_a_key_that_is_not_the_certificate_s_is_refused(authority: Authority, tmp_path: Path) -> None:
    first, second = authority.client(laboratory("A")), authority.client(laboratory("B"))
    mixed = Issued(first.certificate, second.key_pem, first.intermediate_pem)

    with pytest.raises(ssl.SSLError):
        client_context(authority, tmp_path, mixed)


def test_an_old_version_of_tls_is_refused(authority: Authority, port: int, tmp_path: Path) -> None:
    context = client_context(authority, tmp_path, authority.client(laboratory("X")))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(port, context)
