"""The ledger's place in Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the ledger's tables."""

    name = "provident.ledger"
    label = "ledger"
    verbose_name = "Ledger"
