"""Django application of the structures room."""

from django.apps import AppConfig


class StructuresConfig(AppConfig):
    """Structures."""

    name = "eprouvette.foundation.structures"
    label = "structures"
    verbose_name = "Structures"
