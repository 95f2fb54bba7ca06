"""Django application of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages."""

    name = "eprouvette.web"
    label = "web"
    verbose_name = "Pages"
