"""What may be wrong with the database of a site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from eprouvette.foundation.database.embedded import EmbeddedDatabase

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

OLDEST_SERVER: Final = 14
UNREACHABLE: Final = Error(
    "La base de données ne répond pas.",
    hint="Vérifier que PostgreSQL est démarré et que DATABASE_URL est juste.",
    id="eprouvette.database.E001",
)


def of_rows(check: Callable[[], Sequence[CheckMessage]]) -> Callable[[], Sequence[CheckMessage]]:
    """Declare a check that reads rows: it runs only where databases are named, once `obstacles` has found none."""

    def run(*, databases: Sequence[str] | None = None, **_: object) -> Sequence[CheckMessage]:
        return check() if databases else []

    register(run, Tags.database)
    return check


def obstacles() -> list[CheckMessage]:
    """What keeps the rows from being read: no server, one too old, or the schema of another version."""
    try:
        connection.ensure_connection()
    except OperationalError:
        return [UNREACHABLE]
    if cast("DatabaseWrapper", connection).pg_version < OLDEST_SERVER * 10_000:
        hint = f"Installer PostgreSQL {OLDEST_SERVER} ou plus récent."
        return [Error("Ce serveur PostgreSQL est trop ancien.", hint=hint, id="eprouvette.database.E003")]
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        sentence = "Le schéma de la base n'est pas celui de cette version."
        return [Error(sentence, hint="Lancer « eprouvette database migrate ».", id="eprouvette.database.E004")]
    return []


@register()
def embedded_database(**_: object) -> Sequence[CheckMessage]:
    """The embedded server is for demonstration and tests, never for real patients."""
    if not EmbeddedDatabase(settings.EPROUVETTE_DATA).serves(settings.DATABASES["default"]["HOST"]):
        return []
    sentence = "La base embarquée est faite pour la démonstration et les essais, jamais pour de vrais patients."
    hint = "Donner dans DATABASE_URL l'adresse d'un PostgreSQL du laboratoire."
    if settings.EPROUVETTE_PROFILE == "production":
        return [Error(sentence, hint=hint, id="eprouvette.database.E002")]
    return [Info(sentence, hint=hint, id="eprouvette.database.I001")]
