"""A quick hash of passwords, and pages without the detour to https."""

from zoneinfo import ZoneInfo

import pytest

from provident.ledger.actions import register_installation


@pytest.fixture(autouse=True)
def quick(db, settings):
    """Hash quickly; what is tested here is not how slow a guess is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECURE_SSL_REDIRECT = False
    register_installation(
        agency_en="A", agency_zh="甲", currency="CNY", zone=ZoneInfo("Asia/Shanghai"), home_region=990000
    )
