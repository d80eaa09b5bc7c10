"""The room as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Requests of residents, their steps and answers."""

    name = "provident.cases"
