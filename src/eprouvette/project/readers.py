"""Pure readers of the settings that are more than a word: data folder, database address, keys."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from eprouvette.core.env import Env, SettingError


def data_folder(env: Env) -> Path:
    """The folder of the installation's data, made with mode 0700 when it is not there."""
    home = env.text("XDG_DATA_HOME", "") or str(Path.home() / ".local" / "share")
    folder = Path(env.text("EPROUVETTE_DATA", str(Path(home) / "eprouvette")))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("Le dossier de EPROUVETTE_DATA ne peut pas être créé.") from error
    if not os.access(folder, os.W_OK):
        raise SettingError("Le dossier de EPROUVETTE_DATA n'est pas accessible en écriture.")
    return folder.resolve()


def database(url: str) -> dict[str, Any]:
    """Django's dictionary for ``postgresql://user:password@host:port/name?option=…``.

    A statement met three times is prepared, which saves the server a seventh of a report's road;
    ``?prepare_threshold=none`` is for a pooler that cannot follow (PgBouncer before 1.21, in transaction mode).
    Raises `SettingError` for any other kind of database: PostgreSQL is the only one.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError("DATABASE_URL doit commencer par « postgresql:// ».")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options |= {"server_side_binding": True, "prepare_threshold": _threshold(options.get("prepare_threshold", "3"))}
    host = parts.hostname or options.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _threshold(text: str) -> int | None:
    if text == "none":
        return None
    if not (text.isascii() and text.isdigit()):
        raise SettingError("L'option prepare_threshold de DATABASE_URL est un nombre entier, ou « none ».")
    return int(text)


def secret_key(env: Env, folder: Path, *, required: bool) -> str:
    """The secret of sessions: from the environment, else made once and kept in the data folder (mode 0600).

    Raises `SettingError` when the environment must give it and does not.
    """
    if given := env.secret("EPROUVETTE_SECRET_KEY"):
        return given
    if required:
        raise SettingError("La variable EPROUVETTE_SECRET_KEY est obligatoire en production.")
    kept = folder / "secret_key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made := secrets.token_urlsafe(50))
    return made


def identity_keys(env: Env) -> tuple[bytes, ...]:
    """The keys of the copies of identity documents, the one in use first: 64 hexadecimal signs each, one a line.

    None is allowed: no copy is kept then. Raises `SettingError` for anything else.
    """
    keys = []
    for word in (env.secret("EPROUVETTE_IDENTITY_KEY") or "").split():
        if not re.fullmatch("[0-9A-Fa-f]{64}", word):
            raise SettingError("EPROUVETTE_IDENTITY_KEY : chaque clé a 64 signes hexadécimaux, une par ligne.")
        keys.append(bytes.fromhex(word))
    return tuple(keys)


def copy_years(env: Env) -> int:
    """How many years after the last visit copies of identity documents are kept: three advised, five at most."""
    return bounded(env, "EPROUVETTE_IDENTITY_COPY_YEARS", 3, 1, 5)


def bounded(env: Env, name: str, default: int, least: int, most: int) -> int:
    """A whole number between two bounds; raises `SettingError` for any other."""
    value = env.integer(name, default)
    if not least <= value <= most:
        raise SettingError(f"{name} doit être compris entre {least} et {most}.")
    return value
