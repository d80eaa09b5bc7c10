"""The room as Django knows it: no tables, two functions that serve the yearly run."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """What a person is told."""

    name = "provident.statements"
