"""The place of these tests, made once."""

import importlib

import pytest
from django.conf import settings


@pytest.fixture(scope="package")
def place(test_server, django_db_blocker, tmp_path_factory):
    """Make the place in a database of its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PROVIDENT_DATA", str(tmp_path_factory.mktemp("place")))
    patch.setattr(settings, "SECURE_SSL_REDIRECT", False)
    with django_db_blocker.unblock(), test_server.clone():
        # This file is read before Django is set up.
        yield importlib.import_module(f"{__package__}.place").make()
    patch.undo()
