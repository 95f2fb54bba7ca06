"""Django application of the intake room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Messages received."""

    name = "eprouvette.exchange.intake"
    label = "intake"
    verbose_name = "Messages reçus"
