"""Fixtures of the sealer's tests: a ledger of the test's own, with guard, keys and tiles beside it."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from provident.ledger import queries
from provident.ledger.seal.logs.named import Places, places


@dataclass(frozen=True)
class Sealing:
    """Where a test's logs keep things."""

    installation: uuid.UUID
    places: Places
    base: Path


@pytest.fixture
def sealing(lasting_ledger, tmp_path, monkeypatch):
    """Return the places of a ledger whose data, guard and keys lie in directories of the test's own."""
    for setting, folder in (
        ("PROVIDENT_DATA", "data"),
        ("PROVIDENT_GUARD", "guard"),
        ("PROVIDENT_LOG_KEYS", "keys"),
    ):
        monkeypatch.setenv(setting, str(tmp_path / folder))
    installation = queries.installation().id
    return Sealing(installation, places(installation), tmp_path)
