"""`render_pdf`: a report as PDF/A-1b.

Source of the level: ISO 19005-1, conformance B. Same report, same bytes: the
timestamp is the report's, the fonts are ours, nothing is read from the machine.
"""

from __future__ import annotations

import json
import threading
from importlib.resources import files
from pathlib import Path

import typst

from eprouvette.standards.pdf.content import content
from eprouvette.standards.pdf.errors import TypesettingError
from eprouvette.standards.pdf.glyphs import FONTS, require_glyphs
from eprouvette.standards.report.house import PLAIN, House
from eprouvette.standards.report.model import LabReport

_TEMPLATE = Path(str(files(__package__) / "report.typ"))


class _Typesetter(threading.local):
    """One compiler for each thread, kept, so that fonts and template are read once."""

    def __init__(self) -> None:
        self.compiler = typst.Compiler(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
            sys_inputs={"report": "{}"},
        )


_typesetter = _Typesetter()


def render_pdf(report: LabReport, house: House = PLAIN) -> bytes:
    """The PDF/A-1b of ``report`` in the dress of ``house``.

    Raises `MissingGlyphError` when a text holds a character that our fonts do not have, `TypesettingError` when the
    typesetter refuses or warns.
    """
    printed = content(report, house)
    # The comments first: what is wrong there is said by the place where people write them.
    require_glyphs({"comments": report.comments, **printed})
    try:
        pdf, warnings = _typesetter.compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={"report": json.dumps(printed, ensure_ascii=False)},
            pdf_standards=["a-1b"],
            pdf_tags=False,
            timestamp=int(report.document.created_at.timestamp()),
        )
    except typst.TypstError as error:
        raise TypesettingError from error
    if warnings or not isinstance(pdf, bytes):
        raise TypesettingError
    return pdf
