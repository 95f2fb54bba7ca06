"""Pictures and PDF are judged before they enter a report: what is wrong is a sentence, never a crash."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from eprouvette.standards.report import media
from eprouvette.standards.report.media import image_fault, pdf_fault, printable
from eprouvette.standards.report.results import Image, ImageType
from support.rich_reports import curve, partner_pdf


def picture(kind: str, size: tuple[int, int] = (20, 10), mode: str = "RGB") -> bytes:
    output = io.BytesIO()
    Picture.new(mode, size).save(output, kind)
    return output.getvalue()


def image(content: bytes, media_type: ImageType = "image/png") -> Image:
    return Image("Tracé", media_type, content)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif")])
def test_the_three_kinds_are_taken(kind: str, media_type: ImageType) -> None:
    assert image_fault(image(picture(kind), media_type)) is None


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (picture("GIF"), "image/png", "pas une image PNG"),
        (picture("PNG"), "image/jpeg", "pas une image JPEG"),
        (b"<svg/>", "image/png", "pas une image PNG"),
        (b"", "image/gif", "pas une image GIF"),
        (curve()[:-300], "image/png", "abîmée"),
        (b"x" * (media.MAX_IMAGE_BYTES + 1), "image/png", "dépasse"),
        (picture("PNG", (5000, 5000), "1"), "image/png", "millions de points"),
    ],
)
def test_another_image_is_refused_with_a_sentence(content: bytes, media_type: ImageType, words: str) -> None:
    fault = image_fault(image(content, media_type))
    assert fault is not None
    assert words in fault


@given(st.binary(max_size=300))
def test_any_octets_are_judged_without_a_crash(noise: bytes) -> None:
    assert image_fault(image(b"\x89PNG\r\n\x1a\n" + noise)) is not None
    assert pdf_fault(b"%PDF-1.4\n" + noise) is not None


def test_what_is_printed_has_no_transparency_and_stays_the_same_picture() -> None:
    flat = Picture.open(io.BytesIO(printable(image(curve("RGBA")))))
    assert flat.mode == "RGB"
    assert flat.size == (420, 160)
    assert flat.getpixel((0, 0)) == (255, 255, 255)
    jpeg = picture("JPEG")
    assert printable(image(jpeg, "image/jpeg")) == jpeg


def pdf(**changes: object) -> bytes:
    """A page, with members added to its catalogue, or encrypted."""
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, value in changes.items():
            if name != "encryption":
                document.Root[f"/{name}"] = value
        output = io.BytesIO()
        if changes.get("encryption"):
            document.save(output, encryption=pikepdf.Encryption(user="", owner="secret"))
        else:
            document.save(output)
        return output.getvalue()


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def test_a_partner_s_pdf_is_taken() -> None:
    assert pdf_fault(partner_pdf()) is None
    assert pdf_fault(pdf()) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "pas un PDF"),
        (partner_pdf()[:2000], "abîmé"),
        (pdf(encryption=True), "chiffré"),
        (pdf(OpenAction=SCRIPT), "script"),
        (pdf(AA=pikepdf.Dictionary(WC=SCRIPT)), "script"),
        (pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array()))), "action"),
        (b"%PDF-" + b"0" * media.MAX_PDF_BYTES, "dépasse"),
    ],
    ids=["text", "cut", "encrypted", "script", "additional actions", "files inside", "too large"],
)
def test_another_pdf_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    fault = pdf_fault(content)
    assert fault is not None
    assert words in fault


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_PDF_OBJECTS", 2)
    assert pdf_fault(pdf()) == "le PDF a trop d'objets."
