"""CR-BIO: a laboratory report written as CDA R2 (N3 and N1), read back and shown.

    from eprouvette.standards.crbio import write_n3

Source: ANS, CI-SIS volet « Compte rendu d'examens de biologie médicale » 2024.01.
"""

from eprouvette.standards.crbio.document import self_presentable, write_n1, write_n3
from eprouvette.standards.crbio.errors import (
    CrbioError,
    ForbiddenCharacterError,
    IncoherentReportError,
    UnreadableCdaError,
)
from eprouvette.standards.crbio.presentable import SHEET_NAME, sheet
from eprouvette.standards.crbio.profile import CRBIO_2021_01, CRBIO_2024_01, PROFILES, CrbioProfile
from eprouvette.standards.crbio.reading import extract, to_html

__all__ = [
    "CRBIO_2021_01",
    "CRBIO_2024_01",
    "PROFILES",
    "SHEET_NAME",
    "CrbioError",
    "CrbioProfile",
    "ForbiddenCharacterError",
    "IncoherentReportError",
    "UnreadableCdaError",
    "extract",
    "self_presentable",
    "sheet",
    "to_html",
    "write_n1",
    "write_n3",
]
