"""Typed readers of the environment: a bad value stops the start with a sentence.

A secret may also be given by a file named in ``<NAME>_FILE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eprouvette.core.errors import EprouvetteError


class SettingError(EprouvetteError):
    """Un réglage de l'environnement est absent ou illisible."""

    hint = "Corriger la variable d'environnement indiquée, puis relancer."


class Env:
    """Reads one mapping of environment variables (``os.environ`` in the product, a dict in tests)."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self._source = source

    def text(self, name: str, default: str | None = None) -> str:
        """The value of ``name``; raises `SettingError` when it is missing and has no default."""
        value = self._source.get(name, default)
        if value is None:
            raise SettingError(f"La variable {name} est obligatoire.")
        return value

    def integer(self, name: str, default: int) -> int:
        """A whole number; raises `SettingError` for anything else."""
        raw = self._source.get(name)
        if raw is None:
            return default
        try:
            return int(raw)
        except ValueError as error:
            raise SettingError(f"La variable {name} doit être un nombre entier.") from error

    def boolean(self, name: str, *, default: bool) -> bool:
        """``1 true yes on`` or ``0 false no off``; raises `SettingError` for anything else."""
        raw = self._source.get(name)
        if raw is None:
            return default
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise SettingError(f"La variable {name} doit valoir 1 ou 0.")

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of ``allowed``; raises `SettingError` for anything else."""
        value = self._source.get(name, default)
        if value not in allowed:
            raise SettingError(f"La variable {name} doit valoir : {', '.join(allowed)}.")
        return value

    def secret(self, name: str) -> str | None:
        """The value of ``name`` or the content of the file ``<name>_FILE``; None when neither is set."""
        if path := self._source.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingError(f"Le fichier de {name}_FILE est illisible.") from error
        return self._source.get(name)
