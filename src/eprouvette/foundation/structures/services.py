"""Creating sites, and minting OIDs under theirs."""

from __future__ import annotations

from django.db import connection

from eprouvette.core import oids
from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures.models import LegalEntity, Site
from eprouvette.foundation.structures.rules import Kind, root_of


def mint_oid(site: Site, kind: Kind) -> str:
    """A new OID under the site's root, never given before (a PostgreSQL sequence, without a lock)."""
    return mint_oids(site, kind, 1)[0]


def mint_oids(site: Site, kind: Kind, count: int) -> list[str]:
    """`mint_oid` for several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('structures_oid') FROM generate_series(1, %s)", [count])
        return [oids.child(root_of(site.oid, kind), row[0]) for row in cursor.fetchall()]


def create_site(site: Site, *, entity_name: str, entity_finess: str, actor: str) -> Site:
    """Save a new site under its legal entity, made if needed; a site of the same FINESS is returned as it is."""
    existing = Site.objects.filter(finess=site.finess).first()
    if existing:
        return existing
    site.entity, _ = LegalEntity.objects.get_or_create(finess=entity_finess, defaults={"name": entity_name})
    site.save()
    audit.record(actor=actor, action="site.created", target=f"site:{site.pk}")
    return site
