"""Copies of identity documents: encrypted at rest, every reading in the journal, purged (REQ-INS-16).

Ciphertexts are in a folder of their own, so that a backup of the database alone, or of the folder alone, tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.documents import folder
from eprouvette.lab.identity import rules, vault, writing
from eprouvette.lab.identity.errors import CopyRefusedError, UnknownCopyError
from eprouvette.lab.identity.models import IdentityCopy, IdentityDocument, Patient
from eprouvette.standards.report.media import MAX_IMAGE_BYTES, MAX_PDF_BYTES, image_fault, pdf_fault
from eprouvette.standards.report.results import Image, ImageType

MAX_BYTES: Final = max(MAX_IMAGE_BYTES, MAX_PDF_BYTES)
"""The size of the largest copy of any type."""
_PDF: Final = "application/pdf"
_PICTURES: Final[dict[bytes, ImageType]] = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_BATCH: Final = 200
_PAPER_HINT: Final = "Enregistrer le document présenté, puis en joindre la copie."
_ORPHAN_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CopyLine:
    """What is said of a copy without opening it. ``opens``: its key is here."""

    id: int
    label: str
    media_type: str
    size: int
    stored_at: datetime
    stored_by: str
    kept_until: datetime
    opens: bool


def copies_of(patient: Patient) -> tuple[CopyLine, ...]:
    """The copies of a file, newest first."""
    here = {vault.key_id(key) for key in settings.EPROUVETTE_IDENTITY_KEYS}
    years = settings.EPROUVETTE_IDENTITY_COPY_YEARS
    return tuple(
        CopyLine(
            id=copy.pk,
            label=rules.DOCUMENTS[copy.document.kind],
            media_type=copy.media_type,
            size=copy.size,
            stored_at=copy.stored_at,
            stored_by=copy.stored_by,
            kept_until=rules.copy_kept_until(copy.stored_at, patient.last_visit_at, years),
            opens=copy.key_id in here,
        )
        for copy in patient.copies.select_related("document").order_by("-pk")
    )


def copiable(patient: Patient) -> tuple[IdentityDocument, ...]:
    """The documents that were seen and that can be copied, newest first."""
    return tuple(patient.documents.filter(kind__in=rules.ON_PAPER))


def patient_of(copy_id: int) -> int | None:
    """The file that a copy belongs to; None when there is no such copy."""
    return IdentityCopy.objects.filter(pk=copy_id).values_list("patient_id", flat=True).first()


def store(document_id: int, content: bytes, *, actor: str) -> IdentityCopy:
    """Keep the copy of a document that was seen.

    Raises `CopyRefusedError` for a file that is not a sound PDF, JPEG or PNG, or for a document that is not of paper,
    `CopyKeyError` without a key, `UnknownCopyError` when the document is not known.
    """
    media_type = _sound_type(content)
    with transaction.atomic():
        document = IdentityDocument.objects.filter(pk=document_id).first()
        if document is None:
            raise UnknownCopyError("Ce document d'identité n'est pas enregistré.")
        if document.kind not in rules.ON_PAPER:
            raise CopyRefusedError("Copie refusée : ce qui a été vu n'est pas un document de papier.", hint=_PAPER_HINT)
        patient = writing.locked(document.patient_id)
        label = uuid4()
        key, sealed = vault.seal(settings.EPROUVETTE_IDENTITY_KEYS, content, label.bytes)
        copy = IdentityCopy.objects.create(
            patient=patient,
            document=document,
            digest=folder.write(settings.EPROUVETTE_IDENTITY_COPIES, sealed),
            key_id=key,
            label=label,
            media_type=media_type,
            size=len(content),
            stored_at=timezone.now(),
            stored_by=actor,
        )
        audit.record(
            actor=actor, action="identity.copy_stored", target=f"patient:{patient.pk}", details={"copy": copy.pk}
        )
    return copy


def read(copy_id: int, *, actor: str) -> tuple[bytes, str]:
    """The copy and its media type; the reading is in the journal before the bytes are given.

    Raises `UnknownCopyError`, `CopyKeyError`, or what `folder.read` raises.
    """
    copy = IdentityCopy.objects.filter(pk=copy_id).first()
    if copy is None:
        raise UnknownCopyError
    with transaction.atomic():
        target = f"patient:{copy.patient_id}"
        audit.record(actor=actor, action="identity.copy_read", target=target, details={"copy": copy.pk})
    sealed = folder.read(settings.EPROUVETTE_IDENTITY_COPIES, copy.digest)
    return vault.unseal(settings.EPROUVETTE_IDENTITY_KEYS, copy.key_id, sealed, copy.label.bytes), copy.media_type


def remove(copy_id: int, *, actor: str) -> None:
    """Forget a copy before its time: the row now, the bytes once that is committed; raises `UnknownCopyError`."""
    with transaction.atomic():
        copy = IdentityCopy.objects.select_for_update().filter(pk=copy_id).first()
        if copy is None:
            raise UnknownCopyError
        _forget(copy, "identity.copy_removed", actor=actor)


def purge(now: datetime) -> int:
    """Remove the copies that nobody may keep any longer, and files that no row names; how many copies went.

    A copy goes ``EPROUVETTE_IDENTITY_COPY_YEARS`` after the last visit, and in any case five years after it was made.
    """
    gone = 0
    while batch := _purge_some(now):
        gone += batch
    _sweep(now)
    return gone


def _purge_some(now: datetime) -> int:
    last = Coalesce(F("patient__last_visit_at"), F("stored_at"))
    unseen = now - settings.EPROUVETTE_IDENTITY_COPY_YEARS * rules.COPY_YEAR
    oldest = now - rules.LONGEST_COPY_YEARS * rules.COPY_YEAR
    due = Q(seen__lt=unseen, stored_at__lt=unseen) | Q(stored_at__lt=oldest)
    with transaction.atomic():
        rows = IdentityCopy.objects.select_for_update(of=("self",), skip_locked=True).select_related("patient")
        found = list(rows.annotate(seen=last).filter(due).order_by("pk")[:_BATCH])
        for copy in found:
            _forget(copy, "identity.copy_purged", actor="system:purge")
    return len(found)


def _forget(copy: IdentityCopy, action: str, *, actor: str) -> None:
    audit.record(actor=actor, action=action, target=f"patient:{copy.patient_id}", details={"copy": copy.pk})
    transaction.on_commit(partial(_remove, copy.digest))
    copy.delete()


def _remove(digest: str) -> None:
    folder.path_of(settings.EPROUVETTE_IDENTITY_COPIES, digest).unlink(missing_ok=True)


def _sweep(now: datetime) -> None:
    """Remove the files that a transaction rolled back, or a purge cut short, left without a row."""
    oldest = (now - _ORPHAN_AFTER).timestamp()
    files = Path(settings.EPROUVETTE_IDENTITY_COPIES).glob("*/*/*")
    old = {path.name: path for path in files if path.stat().st_mtime < oldest}
    names = sorted(old)
    for start in range(0, len(names), _BATCH):
        some = names[start : start + _BATCH]
        kept = set(IdentityCopy.objects.filter(digest__in=some).values_list("digest", flat=True))
        for name in set(some) - kept:
            old[name].unlink(missing_ok=True)


def _sound_type(content: bytes) -> str:
    """The type that the bytes themselves say; raises `CopyRefusedError`."""
    picture = next((kind for start, kind in _PICTURES.items() if content.startswith(start)), None)
    if picture is not None:
        fault = image_fault(Image("copie", picture, content))
    elif content.startswith(b"%PDF-"):
        fault = pdf_fault(content)
    else:
        fault = "ce fichier n'est ni un PDF, ni une image JPEG ou PNG."
    if fault:
        raise CopyRefusedError(f"Copie refusée : {fault}")
    return picture or _PDF
