"""Django application of the room that asks INSi."""

from django.apps import AppConfig


class IdentitiesConfig(AppConfig):
    """Questions to INSi, their answers, and the runs of verification."""

    name = "eprouvette.exchange.identities"
    label = "identities"
    verbose_name = "INSi"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.exchange.identities import checks  # noqa: F401 - importing is declaring
