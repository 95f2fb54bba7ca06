"""Django application of the trust room."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """Keys and certificates."""

    name = "eprouvette.foundation.trust"
    label = "trust"
    verbose_name = "Certificats"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.foundation.trust import checks  # noqa: F401 - importing is declaring
