"""The short lists of the forms: codes that people choose by their words."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from eprouvette.core.coded import Coded
from eprouvette.lab.catalogue.errors import CatalogueDataError

Name = Literal["sites", "contexts", "sought", "vaccines", "kits", "media"]
_FILE: Final = files("eprouvette.lab.catalogue") / "data" / "lists.toml"


def listed(name: Name) -> tuple[Coded, ...]:
    """The codes of a list in the order of its file; raises `CatalogueDataError`."""
    return tuple(_lists()[name].values())


def by_code(name: Name, code: str) -> Coded | None:
    """The code of a list with its words, or None."""
    return _lists()[name].get(code)


@cache
def _lists() -> dict[str, dict[str, Coded]]:
    try:
        content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        return {name: _read(table["system"], table["codes"]) for name, table in content.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogueDataError("lists.toml : une liste a un système et des paires (code, libellé).") from error


def _read(system: str, rows: list[list[str]]) -> dict[str, Coded]:
    """Each row is a code and its words, then its own system when it is not the list's."""
    return {code: Coded(code, own[0] if own else system, words) for code, words, *own in rows}
