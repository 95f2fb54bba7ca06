"""Reading a document back, byte for byte."""

from __future__ import annotations

from django.conf import settings

from eprouvette.foundation.documents import folder


def load(digest: str) -> bytes:
    """The bytes stored under ``digest``, verified; raises `MissingDocumentError` or `DamagedDocumentError`."""
    return folder.read(settings.EPROUVETTE_DOCUMENTS, digest)
