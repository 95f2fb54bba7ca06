"""Django application of the directory feed."""

from django.apps import AppConfig


class DirectoryFeedConfig(AppConfig):
    """The copy of the national directory."""

    name = "eprouvette.exchange.directory_feed"
    label = "directory_feed"
    verbose_name = "Copie de l'annuaire"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.exchange.directory_feed import checks  # noqa: F401 - importing is declaring
