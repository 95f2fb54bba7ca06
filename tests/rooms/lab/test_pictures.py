"""Pictures of a result: judged before they are kept, set aside when validated, never deleted."""

from __future__ import annotations

import pytest

from eprouvette.foundation.documents import queries as documents
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures, pictures, services
from eprouvette.lab.results.errors import (
    NoResultYetError,
    NotRequestedError,
    ObservationStateError,
    PictureRefusedError,
    UnknownExamError,
)
from eprouvette.lab.results.incoming import IncomingPicture
from eprouvette.lab.results.models import Picture
from support.cultures import png
from support.lab import check_all, demo_secretary, demo_technician, incoming, open_dossier, validate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier() -> Dossier:
    found = open_dossier("GLU", "K")
    services.record(found.pk, [incoming("GLU", "0.98")], source="tests")
    return found


def receive(dossier: Dossier, content: bytes, *codes: str) -> int:
    picture = IncomingPicture(codes or ("GLU",), "Courbe", "image/png", content, "OBX^2")
    return pictures.record(dossier.pk, [picture], source="hl7:1", actor="system:intake")


def test_a_picture_joined_is_kept_under_its_digest_and_calls_for_a_check(dossier: Dossier) -> None:
    check_all(dossier)
    row = dossier.observations.get(exam__code="GLU")
    picture = pictures.join(row.pk, " Courbe  de  glycémie ", png(), user=demo_technician())
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("measured", None)
    assert (picture.label, documents.load(picture.digest)) == ("Courbe de glycémie", png())
    with pytest.raises(PictureRefusedError, match="déjà jointe"):
        pictures.join(row.pk, "Encore", png(), user=demo_technician())


def test_a_picture_taken_back_is_no_longer_shown_but_stays(dossier: Dossier) -> None:
    row = dossier.observations.get(exam__code="GLU")
    picture = pictures.join(row.pk, "Courbe", png(), user=demo_technician())
    pictures.remove(picture.pk, user=demo_technician())
    assert cultures.pictures_of(dossier.pk) == {}
    assert Picture.objects.get().outcome == "removed"
    assert documents.load(picture.digest) == png()
    with pytest.raises(ObservationStateError):
        pictures.remove(picture.pk, user=demo_technician())


def test_a_picture_of_a_validated_result_is_set_aside_and_not_reported(dossier: Dossier) -> None:
    services.record(dossier.pk, [incoming("K", "4.2")], source="tests")
    validate_all(dossier)
    assert receive(dossier, png()) == 1
    assert receive(dossier, png()) == 0
    row = dossier.observations.get(exam__code="GLU")
    assert row.state == "validated"
    assert [(line.label, line.aside) for line in cultures.pictures_of(dossier.pk)[row.pk]] == [("Courbe", True)]
    assert cultures.kept_pictures(dossier.pk) == {}


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.4", b"<svg/>", png()[:40], png() * 2_000_000])
def test_bytes_that_are_no_whole_picture_are_refused_with_why(dossier: Dossier, content: bytes) -> None:
    row = dossier.observations.get(exam__code="GLU")
    with pytest.raises(PictureRefusedError, match="Glucose") as caught:
        pictures.join(row.pk, "Courbe", content[:4_000_001], user=demo_technician())
    assert caught.value.hint
    assert not Picture.objects.exists()


def test_a_result_has_a_few_pictures_at_most(dossier: Dossier) -> None:
    for width in range(pictures.MOST_PICTURES):
        receive(dossier, png(size=(width + 1, 1)))
    with pytest.raises(PictureRefusedError, match="6 images au plus"):
        receive(dossier, png(size=(40, 1)))


@pytest.mark.parametrize(
    ("code", "error"), [("K", NoResultYetError), ("TSH", NotRequestedError), ("NOPE", UnknownExamError)]
)
def test_a_picture_without_result_is_refused_at_its_place(dossier: Dossier, code: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"OBX\^2"):
        receive(dossier, png(), code)


def test_only_the_bench_joins_and_takes_back(dossier: Dossier) -> None:
    row = dossier.observations.get(exam__code="GLU")
    with pytest.raises(RightMissingError):
        pictures.join(row.pk, "Courbe", png(), user=demo_secretary())
    picture = pictures.join(row.pk, "Courbe", png(), user=demo_technician())
    with pytest.raises(RightMissingError):
        pictures.remove(picture.pk, user=demo_secretary())
    with pytest.raises(ObservationStateError):
        pictures.join(999_999, "Courbe", png(), user=demo_technician())
