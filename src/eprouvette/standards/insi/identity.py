"""What is asked of INSi and what it answers: traits and numbers, as values.

Source: digest ``exchanges.md`` 1.2, 1.4 and 1.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.core.ins import Ins, key_of

UNKNOWN_PLACE: Final = "99999"
"""The COG of a birth place that nobody knows: never sent, since the service would look for it."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one question. ``birth_date`` is ``YYYY-MM-DD``, ``birth_place`` a COG or empty.

    One given name or several, in the order of civil status; a question with several asks for all of them.
    """

    birth_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: str
    birth_place: str = ""


@dataclass(frozen=True, slots=True)
class CardTraits:
    """What a Vitale card says of one beneficiary: own or holder's number (15 characters), name, date, rank."""

    holder: str
    own: str = ""
    birth_name: str = ""
    birth_date: str = ""
    rank: str = ""


@dataclass(frozen=True, slots=True)
class InsRecord:
    """One number as received: 13 characters, key (may be empty or wrong), OID, and the dates that came with it."""

    matricule: str
    key: str
    oid: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class InsiIdentity:
    """An identity as INSi gives it. A trait that it did not give is empty: the comparison then forbids it.

    ``birth_date`` stays text (``YYYY-MM-DD``, month or day may be ``00`` or more than a calendar has);
    ``history`` is in the order received and may repeat the active number.
    """

    matricule: str
    key: str
    oid: str
    birth_name: str
    given_names: tuple[str, ...]
    first_given_name: str
    sex: str
    birth_date: str
    birth_place: str
    history: tuple[InsRecord, ...] = ()

    @property
    def key_is_valid(self) -> bool:
        """True when the key received is the key of the number; a wrong one is accepted, logged and shown."""
        return key_of(self.matricule) == self.key

    @property
    def ins(self) -> Ins:
        """The number of 15 characters and its OID; the key is computed when INSi gave none."""
        return Ins(self.matricule + (self.key or key_of(self.matricule)), self.oid)
