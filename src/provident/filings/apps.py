"""The filings room's place in Django."""

from django.apps import AppConfig


class FilingsConfig(AppConfig):
    """Registers the filings' tables."""

    name = "provident.filings"
    label = "filings"
    verbose_name = "Filings"
