"""Django application of the identity room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Patients and the status of their identity."""

    name = "eprouvette.lab.identity"
    label = "identity"
    verbose_name = "Identité"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.lab.identity import checks  # noqa: F401 - importing is declaring
