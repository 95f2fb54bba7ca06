"""Django application of the results room."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Observations and what was measured."""

    name = "eprouvette.lab.results"
    label = "results"
    verbose_name = "Résultats"
    default_auto_field = "django.db.models.BigAutoField"
