"""What is known of a stored document. The bytes are in the folder, under the digest."""

from __future__ import annotations

from django.db import models


class StoredDocument(models.Model):
    """One content, named by its SHA-256 in hexadecimal."""

    digest = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
