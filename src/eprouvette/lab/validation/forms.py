"""The codes of the forms of a report: its level, with the sheet inside or not, its version of the profile."""

from __future__ import annotations

from typing import Final, Literal

from eprouvette.standards.crbio.profile import CRBIO_2024_01, PROFILES, Version

Base = Literal["n3", "n3_xsl", "n1", "n1_xsl"]
BASES: Final[tuple[Base, ...]] = ("n3", "n3_xsl", "n1", "n1_xsl")
DEFAULT: Final[Version] = CRBIO_2024_01.version
"""The version that every release is rendered in; another one is rendered when a partner first needs it."""
_SUFFIXES: Final[dict[Version, str]] = {"2024.01": "", "2021.01": "_2021"}


def code(base: Base, version: Version) -> str:
    """``n3_xsl``, ``n1_2021``…: how the form of a release is called where documents and deliveries are kept."""
    return f"{base}{_SUFFIXES[version]}"


CODES: Final = tuple(code(base, profile.version) for profile in PROFILES.values() for base in BASES)
