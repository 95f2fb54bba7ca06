"""Django application of the catalogue room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Exams, panels and ranges."""

    name = "eprouvette.lab.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"
