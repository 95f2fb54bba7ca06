"""Writing pictures: joined to a result by hand or by a message, judged first, taken back while nobody validated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast, get_args

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.documents import services as documents
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import hanging, services
from eprouvette.lab.results.errors import (
    NoResultYetError,
    NotRequestedError,
    ObservationStateError,
    PictureRefusedError,
    UnknownExamError,
)
from eprouvette.lab.results.incoming import IncomingPicture
from eprouvette.lab.results.models import Observation, Picture
from eprouvette.standards.report.media import MAX_IMAGE_BYTES, image_fault
from eprouvette.standards.report.results import Image, ImageType

LONGEST_LABEL: Final = 120
MOST_PICTURES: Final = 6
"""Of one result: a report is read, not leafed through."""
Outcome = Picture.Outcome
_STARTS: Final[tuple[tuple[bytes, ImageType], ...]] = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def media_type_of(content: bytes) -> ImageType | None:
    """What picture these bytes begin as; None for none of ours."""
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


def join(observation_id: int, label: str, content: bytes, *, user: User) -> Picture:
    """Join a picture to a result that is not validated.

    Raises `RightMissingError`, `ObservationStateError`, `ReleasedDossierError`, or `PictureRefusedError` with why.
    """
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        found = Observation.objects.select_related("requested").filter(pk=observation_id).first()
        if found is None:
            raise ObservationStateError
        services.open_dossier(found.dossier_id)
        row = hanging.locked(found.requested)
        if row is None or not hanging.may_change(row):
            raise ObservationStateError
        picture = IncomingPicture((), label, media_type_of(content) or "", content)
        kept = _kept(row, picture, source="saisie", actor=user)
        if kept is None:
            raise PictureRefusedError(row.exam.label, "", "cette image est déjà jointe.")
    return kept


def record(dossier_id: int, pictures: Sequence[IncomingPicture], *, source: str, actor: User | str) -> int:
    """Join the pictures of a message, all or none; returns how many are new.

    One of a validated result is kept aside; the same twice changes nothing. Raises a `ResultRefusedError` naming the
    place, `ReleasedDossierError` or `UnknownDossierError`.
    """
    with transaction.atomic():
        dossier = services.open_dossier(dossier_id)
        rows = [(_result_of(dossier, incoming), incoming) for incoming in pictures]
        kept = [_kept(row, incoming, source=source, actor=actor) for row, incoming in rows]
    return sum(one is not None for one in kept)


def remove(picture_id: int, *, user: User) -> None:
    """Take back a picture while its result is not validated; its bytes stay in the store.

    Raises `RightMissingError`, `ObservationStateError` or `ReleasedDossierError`.
    """
    accounts.require(user, Act.ENTER_RESULT)
    with transaction.atomic():
        picture = Picture.objects.select_related("observation__requested").filter(pk=picture_id).first()
        if picture is None or picture.outcome == Outcome.REMOVED:
            raise ObservationStateError
        services.open_dossier(picture.observation.dossier_id)
        row = hanging.locked(picture.observation.requested)
        if row is None:
            raise ObservationStateError
        hanging.changed(row)
        picture.outcome = Outcome.REMOVED
        picture.save(update_fields=["outcome"])
        _tell(picture, accounts.actor_of(user))


def _result_of(dossier: Dossier, incoming: IncomingPicture) -> Observation:
    found = hanging.requested_in(dossier, incoming.exam_codes)
    if not found:
        known = Exam.objects.filter(code__in=incoming.exam_codes).exists()
        known = known or Exam.objects.filter(loinc__in=incoming.exam_codes).exists()
        raise (NotRequestedError if known else UnknownExamError)(incoming.exam_codes[0], incoming.place)
    row = hanging.locked(found[0])
    if row is None or row.value is None:
        raise NoResultYetError(found[0].exam.label, incoming.place)
    return row


def _kept(row: Observation, incoming: IncomingPicture, *, source: str, actor: User | str) -> Picture | None:
    """The picture, judged and kept; None when the result has it already."""
    if fault := _fault(incoming):
        raise PictureRefusedError(row.exam.label, incoming.place, fault)
    digest = documents.store(incoming.content, incoming.media_type)
    held = row.pictures.exclude(outcome=Outcome.REMOVED)
    if held.filter(digest=digest).exists():
        return None
    if held.count() >= MOST_PICTURES:
        raise PictureRefusedError(row.exam.label, incoming.place, f"un résultat a {MOST_PICTURES} images au plus.")
    kept = hanging.may_change(row)
    if kept:
        hanging.changed(row)
    picture = Picture.objects.create(
        observation=row,
        label=" ".join(incoming.label.split())[:LONGEST_LABEL] or row.exam.label,
        media_type=incoming.media_type,
        digest=digest,
        outcome=Outcome.KEPT if kept else Outcome.ASIDE,
        received_at=timezone.now(),
        source=source,
    )
    _tell(picture, accounts.actor_of(actor))
    return picture


def _fault(incoming: IncomingPicture) -> str | None:
    if incoming.media_type not in get_args(ImageType):
        return "ces octets ne sont ni PNG, ni JPEG, ni GIF."
    if not incoming.content or len(incoming.content) > MAX_IMAGE_BYTES:
        return f"l'image est vide ou dépasse {MAX_IMAGE_BYTES // 1_000_000} Mo."
    return image_fault(Image(incoming.label, cast("ImageType", incoming.media_type), incoming.content))


def _tell(picture: Picture, actor: str) -> None:
    target = f"observation:{picture.observation_id}"
    audit.record(actor=actor, action=f"picture.{picture.outcome}", target=target, details={"picture": picture.pk})
