"""One embedded PostgreSQL for a run of the tests, unless ``DATABASE_URL`` names another server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from eprouvette.foundation.database.embedded import EmbeddedDatabase


class TestDatabase:
    """Starts the server and sets the environment before Django reads it; stops and forgets it at the end."""

    __test__ = False

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="eprouvette-tests-")
        self._embedded = EmbeddedDatabase(Path(self._folder.name), fast=True)

    def start(self) -> None:
        """Make Django importable on this machine."""
        os.environ["EPROUVETTE_DATA"] = self._folder.name
        os.environ["EPROUVETTE_PROFILE"] = "simulator"
        os.environ.setdefault("DATABASE_URL", self._embedded.start())
        os.environ["DJANGO_SETTINGS_MODULE"] = "eprouvette.project.settings"

    def stop(self) -> None:
        """Stop the server of this run and remove its files."""
        self._embedded.destroy()
        self._folder.cleanup()
