"""Writing the journal: one line in the transaction of the fact, sealed afterwards in order.

A chain made inside each transaction would be a lock that every writer takes; the sealer instead chains
the committed lines, one sealer at a time (advisory lock), every second.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from eprouvette.foundation.audit.chain import START, Line, seal
from eprouvette.foundation.audit.models import AuditLine

SEALER_LOCK = 0x45505256
BATCH = 2000


def record(*, actor: str, action: str, target: str, details: Mapping[str, str | int | None] | None = None) -> None:
    """Write one line in the caller's transaction. ``details`` holds ids and counts, never patient data."""
    AuditLine.objects.create(at=timezone.now(), actor=actor, action=action, target=target, details=dict(details or {}))


def seal_new_lines() -> int:
    """Chain the committed lines that have no seal yet; returns how many, 0 when another sealer is at it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        last = AuditLine.objects.filter(position__isnull=False).order_by("-position").first()
        position, previous = (last.position or 0, last.seal) if last else (0, START)
        rows = list(AuditLine.objects.filter(position__isnull=True).order_by("id")[:BATCH])
        for row in rows:
            position += 1
            previous = seal(as_line(row), position, previous)
            row.position, row.seal = position, previous
        AuditLine.objects.bulk_update(rows, ["position", "seal"], batch_size=500)
    return len(rows)


def as_line(row: AuditLine) -> Line:
    """What is sealed of a row."""
    return Line(row.pk, row.at, row.actor, row.action, row.target, row.details)
