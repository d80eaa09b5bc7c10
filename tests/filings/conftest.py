"""Fixtures of the filings' tests: an agency whose clock stands, a state directory, a desk."""

import pytest
import time_machine

from . import world


@pytest.fixture
def stopped():
    """Stand at one moment of the agency's time."""
    with time_machine.travel(world.NOW, tick=False):
        yield world.NOW


@pytest.fixture
def desk(db, stopped, tmp_path, monkeypatch):
    """Make an agency with three employers, and a desk where files are sent in."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(3)
    return world.Desk(tmp_path)
