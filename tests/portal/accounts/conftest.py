"""Pages without the detour to https."""

from zoneinfo import ZoneInfo

import pytest

from provident.ledger.actions import register_installation


@pytest.fixture(autouse=True)
def served(db, settings):
    """Serve without https, for an agency that stands."""
    settings.SECURE_SSL_REDIRECT = False
    register_installation(
        agency_en="A", agency_zh="甲", currency="CNY", zone=ZoneInfo("Asia/Shanghai"), home_region=990000
    )
