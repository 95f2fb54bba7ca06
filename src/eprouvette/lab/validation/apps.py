"""Django application of the validation room."""

from django.apps import AppConfig


class ValidationConfig(AppConfig):
    """Checks, validations, releases."""

    name = "eprouvette.lab.validation"
    label = "validation"
    verbose_name = "Validation"
    default_auto_field = "django.db.models.BigAutoField"
