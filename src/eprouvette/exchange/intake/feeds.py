"""Partners whose identity feed is taken: who they are, what their word is worth, how they write."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import transaction

from eprouvette.exchange.intake.errors import FeedError
from eprouvette.exchange.intake.models import FeedSource
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity.received import Source
from eprouvette.standards.hl7v2 import charset, er7
from eprouvette.standards.hl7v2.er7 import Segment
from eprouvette.standards.hl7v2.errors import ContentError, Hl7Error

_UNDECLARED: Final = "Cet émetteur (MSH-3, MSH-4) n'est pas déclaré comme flux d'identités."


def source_of(header: Segment) -> FeedSource:
    """The partner who sends; raises `ContentError` for one that nobody declared."""
    found = FeedSource.objects.filter(application=header.text(3), facility=header.text(4)).first()
    if found is None:
        raise ContentError(_UNDECLARED, location="MSH^1^3", condition=204)
    return found


def worth(feed: FeedSource) -> Source:
    """What the word of a partner is worth; under a master of identities, nobody else's makes more than provisional."""
    if settings.EPROUVETTE_IDENTITY_MASTER:
        return Source.MASTER if feed.master else Source.STRANGER
    return Source.CONTRACT if feed.contract else Source.STRANGER


def default_charset(raw: bytes) -> str:
    """The charset that an empty MSH-18 means for who sends."""
    line = raw.lstrip(b"\r\n ").splitlines()[:1]
    try:
        header = er7.parse(line[0].decode("latin-1")).header if line else None
    except Hl7Error:
        header = None
    if header is None or header.raw(18):
        return charset.DEFAULT
    rows = FeedSource.objects.filter(application=header.text(3), facility=header.text(4))
    return rows.values_list("charset", flat=True).first() or charset.DEFAULT


def declare(
    application: str,
    facility: str,
    *,
    actor: str,
    label: str = "",
    authority: str = "",
    contract: bool = False,
    master: bool = False,
    takes_a08: bool = False,
    default: str = charset.DEFAULT,
) -> FeedSource:
    """Declare a partner's feed, or say otherwise of one that is declared; raises `FeedError`."""
    if default not in charset.CODECS:
        raise FeedError("Le jeu de caractères par défaut n'est pas pris.")
    if not application.strip():
        raise FeedError("Un flux d'identités est connu par son application émettrice (MSH-3).")
    if master and contract:
        raise FeedError("Un référentiel d'identités n'a pas besoin de convention : choisir l'un ou l'autre.")
    with transaction.atomic():
        feed, created = FeedSource.objects.update_or_create(
            application=application.strip(),
            facility=facility.strip(),
            defaults={
                "label": label.strip() or application.strip(),
                "authority": authority.strip(),
                "contract": contract,
                "master": master,
                "takes_a08": takes_a08,
                "charset": default,
            },
        )
        audit.record(
            actor=actor,
            action="feed.declared" if created else "feed.changed",
            target=f"feed:{feed.pk}",
            details={"contract": int(contract), "master": int(master), "takes_a08": int(takes_a08)},
        )
    return feed
