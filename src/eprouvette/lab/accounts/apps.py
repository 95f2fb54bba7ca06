"""Django application of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and what each role may do."""

    name = "eprouvette.lab.accounts"
    label = "accounts"
    verbose_name = "Comptes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what may be wrong on a site."""
        from eprouvette.lab.accounts import checks  # noqa: F401 - importing is declaring
