"""The jobs as Django sees them."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Queues live in the tables of procrastinate; this room only grants and names."""

    name = "provident.jobs"
    label = "jobs"
