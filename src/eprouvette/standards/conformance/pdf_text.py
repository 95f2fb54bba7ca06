"""The text of a PDF, page by page, in the order in which it was written.

    EprouvetteError
    └── UnreadablePdfError    not a PDF, encrypted, damaged, or larger than a report can be

PDFium is not for several threads at once: one lock for the process.
"""

from __future__ import annotations

import threading
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from eprouvette.core.errors import EprouvetteError

MAX_BYTES: Final = 40_000_000
MAX_PAGES: Final = 1_500
MAX_CHARACTERS: Final = 8_000_000
_lock = threading.Lock()


class UnreadablePdfError(EprouvetteError):
    """Ce PDF ne peut pas être lu."""

    hint = "Produire de nouveau le PDF, sans mot de passe, puis recommencer."


def read_pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page; a page of pictures alone is empty.

    Raises `UnreadablePdfError`.
    """
    if not pdf.startswith(b"%PDF-"):
        raise UnreadablePdfError("Ces octets ne sont pas un PDF.")
    if len(pdf) > MAX_BYTES:
        raise UnreadablePdfError(f"Le PDF dépasse {MAX_BYTES // 1_000_000} Mo.")
    with _lock:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise UnreadablePdfError("Le PDF est protégé par un mot de passe, abîmé ou incomplet.") from error
        try:
            return _pages(document)
        except pypdfium2.PdfiumError as error:
            raise UnreadablePdfError("Une page du PDF est abîmée.") from error
        finally:
            document.close()


def _pages(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise UnreadablePdfError("Le PDF est chiffré.")
    if not 0 < len(document) <= MAX_PAGES:
        raise UnreadablePdfError("Le PDF n'a pas de page, ou en a trop.")
    texts: list[str] = []
    left = MAX_CHARACTERS
    for rank in range(len(document)):
        page = document[rank]
        textpage = page.get_textpage()
        text = textpage.get_text_range(errors="replace")
        textpage.close()
        page.close()
        left -= len(text)
        if left < 0:
            raise UnreadablePdfError("Le PDF contient trop de texte.")
        texts.append(text)
    return tuple(texts)
