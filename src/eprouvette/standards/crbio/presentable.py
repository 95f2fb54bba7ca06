"""The self-presentable form: our sheet with the document inside, one file that a browser shows by itself.

Source: CI-SIS, documents auto-présentables (digest ``cr-bio.md`` 9). Inside, the document's elements carry the prefix
``c`` and so do the names in ``xsi:type``, which are QNames; the infoset stays that of the plain document.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from eprouvette.standards.crbio.markup import Xml

SHEET_NAME: Final = "cr-bio.xsl"
"""The name under which a plain document expects `sheet` beside it."""

# A named target, not « # » alone: browsers take the sheet from the file itself, also when it is opened from a disk.
_PROLOG: Final = Xml('<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="#feuille"?>\n')
# Written text has no bare « < » or « xsi:type="» (see `markup`): each one belongs to an element. Plain replacements
# cost a tenth of what parsing and renaming would.
_RENAMES: Final = (
    ("<", "<c:"),
    ("<c:/", "</c:"),
    ("<c:lab:", "<lab:"),
    ("</c:lab:", "</lab:"),
    ("<c:sdtc:", "<sdtc:"),
    ("</c:sdtc:", "</sdtc:"),
    (' xsi:type="', ' xsi:type="c:'),
)
_MARK: Final = "<!--CONTENU-->"


def sheet() -> bytes:
    """Our XSLT 1.0 sheet: French, HTML out, screen and print, no script, nothing fetched.

    It shows any CDA header and narrative, applied to a plain document as well as from within.
    """
    return _sheet_text().replace(_MARK, "").encode()


@cache
def _sheet_text() -> str:
    return files("eprouvette.standards.crbio").joinpath("sheet.xsl").read_text(encoding="utf-8")


@cache
def _halves() -> tuple[str, str]:
    before, after = _sheet_text().split(_MARK)
    return before.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n'), after


def presentable(document: Xml) -> Xml:
    """``document`` (a plain ``ClinicalDocument`` written here) inside the sheet."""
    before, after = _halves()
    inside = str(document)
    for plain, prefixed in _RENAMES:
        inside = inside.replace(plain, prefixed)
    inside = inside.replace(' xmlns="urn:hl7-org:v3"', ' xmlns:c="urn:hl7-org:v3"', 1)
    return Xml(f"{_PROLOG}{before}<data:Contenu>{inside}</data:Contenu>{after}")
