"""Django application of the directory room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Practitioners and their mailboxes."""

    name = "eprouvette.lab.directory"
    label = "directory"
    verbose_name = "Annuaire"
    default_auto_field = "django.db.models.BigAutoField"
