"""Storing a document: the bytes reach the disk before the row that names them."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eprouvette.foundation.documents import folder
from eprouvette.foundation.documents.models import StoredDocument


def store(content: bytes, media_type: str) -> str:
    """Keep ``content`` and return its SHA-256. The row belongs to the caller's transaction.

    A rolled-back transaction leaves a file that no row names: harmless, and the same content later
    finds it again.
    """
    digest = folder.write(settings.EPROUVETTE_DOCUMENTS, content)
    StoredDocument.objects.bulk_create(
        [StoredDocument(digest=digest, media_type=media_type, size=len(content), created_at=timezone.now())],
        ignore_conflicts=True,
    )
    return digest
