"""Django application of the jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs and beats."""

    name = "eprouvette.foundation.jobs"
    label = "jobs"
    verbose_name = "Travaux"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.jobs import checks  # noqa: F401 - importing is declaring
