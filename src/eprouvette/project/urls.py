"""The addresses of the product: all of them are pages of the web room."""

from django.urls import include, path

urlpatterns = [path("", include("eprouvette.web.urls"))]
