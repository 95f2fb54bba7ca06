"""Django application of the jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs and beats."""

    name = "eprouvette.foundation.jobs"
    label = "jobs"
    verbose_name = "Travaux"
