"""TLS towards national services: our certificate, their authorities only, TLS 1.2 or newer.

Source: digest ``exchanges.md`` 2.2, 3.2 and 6.4.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from eprouvette.core.errors import EprouvetteError


class TlsSetupError(EprouvetteError):
    """Le certificat ou les autorités de confiance ne peuvent pas être chargés."""

    hint = "Vérifier que le certificat correspond à la clé, et que ca.pem contient les autorités du service."


def client_context(*, cert: Path, key: Path, authorities: Path) -> ssl.SSLContext:
    """A client context for mutual TLS; raises `TlsSetupError`. Keep it: it also keeps the sessions."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=authorities)
        context.load_cert_chain(cert, key)
    except (ssl.SSLError, OSError) as error:
        raise TlsSetupError from error
    return context


def open_context(authorities: Path | None = None) -> ssl.SSLContext:
    """A client context without a certificate of ours: the authorities of a file, or this machine's public ones.

    Raises `TlsSetupError`.
    """
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (ssl.SSLError, OSError) as error:
        raise TlsSetupError from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
