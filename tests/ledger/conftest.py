"""Fixtures of the ledger's tests."""

import pytest

from . import people


@pytest.fixture
def ledger(db: None) -> None:
    """Name the agency; everything is rolled back after the test."""
    people.install()


@pytest.fixture
def lasting_ledger(fresh_database: str) -> str:
    """Name the agency in a database of the test's own; return the database's name."""
    people.install()
    return fresh_database
