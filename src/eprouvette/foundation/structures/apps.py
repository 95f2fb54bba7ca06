"""Django application of the structures room."""

from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Structures."""

    name = "eprouvette.foundation.structures"
    label = "structures"
    verbose_name = "Structures"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.structures import checks  # noqa: F401 - importing is declaring
