"""The lines of the journal. A trigger refuses to change or delete them (see the first migration)."""

from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """One fact. ``seal`` chains the line to the one sealed before it; the sealer alone writes it.

    ``position`` is the rank in the chain: lines are sealed in the order in which they became visible,
    which is not always the order of their ids.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)
    seal = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """The sealer reads what has no position yet."""

        indexes = [
            models.Index(fields=["id"], condition=models.Q(position__isnull=True), name="audit_unsealed"),
            models.Index(fields=["target"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk}"
