"""The client of the directory as this installation is set."""

from __future__ import annotations

import ssl
import time

from django.conf import settings

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation import trust
from eprouvette.standards.annuaire.client import DirectoryClient
from eprouvette.standards.annuaire.pace import Pace
from eprouvette.standards.tls import open_context


class DirectoryNotSetError(EprouvetteError):
    """L'adresse ou la clé de l'annuaire n'est pas donnée."""

    hint = "Donner EPROUVETTE_ANNUAIRE_URL et EPROUVETTE_ANNUAIRE_KEY."


def is_set() -> bool:
    """True when the installation has the address and the key of a directory."""
    return bool(settings.EPROUVETTE_ANNUAIRE_URL and settings.EPROUVETTE_ANNUAIRE_KEY)


def make() -> DirectoryClient:
    """A client; raises `DirectoryNotSetError`, `TrustError`, `TlsSetupError` or `KeyShapeError`."""
    if not is_set():
        raise DirectoryNotSetError
    return DirectoryClient(
        settings.EPROUVETTE_ANNUAIRE_URL,
        _context(),
        key=settings.EPROUVETTE_ANNUAIRE_KEY,
        pace=Pace(time.monotonic, time.sleep),
        clock=time.monotonic,
    )


def _context() -> ssl.SSLContext:
    """The directory is behind a public certificate (digest ``exchanges.md`` 6.4); the simulated one is of its IGC."""
    return open_context(trust.ca_path() if settings.EPROUVETTE_PROFILE == "simulator" else None)
