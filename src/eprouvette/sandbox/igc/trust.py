"""Writes the trust folder of the demonstration laboratory and the TLS contexts of the simulated services.

The folder has the names that the product expects from ``EPROUVETTE_TRUST``; private keys are readable by
their owner only. Source: digest ``exchanges.md`` 6.2.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eprouvette.sandbox.igc.authority import Authority, Holder, Issued

STRUCTURE: Final = "1390999999"
DEPARTMENT: Final = "Jura (39)"
ORGANISATION: Final = "LABORATOIRE DES TROIS ÉPIS"


def laboratory(service: str, *, structure: str = STRUCTURE) -> Holder:
    """The demonstration laboratory, for one of its services."""
    return Holder(DEPARTMENT, ORGANISATION, structure, service)


@dataclass(frozen=True, slots=True)
class TrustFolder:
    """Paths of what was written."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authorities to trust."""
        return self.folder / "ca.pem"

    def pair(self, use: str) -> tuple[Path, Path]:
        """Certificate (leaf, then intermediate) and key of a use: ``dmp_auth``, ``insi_manu``, ``server``…"""
        return self.folder / f"{use}.crt", self.folder / f"{use}.key"


def write_trust(authority: Authority, folder: Path) -> TrustFolder:
    """Issue the certificates of the laboratory and write them under ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    (folder / "crl.pem").write_bytes(authority.crl_pem())
    write_pair(folder, "dmp_auth", authority.client(laboratory("EPROUVETTE DMP")))
    write_pair(folder, "dmp_sign", authority.signer(laboratory("EPROUVETTE SIGNATURE")))
    write_pair(folder, "insi_manu", authority.client(laboratory("INSI-MANU")))
    write_pair(folder, "insi_auto", authority.client(laboratory("INSI-AUTO")))
    write_pair(folder, "mss", authority.client(laboratory("sgl@labo.mssante.fr")))
    return TrustFolder(folder)


def write_pair(folder: Path, name: str, issued: Issued) -> tuple[Path, Path]:
    """Write ``name.crt`` and ``name.key``; the key is never readable by others, even for an instant."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(issued.chain_pem)
    key.unlink(missing_ok=True)
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(issued.key_pem)
    return certificate, key


def server_context(authority: Authority, folder: Path) -> ssl.SSLContext:
    """The TLS context of a simulated service: a client certificate of the authority, not revoked, is required.

    ``folder`` receives the server's own certificate and key, the authorities and their revocation list.
    """
    certificate, key = write_pair(folder, "server", authority.server())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    clients = folder / "clients.pem"
    clients.write_bytes(authority.ca_pem + authority.crl_pem())
    context.load_verify_locations(cafile=clients)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    return context
