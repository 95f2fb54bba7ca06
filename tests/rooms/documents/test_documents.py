"""Documents by content: the same bytes once, given back unchanged, damage found."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from eprouvette.foundation.documents import folder, queries, services
from eprouvette.foundation.documents.errors import DamagedDocumentError, MissingDocumentError
from eprouvette.foundation.documents.models import StoredDocument

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EPROUVETTE_DOCUMENTS", tmp_path)


@pytest.mark.requirement("REQ-CRB-16")
def test_a_document_is_given_back_byte_for_byte() -> None:
    digest = services.store(b"\x00report\xff", "application/pdf")
    assert queries.load(digest) == b"\x00report\xff"


def test_the_same_content_is_kept_once() -> None:
    assert services.store(b"one", "text/plain") == services.store(b"one", "text/plain")
    assert StoredDocument.objects.count() == 1


def test_a_damaged_or_missing_document_is_said_so(tmp_path: Path) -> None:
    digest = services.store(b"one", "text/plain")
    path = folder.path_of(tmp_path, digest)
    path.write_bytes(b"two")
    with pytest.raises(DamagedDocumentError):
        queries.load(digest)
    path.unlink()
    with pytest.raises(MissingDocumentError):
        queries.load(digest)


def test_a_rolled_back_document_has_no_row_and_can_be_stored_again() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.store(b"one", "text/plain")
        raise ZeroDivisionError
    assert StoredDocument.objects.count() == 0
    assert queries.load(services.store(b"one", "text/plain")) == b"one"
