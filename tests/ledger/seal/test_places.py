"""The doctor says where guard and keys would be carried off together with the data."""

import pytest

from provident.host.doctor import Level
from provident.ledger.seal.logs import examining
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.examining import examine_logs
from provident.ledger.seal.sealing import seal


def found(check):
    return [finding for finding in examine_logs([LEDGER]) if finding.check == check]


def test_on_the_same_disk_both_are_warned_of(sealing):
    """Beside the data directory is better than inside, and still goes with an image of the disk."""
    seal(LEDGER)
    (guard,), (keys,) = found("guard"), found("keys")
    assert (guard.level, keys.level) == (Level.ODD, Level.ODD)
    assert str(sealing.places.guard) in guard.en
    assert "PROVIDENT_LOG_KEYS" in keys.remedy_zh


def test_on_another_disk_nothing_is_said_against_it(sealing, monkeypatch):
    """Devices differ: the guard is well, and the keys need no word."""
    seal(LEDGER)
    devices = {sealing.places.guard: 1, sealing.places.keys: 2}
    monkeypatch.setattr(examining, "_device", lambda path: devices.get(path, 3))
    assert [finding.level for finding in found("guard")] == [Level.WELL]
    assert found("keys") == []


@pytest.mark.parametrize("setting", ["PROVIDENT_GUARD", "PROVIDENT_LOG_KEYS"])
@pytest.mark.parametrize("folder", ["inside", "secrets/inside"])
def test_inside_the_data_directory_is_wrong(sealing, monkeypatch, setting, folder):
    """There every copy of it, and `provident backup`, takes them along; a link there changes nothing."""
    inside = sealing.base / "data" / folder
    inside.mkdir(parents=True)
    (sealing.base / "link").symlink_to(inside)
    for place in (inside, sealing.base / "link"):
        monkeypatch.setenv(setting, str(place))
        assert Level.WRONG in [finding.level for finding in found("guard")]


def test_a_key_that_is_gone_is_wrong(sealing, monkeypatch):
    """Before the first checkpoint there is none; afterwards its absence is told, unless a command signs."""
    assert found("log ledger") == []
    seal(LEDGER)
    assert found("log ledger") == []
    sealing.places.key("ledger").unlink()
    (told,) = found("log ledger")
    assert told.level == Level.WRONG
    assert str(sealing.places.key("ledger")) in told.en
    monkeypatch.setenv("PROVIDENT_LOG_SIGNER", "sign")
    assert found("log ledger") == []
