"""Django application of the documents room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "eprouvette.foundation.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.documents import checks  # noqa: F401 - importing is declaring
