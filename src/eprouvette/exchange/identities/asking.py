"""The client of this process for each certificate, and what every call says of itself."""

from __future__ import annotations

import time
import uuid
from functools import cache
from pathlib import Path
from typing import Literal, cast

from django.conf import settings
from django.utils import timezone

from eprouvette import __version__
from eprouvette.core.ins import Profile
from eprouvette.exchange.identities.errors import NoApprovalError, NoServiceError
from eprouvette.foundation import trust
from eprouvette.foundation.structures.models import Site
from eprouvette.foundation.trust import TrustError
from eprouvette.standards.insi.client import InsiClient, Timeouts
from eprouvette.standards.insi.envelope import Call, Software
from eprouvette.standards.insi.vitale import VitaleReader
from eprouvette.standards.insi.vitale_file import FileReader
from eprouvette.standards.tls import TlsSetupError, client_context

Use = Literal["insi_manu", "insi_auto"]


@cache
def client(use: Use) -> InsiClient:
    """The client with the certificate of a person's or of a job's questions; raises `NoServiceError`."""
    if not settings.EPROUVETTE_INSI_URL:
        raise NoServiceError
    if settings.EPROUVETTE_PROFILE == "production" and not settings.EPROUVETTE_INSI_APPROVAL:
        raise NoApprovalError
    site = Site.objects.only("oid", "finess").order_by("pk").first()
    if site is None:
        raise NoServiceError("Aucun site n'est enregistré : INSi ne saurait pas qui l'interroge.")
    try:
        credential = trust.load(use)
        context = client_context(cert=credential.cert_path, key=credential.key_path, authorities=trust.ca_path())
    except (TrustError, TlsSetupError) as error:
        raise NoServiceError(error.message, hint=error.hint) from error
    return InsiClient(
        settings.EPROUVETTE_INSI_URL,
        context,
        emitter=settings.EPROUVETTE_INSI_EMITTER or site.finess,
        software=Software("Eprouvette", __version__, settings.EPROUVETTE_INSI_APPROVAL, instance_of(site)),
        # `Profile` is read by settings from the same three values.
        profile=cast("Profile", settings.EPROUVETTE_PROFILE),
        clock=time.monotonic,
        timeouts=Timeouts(read=settings.EPROUVETTE_INSI_TIMEOUT, whole=settings.EPROUVETTE_INSI_TIMEOUT * 4),
    )


def instance_of(site: Site) -> str:
    """The UUID of this installation: always the same for the same first site."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, site.oid))


def new_call() -> Call:
    """Ids and moment of one call."""
    return Call(str(uuid.uuid4()), str(uuid.uuid4()), timezone.now())


def card_reader() -> VitaleReader | None:
    """The reader of Vitale cards of this installation, if it has one."""
    path = settings.EPROUVETTE_VITALE_READER
    return FileReader(Path(path)) if path else None
