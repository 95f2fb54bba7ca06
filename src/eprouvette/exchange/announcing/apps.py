"""Django application of the announcing room."""

from django.apps import AppConfig


class AnnouncingConfig(AppConfig):
    """Identities told to partners."""

    name = "eprouvette.exchange.announcing"
    label = "announcing"
    verbose_name = "Identités annoncées"
