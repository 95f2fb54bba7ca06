"""Django application of the documents room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "eprouvette.foundation.documents"
    label = "documents"
    verbose_name = "Documents"
