"""Words that go with the codes written by this package.

Source: ANS, jeux de valeurs CI-SIS (digest ``cr-bio.md`` 12): J142 encounter, J143 sex, Confidentiality.
"""

from __future__ import annotations

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
