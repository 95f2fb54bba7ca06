"""Files that a report carries, judged before they go in: pictures, and PDF of a partner.

What comes from outside may be hostile: a picture is opened with bounds on its bytes and its pixels, a PDF is opened
by qpdf and refused when it is encrypted or acts by itself. Sentences come back, never exceptions.
"""

from __future__ import annotations

import io
from typing import Final

import pikepdf
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from eprouvette.standards.report.results import Image

MAX_IMAGE_BYTES: Final = 4_000_000
MAX_PIXELS: Final = 20_000_000
MAX_PDF_BYTES: Final = 8_000_000
MAX_PDF_OBJECTS: Final = 50_000
_FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
_FORBIDDEN: Final = frozenset({"/JS", "/EmbeddedFiles", "/AA"})
_ACTING: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"})


def image_fault(image: Image) -> str | None:
    """Why ``image`` cannot be printed and sent, as a French sentence; None when it can."""
    if len(image.content) > MAX_IMAGE_BYTES:
        return f"l'image dépasse {MAX_IMAGE_BYTES // 1_000_000} Mo."
    try:
        picture = _opened(image)
        if picture.width * picture.height > MAX_PIXELS:
            return f"l'image dépasse {MAX_PIXELS // 1_000_000} millions de points."
        picture.load()
    except UnidentifiedImageError:
        return f"ces octets ne sont pas une image {_FORMATS[image.media_type]}."
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        return "l'image est abîmée ou incomplète."
    return None


def printable(image: Image) -> bytes:
    """``image`` as PNG or JPEG bytes that PDF/A-1 takes: first picture only, transparency laid on white.

    The image must have no `image_fault`.
    """
    picture = _opened(image)
    if image.media_type == "image/jpeg" and picture.mode in {"L", "RGB"}:
        return image.content
    rgba = picture.convert("RGBA")
    flat = Picture.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    output = io.BytesIO()
    flat.save(output, "PNG")
    return output.getvalue()


def picture_size(octets: bytes) -> tuple[int, int]:
    """Width and height in points of a `printable` picture."""
    with Picture.open(io.BytesIO(octets), formats=["PNG", "JPEG"]) as picture:
        return picture.size


def _opened(image: Image) -> Picture.Image:
    return Picture.open(io.BytesIO(image.content), formats=[_FORMATS[image.media_type]])


def pdf_fault(content: bytes) -> str | None:
    """Why a PDF cannot be joined to a report, as a French sentence; None when it can."""
    if len(content) > MAX_PDF_BYTES:
        return f"le PDF dépasse {MAX_PDF_BYTES // 1_000_000} Mo."
    if not content.startswith(b"%PDF-"):
        return "ces octets ne sont pas un PDF."
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return _fault_of(document)
    except pikepdf.PasswordError:
        return "le PDF est protégé par un mot de passe."
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return "le PDF est abîmé ou incomplet."


def _fault_of(document: pikepdf.Pdf) -> str | None:
    if document.is_encrypted:
        return "le PDF est chiffré."
    if len(document.objects) > MAX_PDF_OBJECTS:
        return "le PDF a trop d'objets."
    if not document.pages:
        return "le PDF n'a pas de page."
    if any(_acts(thing) for thing in document.objects):
        return "le PDF contient un script ou une action."
    return None


def _acts(top: pikepdf.Object) -> bool:
    """True when an object, or what it holds directly, does something by itself; references are walked elsewhere."""
    waiting = [top]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Stream):
            thing = thing.stream_dict
        if isinstance(thing, pikepdf.Array):
            held = list(thing)
        elif isinstance(thing, pikepdf.Dictionary):
            if _FORBIDDEN & set(thing.keys()) or str(thing.get("/S", "")) in _ACTING:
                return True
            held = [thing[key] for key in thing.keys()]  # noqa: SIM118 - a PDF dictionary is not iterable
        else:
            continue
        waiting += [one for one in held if isinstance(one, pikepdf.Object) and not one.is_indirect]
    return False
