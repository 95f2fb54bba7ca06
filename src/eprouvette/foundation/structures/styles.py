"""The dress of a site's reports: saved as a new version, looked at, put in use, and back if need be.

EprouvetteError
├── StyleRefusedError     something that cannot be used, by field
└── UnknownStyleError
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.db import transaction
from django.utils import timezone

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures.models import ReportStyle, Site
from eprouvette.standards.report.house import PLAIN, House, ImageKind, Logo, faults


class StyleRefusedError(EprouvetteError):
    """Cette présentation ne peut pas être utilisée."""

    hint = "Corriger les champs indiqués."

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class UnknownStyleError(EprouvetteError):
    """Cette version de la présentation n'existe pas."""

    hint = "Revenir à la page des présentations."


def save(site: Site, house: House, *, actor: str) -> ReportStyle:
    """Keep ``house`` as a new version, not yet in use; raises `StyleRefusedError` with what is wrong."""
    require_good(house)
    logo = house.logo
    row = ReportStyle.objects.create(
        site=site,
        accent=house.accent,
        logo=logo.content if logo else b"",
        logo_type=logo.media_type if logo else "",
        logo_label=logo.label if logo else "",
        header=list(house.header),
        footer=house.footer,
        mentions=list(house.mentions),
        saved_by=actor,
        saved_at=timezone.now(),
    )
    audit.record(actor=actor, action="style.saved", target=f"style:{row.pk}")
    return row


def require_good(house: House) -> None:
    """Raises `StyleRefusedError` with what cannot be used."""
    if problems := faults(house):
        raise StyleRefusedError(problems)


def put_in_use(style_id: int, *, actor: str) -> ReportStyle:
    """Reports released from now on wear this version (an older one too); raises `UnknownStyleError`."""
    with transaction.atomic():
        row = get(style_id)
        row.used_since = timezone.now()
        row.save(update_fields=["used_since"])
        audit.record(actor=actor, action="style.used", target=f"style:{row.pk}")
    return row


def get(style_id: int) -> ReportStyle:
    """One version; raises `UnknownStyleError`."""
    row = ReportStyle.objects.select_related("site").filter(pk=style_id).first()
    if row is None:
        raise UnknownStyleError
    return row


def in_use(site_id: int) -> ReportStyle | None:
    """The version that the site's reports wear now; None for the plain dress."""
    return ReportStyle.objects.filter(site_id=site_id, used_since__isnull=False).order_by("-used_since").first()


def versions(site_id: int) -> tuple[ReportStyle, ...]:
    """Every version of the site, newest first, without their pictures."""
    return tuple(ReportStyle.objects.filter(site_id=site_id).defer("logo"))


def house_of(row: ReportStyle | None) -> House:
    """The dress of a version."""
    if row is None:
        return PLAIN
    logo = Logo(bytes(row.logo), cast("ImageKind", row.logo_type), row.logo_label) if row.logo else None
    return House(row.accent, logo, tuple(row.header), row.footer, tuple(row.mentions))
