"""Copies of identity documents: sealed at rest, read under the eyes of the journal, purged in time."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings as Settings
from django.db import transaction
from django.utils import timezone

from eprouvette.core.env import Env, SettingError
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.foundation.documents.errors import DamagedDocumentError
from eprouvette.foundation.documents.folder import path_of
from eprouvette.lab.identity import copies, services, tasks
from eprouvette.lab.identity.checks import copies as check_copies
from eprouvette.lab.identity.errors import CopyKeyError, CopyRefusedError, UnknownCopyError
from eprouvette.lab.identity.models import IdentityCopy, IdentityDocument, Patient
from eprouvette.lab.identity.rules import copy_kept_until
from eprouvette.project.readers import copy_years, identity_keys
from support.identities import person
from support.lab import ACTOR
from support.scans import pdf, picture

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("REQ-INS-16")]
KEY, OLD = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture(autouse=True)
def vault(tmp_path: Path, settings: Settings) -> Path:
    settings.EPROUVETTE_IDENTITY_COPIES = tmp_path
    settings.EPROUVETTE_IDENTITY_KEYS = (KEY,)
    settings.EPROUVETTE_IDENTITY_COPY_YEARS = 3
    return tmp_path


def seen(patient: Patient | None = None) -> IdentityDocument:
    return services.see_document((patient or person()).pk, document_type="passeport", actor=ACTOR)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(picture(), "image/png"), (picture("JPEG"), "image/jpeg"), (pdf(), "application/pdf")],
    ids=["png", "jpeg", "pdf"],
)
def test_a_copy_is_unreadable_on_disk_and_each_reading_is_in_the_journal(
    vault: Path, content: bytes, media_type: str
) -> None:
    copy = copies.store(seen().pk, content, actor=ACTOR)
    on_disk = path_of(vault, copy.digest).read_bytes()
    assert content[:16] not in on_disk
    assert content[-16:] not in on_disk
    assert copies.read(copy.pk, actor="user:7") == (content, media_type)
    line = AuditLine.objects.get(action="identity.copy_read")
    assert (line.actor, line.target, line.details) == ("user:7", f"patient:{copy.patient_id}", {"copy": copy.pk})


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90", picture()[:40], picture("GIF"), pdf(script=True), b"%PDF-1.7 nothing", b"<svg/>"],
    ids=["empty", "program", "cut picture", "gif", "script", "cut pdf", "svg"],
)
def test_a_file_that_is_no_sound_picture_nor_pdf_is_refused(vault: Path, content: bytes) -> None:
    with pytest.raises(CopyRefusedError) as refused:
        copies.store(seen().pk, content, actor=ACTOR)
    assert refused.value.hint
    assert not IdentityCopy.objects.exists()
    assert not list(vault.glob("*/*/*"))


def test_without_its_key_a_copy_is_neither_kept_nor_read_and_an_old_key_still_opens(settings: Settings) -> None:
    document = seen()
    settings.EPROUVETTE_IDENTITY_KEYS = (OLD,)
    copy = copies.store(document.pk, picture(), actor=ACTOR)
    settings.EPROUVETTE_IDENTITY_KEYS = (KEY, OLD)
    assert copies.read(copy.pk, actor=ACTOR)[0] == picture()
    assert check_copies() == []
    for keys in ((), (KEY,)):
        settings.EPROUVETTE_IDENTITY_KEYS = keys
        with pytest.raises(CopyKeyError):
            copies.read(copy.pk, actor=ACTOR)
        assert [one.id for one in check_copies()] == ["eprouvette.identity.E001"]
    settings.EPROUVETTE_IDENTITY_KEYS = ()
    with pytest.raises(CopyKeyError):
        copies.store(document.pk, picture(), actor=ACTOR)


def test_a_copy_that_was_changed_or_swapped_does_not_open(vault: Path) -> None:
    one, two = copies.store(seen().pk, picture(), actor=ACTOR), copies.store(seen().pk, pdf(), actor=ACTOR)
    IdentityCopy.objects.filter(pk=one.pk).update(digest="")
    IdentityCopy.objects.filter(pk=two.pk).update(digest=one.digest)
    with pytest.raises(CopyKeyError, match="ne s'ouvre pas"):
        copies.read(two.pk, actor=ACTOR)
    path_of(vault, one.digest).write_bytes(b"other")
    with pytest.raises(DamagedDocumentError):
        copies.read(two.pk, actor=ACTOR)


def test_unknown_copies_and_documents_are_said() -> None:
    with pytest.raises(UnknownCopyError):
        copies.read(999, actor=ACTOR)
    with pytest.raises(UnknownCopyError):
        copies.store(999, picture(), actor=ACTOR)


@pytest.mark.parametrize(
    ("stored_years", "visit_years", "kept"),
    [
        (0, None, True),
        (2.9, None, True),
        (3.1, None, False),
        (4, 1, True),
        (4, 3.1, False),
        (5.1, 0, False),
        (1, 4, True),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_copy_goes_three_years_after_the_last_visit_and_five_after_it_was_made(
    vault: Path, stored_years: float, visit_years: float | None, kept: bool
) -> None:
    now = timezone.now()
    copy = copies.store(seen().pk, picture(), actor=ACTOR)
    IdentityCopy.objects.filter(pk=copy.pk).update(stored_at=_ago(now, stored_years))
    visit = None if visit_years is None else _ago(now, visit_years)
    Patient.objects.filter(pk=copy.patient_id).update(last_visit_at=visit)
    assert copies.purge(now) == (0 if kept else 1)
    assert path_of(vault, copy.digest).exists() == kept
    assert IdentityCopy.objects.exists() == kept
    assert (copy_kept_until(_ago(now, stored_years), visit, 3) >= now) == kept
    assert AuditLine.objects.filter(action="identity.copy_purged").exists() != kept
    assert tasks.purge_copies() == 0


@pytest.mark.django_db(transaction=True)
def test_a_copy_taken_back_leaves_neither_row_nor_bytes_and_one_line(vault: Path) -> None:
    copy = copies.store(seen().pk, picture(), actor=ACTOR)
    copies.remove(copy.pk, actor="user:7")
    assert not IdentityCopy.objects.exists()
    assert not path_of(vault, copy.digest).exists()
    line = AuditLine.objects.get(action="identity.copy_removed")
    assert (line.actor, line.target, line.details) == ("user:7", f"patient:{copy.patient_id}", {"copy": copy.pk})
    with pytest.raises(UnknownCopyError):
        copies.remove(copy.pk, actor="user:7")


def test_words_and_the_word_of_a_system_have_no_copy() -> None:
    patient = person()
    for kind in ("declaration", "tiers_confiance"):
        document = services.see_document(patient.pk, document_type=kind, actor=ACTOR)
        with pytest.raises(CopyRefusedError, match="papier"):
            copies.store(document.pk, picture(), actor=ACTOR)
    assert copies.copiable(patient) == ()


def test_a_file_that_no_row_names_is_swept_after_a_day(vault: Path) -> None:
    document = seen()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        copies.store(document.pk, picture(), actor=ACTOR)
        raise ZeroDivisionError
    kept = copies.store(document.pk, picture(), actor=ACTOR)
    copies.purge(timezone.now())
    files = list(vault.glob("*/*/*"))
    assert len(files) == 2
    for path in files:
        os.utime(path, (0, 0))
    copies.purge(timezone.now())
    assert [path.name for path in vault.glob("*/*/*")] == [kept.digest]


@pytest.mark.parametrize("given", ["abc", "0" * 63, "z" * 64, "0" * 64 + ",", "0" * 128])
def test_a_key_that_is_not_one_stops_the_start(given: str) -> None:
    with pytest.raises(SettingError):
        identity_keys(Env({"EPROUVETTE_IDENTITY_KEY": given}))


def test_keys_are_one_a_line_and_years_are_five_at_most() -> None:
    assert identity_keys(Env({})) == ()
    assert identity_keys(Env({"EPROUVETTE_IDENTITY_KEY": f"{KEY.hex()}\n{OLD.hex().upper()}"})) == (KEY, OLD)
    assert copy_years(Env({})) == 3
    for years in ("0", "6"):
        with pytest.raises(SettingError):
            copy_years(Env({"EPROUVETTE_IDENTITY_COPY_YEARS": years}))


def _ago(now: datetime, years: float) -> datetime:
    return now - timedelta(days=365.25 * years)
