"""Django application of the database room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """The database server and its schema."""

    name = "eprouvette.foundation.database"
    label = "database"
    verbose_name = "Base de données"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.database import checks  # noqa: F401 - importing is declaring
