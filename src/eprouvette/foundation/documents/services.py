"""Storing a document: the bytes reach the disk before the row that names them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from eprouvette.foundation.documents import folder
from eprouvette.foundation.documents.models import StoredDocument


def store(content: bytes, media_type: str) -> str:
    """Keep ``content`` and return its SHA-256. The row belongs to the caller's transaction.

    A rolled-back transaction leaves a file that no row names: harmless, and the same content later
    finds it again.
    """
    return store_all([(content, media_type)])[0]


def store_all(contents: Iterable[tuple[bytes, str]]) -> tuple[str, ...]:
    """`store` for several contents, each with its media type, in one statement; the digests in their order."""
    now = timezone.now()
    rows = [
        StoredDocument(
            digest=folder.write(settings.EPROUVETTE_DOCUMENTS, content),
            media_type=media_type,
            size=len(content),
            created_at=now,
        )
        for content, media_type in contents
    ]
    StoredDocument.objects.bulk_create(rows, ignore_conflicts=True)
    return tuple(row.digest for row in rows)
