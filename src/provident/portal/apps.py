"""The portal as Django sees it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages only; the portal has no tables."""

    name = "provident.portal"
    label = "portal"
