"""Which form of the report goes to which channel, in which version of the profile: tables.

The self-presentable form (the CDA with the laboratory's style sheet inside) is the default
everywhere: REQ-CRB-01. Its MIME type in XDS metadata follows from the bytes (``exchanges.md`` 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.exchange.channels.base import ChannelCode
from eprouvette.lab.validation.forms import Base, code
from eprouvette.standards.crbio.profile import PROFILES, CrbioProfile, Version

FORM_OF_CHANNEL: Final[dict[ChannelCode, Base]] = {
    "dmp": "n3_xsl",
    "mss_pro": "n3_xsl",
    "mss_patient": "n3_xsl",
}

_LEVEL_ONE: Final[dict[Base, Base]] = {"n3": "n1", "n3_xsl": "n1_xsl"}
_PLAIN: Final[dict[Base, Base]] = {"n3": "n3", "n3_xsl": "n3", "n1": "n1", "n1_xsl": "n1"}
"""The official rules read the document without its style sheet: what is judged for each form."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves under the code of its first document: the second one of a pair, and what the rules judge of both."""

    version: Version
    second: str | None
    judged: tuple[str, ...]


def _parcel(base: Base, profile: CrbioProfile) -> Parcel:
    bases = [base, *([_LEVEL_ONE[base]] if profile.paired and base in _LEVEL_ONE else [])]
    judged = tuple(code(_PLAIN[one], profile.version) for one in bases)
    return Parcel(profile.version, code(bases[1], profile.version) if len(bases) > 1 else None, judged)


PARCELS: Final[dict[str, Parcel]] = {
    code(base, profile.version): _parcel(base, profile) for profile in PROFILES.values() for base in _PLAIN
}
"""By the form of a delivery."""


def form_of(channel: ChannelCode, version: Version) -> str:
    """The form that a channel takes, in the version that its recipient asks for."""
    return code(FORM_OF_CHANNEL[channel], version)


def needing(judged: str) -> tuple[str, ...]:
    """The forms of deliveries that wait for the verdict on ``judged``."""
    return tuple(form for form, parcel in PARCELS.items() if judged in parcel.judged)


def version_judged(judged: str) -> Version:
    """By the rules of which version a judged form is held."""
    return PARCELS[judged].version
