"""What an interpretation code says to people: its words, the mark before the value, whether it stands out.

Source: ANS, JDV_HL7_ObservationInterpretation (digest ``cr-bio.md`` 12). Paper and narrative read this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The words of a code, the mark that survives a black-and-white print; a critical one is to be read first."""

    words: str
    mark: str = ""
    stands_out: bool = True
    critical: bool = False


_QUIET: Final = False

INTERPRETATIONS: Final = {
    "<": Interpretation("Inférieur à la limite de détection", "", _QUIET),
    ">": Interpretation("Supérieur à la limite maximale de mesure", "▲"),
    "A": Interpretation("Anormal", "!"),
    "AA": Interpretation("Très anormal, alerte", "!!", critical=True),
    "B": Interpretation("Amélioration", "", _QUIET),
    "CAR": Interpretation("Porteur d'une forme altérée d'un gène", "!"),
    "D": Interpretation("Diminution significative par rapport au résultat antérieur", "↓"),
    "DET": Interpretation("Détecté", "+"),
    "E": Interpretation("Équivoque", "?"),
    "EX": Interpretation("Hors seuils", "!"),
    "EXP": Interpretation("Attendu", "", _QUIET),
    "H": Interpretation("Anormalement haut", "▲"),
    "HH": Interpretation("Très anormalement haut, alerte", "▲▲", critical=True),
    "HU": Interpretation("Significativement haut", "▲"),
    "HX": Interpretation("Hors seuil supérieur", "▲", critical=True),
    "I": Interpretation("Intermédiaire", "", _QUIET),
    "IE": Interpretation("Preuves insuffisantes", "", _QUIET),
    "IND": Interpretation("Indéterminé", "?"),
    "L": Interpretation("Anormalement bas", "▼"),
    "LL": Interpretation("Très anormalement bas, alerte", "▼▼", critical=True),
    "LU": Interpretation("Significativement bas", "▼"),
    "LX": Interpretation("Hors seuil inférieur", "▼", critical=True),
    "N": Interpretation("Normal", "", _QUIET),
    "NCL": Interpretation("Pas de standard défini", "", _QUIET),
    "ND": Interpretation("Non détecté", "", _QUIET),
    "NEG": Interpretation("Négatif", "", _QUIET),
    "NR": Interpretation("Non réactif", "", _QUIET),
    "NS": Interpretation("Non sensible", "!"),
    "POS": Interpretation("Positif", "+"),
    "R": Interpretation("Résistant", "!"),
    "RR": Interpretation("Réactif", "+"),
    "S": Interpretation("Sensible", "", _QUIET),
    "SDD": Interpretation("Sensible à forte dose", "", _QUIET),
    "SYN-R": Interpretation("Synergie - résistant", "!"),
    "SYN-S": Interpretation("Synergie - sensible", "", _QUIET),
    "U": Interpretation("Augmentation significative par rapport au résultat antérieur", "↑"),
    "UNE": Interpretation("Inattendu", "!"),
    "W": Interpretation("Dégradation", "!"),
    "WR": Interpretation("Faiblement réactif", "+"),
}

_UNKNOWN: Final = Interpretation("", "", _QUIET)


def meaning(code: str | None) -> Interpretation:
    """What ``code`` says; nothing at all for None or a code that is not of the table."""
    return INTERPRETATIONS.get(code or "", _UNKNOWN)
