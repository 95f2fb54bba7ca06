"""Django application of the orders room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Dossiers, samples, requested exams."""

    name = "eprouvette.lab.orders"
    label = "orders"
    verbose_name = "Dossiers"
    default_auto_field = "django.db.models.BigAutoField"
