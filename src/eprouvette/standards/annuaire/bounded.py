"""JSON of a stranger: bounded in bytes, in depth and in number of values, and only the values that text can hold."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from eprouvette.core.errors import EprouvetteError

LONGEST: Final = 5_000_000
DEEPEST: Final = 40
MOST_VALUES: Final = 400_000
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class BoundedJsonError(EprouvetteError):
    """La réponse de l'annuaire n'est pas du JSON lisible."""

    permanent = False
    hint = "Recommencer plus tard ; si cela dure, vérifier l'adresse de l'annuaire."


def read_object(data: bytes) -> dict[str, Any]:
    """The object that the bytes hold; raises `BoundedJsonError`."""
    if len(data) > LONGEST:
        raise BoundedJsonError("La réponse de l'annuaire est démesurée.")
    try:
        value = json.loads(data, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        # The parser's own error quotes the document: it is not kept as a cause.
        raise BoundedJsonError from (None if isinstance(error, ValueError) else RecursionError())
    if not isinstance(value, dict):
        raise BoundedJsonError("La réponse de l'annuaire n'est pas un objet JSON.")
    _require_bounds(value)
    return value


def _not_a_number(_: str) -> NoReturn:
    raise ValueError


def _require_bounds(value: dict[str, Any]) -> None:
    """Level by level, so that no depth of the document is a depth of ours."""
    level: list[Any] = [value]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_VALUES:
            raise BoundedJsonError("La réponse de l'annuaire contient trop de valeurs.")
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        if not below:
            return
        level = below
    raise BoundedJsonError("La réponse de l'annuaire est trop profonde.")


def text(value: object, longest: int = 200) -> str:
    """A text on one line, cut at its longest; empty for what is not text."""
    if not isinstance(value, str):
        return ""
    return " ".join(_UNPRINTABLE.sub(" ", value).split())[:longest]


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; nothing for what is not a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def item(value: object) -> dict[str, Any]:
    """An object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}
