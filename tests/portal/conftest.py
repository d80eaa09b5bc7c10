"""Fixtures of the portal's tests."""

import pytest
from django.core.cache import cache
from filings import world


@pytest.fixture
def town(fresh_database, tmp_path, settings):
    """Insure two people, neither of whom has an account."""
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["testserver"]
    cache.clear()
    world.agency(1)
    world.Desk(tmp_path).send(world.enrol([1, 2], "2025-03"))
