"""Django application of the audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Journal."""

    name = "eprouvette.foundation.audit"
    label = "audit"
    verbose_name = "Journal"
