"""Django application of the dispatch room."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Deliveries, attempts, judgements."""

    name = "eprouvette.exchange.dispatch"
    label = "dispatch"
    verbose_name = "Envois"
