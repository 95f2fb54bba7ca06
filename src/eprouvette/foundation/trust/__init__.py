"""Keys and certificates of the laboratory, read from a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings

from eprouvette.core.errors import EprouvetteError

Use = Literal["dmp_auth", "dmp_sign", "insi_manu", "insi_auto", "mss"]


class TrustError(EprouvetteError):
    """Une clé ou un certificat du laboratoire est absent ou mal protégé."""

    hint = (
        "Vérifier le dossier EPROUVETTE_TRUST : fichiers présents, clés lisibles par le seul compte du service (0600)."
    )


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate (PEM, with its chain if the file holds it) and its private key."""

    use: Use
    cert_path: Path
    key_path: Path
    cert_pem: bytes
    key_pem: bytes


def load(use: Use) -> Credential:
    """The certificate and key of a use; raises `TrustError` when absent or readable by others."""
    cert_path, key_path = settings.EPROUVETTE_TRUST / f"{use}.crt", settings.EPROUVETTE_TRUST / f"{use}.key"
    try:
        if key_path.stat().st_mode & 0o077:
            raise TrustError(f"La clé « {use} » peut être lue par d'autres comptes.")
        return Credential(use, cert_path, key_path, cert_path.read_bytes(), key_path.read_bytes())
    except OSError as error:
        raise TrustError(f"Le certificat ou la clé « {use} » ne peut pas être lu.") from error


def ca_path() -> Path:
    """The authorities that national services' certificates must chain to; raises `TrustError` when absent."""
    path: Path = settings.EPROUVETTE_TRUST / "ca.pem"
    if not path.is_file():
        raise TrustError("Le fichier des autorités de confiance (ca.pem) est absent.")
    return path
