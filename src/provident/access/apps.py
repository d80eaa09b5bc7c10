"""The room as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, grants, purposes and looks."""

    name = "provident.access"
