"""A Vitale card read from a file: the reader of the demonstration and of the tests.

The file is JSON: ``origin`` (``vitale`` or ``apcv``), ``state`` (``valid``, ``expired``, ``blocked``), ``holder`` and
``beneficiaries`` (``birth_name``, ``given_name``, ``used_name``, ``birth_date``, ``rank``, ``matricule``). Without its
folder there is no reader, without the file no card.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from eprouvette.standards.insi.vitale import (
    Beneficiary,
    BlockedCardError,
    ExpiredCardError,
    NoCardError,
    NoReaderError,
    UnreadableCardError,
    VitaleCard,
    VitaleError,
)

LARGEST: Final = 100_000
_STATES: Final[dict[str, type[VitaleError]]] = {"expired": ExpiredCardError, "blocked": BlockedCardError}
_FIELDS: Final = ("birth_name", "given_name", "birth_date", "rank", "matricule", "used_name")


class FileReader:
    """A `VitaleReader` whose card is a file, which may come and go."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> VitaleCard:
        """The card that is there now; raises `VitaleError`."""
        if not self._path.parent.is_dir():
            raise NoReaderError
        try:
            with self._path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError as error:
            raise NoCardError from error
        except OSError as error:
            raise UnreadableCardError from error
        return _card(content)


def _card(content: bytes) -> VitaleCard:
    try:
        said: Any = json.loads(content) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("origin") not in ("vitale", "apcv"):
        raise UnreadableCardError
    state, holder, people = said.get("state"), said.get("holder"), said.get("beneficiaries")
    if isinstance(state, str) and state in _STATES:
        raise _STATES[state]
    if state != "valid" or not isinstance(holder, str) or not isinstance(people, list) or not people:
        raise UnreadableCardError
    return VitaleCard(holder, tuple(_beneficiary(one) for one in people), said["origin"])


def _beneficiary(said: object) -> Beneficiary:
    values = [said.get(name) for name in _FIELDS] if isinstance(said, dict) else []
    texts = [one for one in values if isinstance(one, str)]
    if len(texts) != len(_FIELDS):
        raise UnreadableCardError
    return Beneficiary(*texts)
