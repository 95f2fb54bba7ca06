"""The national health identity number: matricule, key and assigning authority, always together.

Source: ANS, référentiel INS; digest ``exchanges.md`` 1.6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from eprouvette.core import oids
from eprouvette.core.errors import InvalidValueError

Profile = Literal["simulator", "test", "production"]

ACCEPTED_OIDS: Final[dict[Profile, frozenset[str]]] = {
    "production": frozenset({oids.INS_NIR, oids.INS_NIA}),
    "test": frozenset({oids.INS_NIR_TEST, oids.INS_NIR_DEMO}),
    "simulator": frozenset({oids.INS_NIR_TEST, oids.INS_NIA}),
}
"""Which assigning authorities an instance may hold; mixing environments is refused."""

_NUMBER = re.compile(r"\d{5}(\d{2}|2[AB])\d{6}")


def key_of(number: str) -> str:
    """The two-digit key of a 13-character number; Corsica counts as 19 (2A) or 18 (2B).

    Raises `InvalidValueError` when the number has another form.
    """
    if not _NUMBER.fullmatch(number):
        raise InvalidValueError("Le matricule doit avoir 13 caractères.")
    digits = number.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(digits) % 97:02d}"


@dataclass(frozen=True, slots=True)
class Ins:
    """A matricule of 15 characters (13 + key) and the OID that says NIR or NIA: one never travels alone.

    The form is checked here, the key is not: a wrong key answered by INSi is accepted and logged
    (``exchanges.md`` trap 10), whereas a typed one is refused with `has_valid_key`.
    """

    value: str
    oid: str

    def __post_init__(self) -> None:
        if len(self.value) != 15 or not _NUMBER.fullmatch(self.value[:13]) or not self.value[13:].isdigit():
            raise InvalidValueError("L'INS doit avoir 15 caractères : 13 de matricule et 2 de clé.")
        if self.oid not in oids.INS_OIDS:
            raise InvalidValueError("L'OID de l'INS n'est pas celui d'un NIR ou d'un NIA.")

    @property
    def has_valid_key(self) -> bool:
        """True when the last two digits are the key of the thirteen others."""
        return key_of(self.value[:13]) == self.value[13:]

    @property
    def is_nia(self) -> bool:
        """True for a temporary number (never fed to the DMP)."""
        return self.oid == oids.INS_NIA
