"""The room as Django knows it."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Residents, employers, their numbers, names and archive."""

    name = "provident.identity"
