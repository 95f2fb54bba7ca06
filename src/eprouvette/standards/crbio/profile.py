"""What changes from one published version of the CR-BIO profile to another, as data.

Source: ANS, CI-SIS volet CR-BIO 2024.01 (digest ``cr-bio.md`` 1, 2 and 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from eprouvette.standards.crbio.markup import Xml

Version = Literal["2024.01", "2021.01"]


@dataclass(frozen=True, slots=True)
class CrbioProfile:
    """One version of the profile: what the document declares, whether it carries its PDF, whether it goes as a pair.

    ``paired`` says that N3 and N1 travel together, each under its own id (`pair.companion`).
    """

    version: Version
    n3_templates: Xml
    n1_templates: Xml
    pdf_copy: bool
    paired: bool = False


_COMMON: Final = '<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/>'

CRBIO_2024_01: Final = CrbioProfile(
    version="2024.01",
    n3_templates=Xml(
        _COMMON + '<templateId root="1.3.6.1.4.1.19376.1.3.3"/>'
        '<templateId root="1.2.250.1.213.1.1.1.55" extension="2024.01"/>'
    ),
    # Structuration minimale: exactly three on a document whose body is a file.
    n1_templates=Xml(_COMMON + '<templateId root="1.3.6.1.4.1.19376.1.2.20"/>'),
    pdf_copy=True,
)

CRBIO_2021_01: Final = CrbioProfile(
    version="2021.01",
    n3_templates=Xml(
        _COMMON + '<templateId root="1.3.6.1.4.1.19376.1.3.3"/><templateId root="1.2.250.1.213.1.1.1.55"/>'
    ),
    n1_templates=CRBIO_2024_01.n1_templates,
    # The first wave has no section for it: the PDF goes beside, and N3 and N1 as a pair.
    pdf_copy=False,
    paired=True,
)

PROFILES: Final[dict[str, CrbioProfile]] = {profile.version: profile for profile in (CRBIO_2024_01, CRBIO_2021_01)}
"""By version, the one written by default first."""
