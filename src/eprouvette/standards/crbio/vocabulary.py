"""Words that go with the codes written by this package.

Source: ANS, jeux de valeurs CI-SIS (digest ``cr-bio.md`` 12): J142 encounter, J143 sex, Confidentiality,
HL7 ObservationInterpretation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded

SYSTEM_NAMES: Final = {
    oids.LOINC: "LOINC",
    oids.SNOMED_CT: "SNOMED CT",
    oids.TA_ASIP: "TA_ASIP",
}

SEXES: Final = {"F": "Féminin", "M": "Masculin", "UN": "Inconnu"}

CONFIDENTIALITIES: Final = {"N": "Normal", "R": "Restreint", "V": "Très restreint"}

ENCOUNTERS: Final = {
    "IMP": Coded("IMP", oids.ACT_CODE, "Hospitalisation (établissement, y compris HAD)"),
    "EMER": Coded("EMER", oids.ACT_CODE, "Passage aux urgences (établissement)"),
    "AMB": Coded("AMB", oids.ACT_CODE, "Ambulatoire (hors établissement)"),
    "FLD": Coded("FLD", oids.ACT_CODE, "Terrain (voie publique, hélicoptère, ambulance, etc.)"),
    "HH": Coded("HH", oids.ACT_CODE, "Soins à domicile (hors établissement)"),
    "VR": Coded("VR", oids.ACT_CODE, "Virtuelle (exemple : RCP en l'absence du patient)"),
    "EXTERNE": Coded("EXTERNE", "1.2.250.1.213.1.1.4.2.291", "Acte et consultation externe (établissement)"),
    "SEANCE": Coded("SEANCE", "1.2.250.1.213.1.1.4.2.291", "Séance (établissement ou libéral)"),
}


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The words of an interpretation code, the mark that precedes a value, and whether it stands out."""

    words: str
    mark: str = ""
    stands_out: bool = True


_QUIET: Final = False

INTERPRETATIONS: Final = {
    "<": Interpretation("Inférieur à la limite de détection", "", _QUIET),
    ">": Interpretation("Supérieur à la limite maximale de mesure", "▲"),
    "A": Interpretation("Anormal", "!"),
    "AA": Interpretation("Très anormal, alerte", "!!"),
    "B": Interpretation("Amélioration", "", _QUIET),
    "CAR": Interpretation("Porteur d'une forme altérée d'un gène", "!"),
    "D": Interpretation("Diminution significative par rapport au résultat antérieur", "↓"),
    "DET": Interpretation("Détecté", "+"),
    "E": Interpretation("Équivoque", "?"),
    "EX": Interpretation("Hors seuils", "!"),
    "EXP": Interpretation("Attendu", "", _QUIET),
    "H": Interpretation("Anormalement haut", "▲"),
    "HH": Interpretation("Très anormalement haut, alerte", "▲▲"),
    "HU": Interpretation("Significativement haut", "▲"),
    "HX": Interpretation("Hors seuil supérieur", "▲"),
    "I": Interpretation("Intermédiaire", "", _QUIET),
    "IE": Interpretation("Preuves insuffisantes", "", _QUIET),
    "IND": Interpretation("Indéterminé", "?"),
    "L": Interpretation("Anormalement bas", "▼"),
    "LL": Interpretation("Très anormalement bas, alerte", "▼▼"),
    "LU": Interpretation("Significativement bas", "▼"),
    "LX": Interpretation("Hors seuil inférieur", "▼"),
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
