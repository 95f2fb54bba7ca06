"""Django application of the dispatch room."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Deliveries, attempts, judgements."""

    name = "eprouvette.exchange.dispatch"
    label = "dispatch"
    verbose_name = "Envois"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.exchange.dispatch import checks  # noqa: F401 - importing is declaring
