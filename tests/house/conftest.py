"""House tests read the project; where they import it, Django is set up by its settings' name."""

import os

import django
import pytest
from django.apps import apps


def set_up() -> None:
    """Set Django up, unless somebody has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "provident.config.settings")
    os.environ.setdefault("PROVIDENT_SECRET_KEY", "tests only " * 5)
    if not apps.ready:
        django.setup()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Set Django up last: the tests' database must have named its address before settings are read."""
    set_up()
