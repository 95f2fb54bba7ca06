"""Makes Django ready for a command: database address first, then the applications."""

from __future__ import annotations

import os

import django
from django.core.management import call_command

from eprouvette.core.env import Env, SettingError
from eprouvette.foundation.database.embedded import EmbeddedDatabase
from eprouvette.project.readers import data_folder


def setup(*, migrate: bool = False) -> None:
    """Attach to ``DATABASE_URL`` or to the embedded database, and load the applications.

    With ``migrate`` the schema is brought up to date. Raises `SettingError` or `EmbeddedDatabaseError`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eprouvette.project.settings")
    if "DATABASE_URL" not in os.environ:
        if os.environ.get("EPROUVETTE_PROFILE") == "production":
            raise SettingError("La variable DATABASE_URL est obligatoire en production.")
        os.environ["DATABASE_URL"] = embedded().start()
    django.setup()
    if migrate:
        call_command("migrate", interactive=False, verbosity=0)


def embedded() -> EmbeddedDatabase:
    """The embedded database of this installation's data folder."""
    return EmbeddedDatabase(data_folder(Env(os.environ)))
