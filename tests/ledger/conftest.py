"""Fixtures of the ledger's tests."""

import pytest

from provident.ledger import posting

from . import people


@pytest.fixture(autouse=True)
def in_a_filing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every posting part of a filing, as the rooms above do: else no secret comes out to salt it."""
    hand_out = posting.secrets_of

    def secrets_of(persons):
        people.be_a_filing()
        return hand_out(persons)

    monkeypatch.setattr(posting, "secrets_of", secrets_of)


@pytest.fixture
def ledger(db: None) -> None:
    """Name the agency; everything is rolled back after the test."""
    people.install()


@pytest.fixture
def lasting_ledger(fresh_database: str) -> str:
    """Name the agency in a database of the test's own; return the database's name."""
    people.install()
    return fresh_database
