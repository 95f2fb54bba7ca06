"""The laboratory's own dress of a report: colour, logo, lines of the top, foot and mentions, for both media.

What a laboratory gives is judged before it is used (`faults`): a colour too pale to be read, a picture that is not one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from eprouvette.standards.report.media import image_fault
from eprouvette.standards.report.results import Image

MAX_LOGO: Final = 60_000
"""Bytes: the logo goes into every self-presentable document."""
MAX_HEADER: Final = 4
MAX_MENTIONS: Final = 12
MAX_LINE: Final = 160
MAX_MENTION: Final = 600
CONTRAST: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3: the colour carries titles on white and white on titles."""
ImageKind = Literal["image/png", "image/jpeg"]
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture for the top of the report; ``label`` says it in words."""

    content: bytes
    media_type: ImageKind
    label: str


@dataclass(frozen=True, slots=True)
class House:
    """The dress: ``accent`` is ``#rrggbb``, ``header`` stands under the laboratory's name, ``mentions`` at the end."""

    accent: str = "#123f52"
    logo: Logo | None = None
    header: tuple[str, ...] = ()
    footer: str = ""
    mentions: tuple[str, ...] = ()


PLAIN: Final = House()


def faults(house: House) -> tuple[tuple[str, str], ...]:
    """What cannot be used, as (field, French sentence); empty when the dress is good."""
    return tuple(_faults(house))


def _faults(house: House) -> Iterator[tuple[str, str]]:
    if not _COLOUR.fullmatch(house.accent):
        yield "accent", "La couleur s'écrit #rrvvbb, en six chiffres hexadécimaux."
    elif contrast_with_white(house.accent) < CONTRAST:
        yield "accent", "Cette couleur est trop claire : les titres ne se liraient pas. En choisir une plus foncée."
    if house.logo is not None:
        yield from _logo_faults(house.logo)
    lines = (house.logo.label if house.logo else "", *house.header, house.footer, *house.mentions)
    if any(not line.isprintable() for line in lines):
        yield "mentions", "Un texte contient un caractère invisible (tabulation, retour, contrôle) : le retirer."
    if len(house.header) > MAX_HEADER or any(len(line) > MAX_LINE for line in house.header):
        yield "header", f"L'en-tête a au plus {MAX_HEADER} lignes de {MAX_LINE} caractères."
    if len(house.footer) > MAX_LINE:
        yield "footer", f"Le pied de page a au plus {MAX_LINE} caractères."
    if len(house.mentions) > MAX_MENTIONS or any(len(line) > MAX_MENTION for line in house.mentions):
        yield "mentions", f"Il y a au plus {MAX_MENTIONS} mentions de {MAX_MENTION} caractères."


def _logo_faults(logo: Logo) -> Iterator[tuple[str, str]]:
    if len(logo.content) > MAX_LOGO:
        yield "logo", f"Le logo dépasse {MAX_LOGO // 1000} ko : il part avec chaque compte rendu. Le réduire."
    elif fault := image_fault(Image(logo.label, logo.media_type, logo.content)):
        yield "logo", f"Logo : {fault}"
    if not logo.label.strip():
        yield "logo", "Dire en quelques mots ce que montre le logo, pour qui ne le voit pas."


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of ``#rrggbb`` against white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
