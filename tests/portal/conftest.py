"""Fixtures of the portal's tests."""

import pytest
from django.core.cache import cache
from filings import world


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hash quickly; what is tested here is not how slow a guess is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def town(fresh_database, tmp_path, settings):
    """Insure two people, neither of whom has an account."""
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["testserver"]
    cache.clear()
    world.agency(1)
    world.Desk(tmp_path).send(world.enrol([1, 2], "2025-03"))
