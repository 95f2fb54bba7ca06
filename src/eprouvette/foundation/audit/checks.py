"""What may be wrong with the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's own name
from django.utils import timezone

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.foundation.database.checks import of_rows

LATE_AFTER: Final = timedelta(minutes=5)


@of_rows
def sealing() -> Sequence[CheckMessage]:
    """The lines of the journal are sealed soon after they are written."""
    if not AuditLine.objects.filter(position__isnull=True, at__lt=timezone.now() - LATE_AFTER).exists():
        return []
    sentence = "Des lignes du journal attendent leur scellement depuis plus de cinq minutes."
    return [Warning(sentence, hint="Lancer « eprouvette worker », qui scelle le journal.", id="eprouvette.audit.W001")]
