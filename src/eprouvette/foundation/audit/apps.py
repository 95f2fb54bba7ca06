"""Django application of the audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Journal."""

    name = "eprouvette.foundation.audit"
    label = "audit"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.audit import checks  # noqa: F401 - importing is declaring
