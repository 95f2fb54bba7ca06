"""Django application of the partners room."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Reports of subcontracting laboratories."""

    name = "eprouvette.lab.partners"
    label = "partners"
    verbose_name = "Sous-traitance"
    default_auto_field = "django.db.models.BigAutoField"
