"""The self-presentable form: our sheet with the document inside, one file that a browser shows by itself.

Source: CI-SIS, documents auto-présentables (digest ``cr-bio.md`` 9). Inside, the document's elements carry the prefix
``c`` and so do the names in ``xsi:type``, which are QNames; the infoset stays that of the plain document.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from importlib.resources import files
from typing import Final

from eprouvette.standards.crbio.markup import Xml, text
from eprouvette.standards.report.house import PLAIN, House, Logo

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
_ACCENT: Final = f"--accent:{PLAIN.accent}"


def sheet(house: House = PLAIN) -> bytes:
    """Our XSLT 1.0 sheet: French, HTML out, screen and print, no script, nothing fetched, in the dress of ``house``.

    It shows any CDA header and narrative, applied to a plain document as well as from within.
    """
    return _sheet_text(house).replace(_MARK, "").encode()


@lru_cache(maxsize=16)
def _sheet_text(house: House) -> str:
    page = files("eprouvette.standards.crbio").joinpath("sheet.xsl").read_text(encoding="utf-8")
    dress = {
        _ACCENT: f"--accent:{house.accent}",
        "<!--LOGO-->": _logo(house.logo) if house.logo else "",
        "<!--ENTETE-->": "".join(f'<br/><span class="soft">{text(line)}</span>' for line in house.header),
        "<!--MENTIONS-->": _mentions(house),
    }
    for mark, said in dress.items():
        page = page.replace(mark, said, 1)
    return page


def _logo(logo: Logo) -> str:
    """The picture inside the page; braces are doubled because XSLT reads them in attributes."""
    label = text(logo.label).replace("{", "{{").replace("}", "}}")
    data = base64.b64encode(logo.content).decode("ascii")
    return f'<img class="logo" alt="{label}" src="data:{logo.media_type};base64,{data}"/><br/>'


def _mentions(house: House) -> str:
    lines = "".join(f"<p>{text(line)}</p>" for line in (*house.mentions, house.footer) if line)
    return f'<div class="mentions">{lines}</div>' if lines else ""


@lru_cache(maxsize=16)
def _halves(house: House) -> tuple[str, str]:
    before, after = _sheet_text(house).split(_MARK)
    return before.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n'), after


def presentable(document: Xml, house: House) -> Xml:
    """``document`` (a plain ``ClinicalDocument`` written here) inside the sheet of ``house``."""
    before, after = _halves(house)
    inside = str(document)
    for plain, prefixed in _RENAMES:
        inside = inside.replace(plain, prefixed)
    inside = inside.replace(' xmlns="urn:hl7-org:v3"', ' xmlns:c="urn:hl7-org:v3"', 1)
    return Xml(f"{_PROLOG}{before}<data:Contenu>{inside}</data:Contenu>{after}")
