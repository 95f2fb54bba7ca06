"""Django application of the identity room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Patients and the status of their identity."""

    name = "eprouvette.lab.identity"
    label = "identity"
    verbose_name = "Identité"
    default_auto_field = "django.db.models.BigAutoField"
