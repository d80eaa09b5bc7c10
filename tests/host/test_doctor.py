"""The doctor finds what is wrong, says it in both languages, and says what to do."""

import os
import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from provident.host import doctor, safety
from provident.host.doctor import Finding, Level, examine
from provident.host.server import running
from provident.host.state import State


@pytest.fixture(autouse=True)
def _no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in safety.ADDRESSES:
        monkeypatch.delenv(name, raising=False)


def _found(state: State, check: str) -> list[Finding]:
    return [finding for finding in examine(state) if finding.check == check]


def _wrongs(state: State) -> list[Finding]:
    return [finding for finding in examine(state) if finding.level is Level.WRONG]


def test_nothing_wrong(installation: State) -> None:
    """A working installation has no complaint, and every finding has both languages."""
    findings = list(examine(installation))
    assert not [finding for finding in findings if finding.level is Level.WRONG]
    assert {"python", "packages", "state", "space", "programs", "database"} <= {f.check for f in findings}
    for finding in findings:
        assert finding.sentence("en") != finding.sentence("zh-hans")


def test_no_database_yet(tmp_path: Path) -> None:
    """Before the first use nothing is wrong, and looking makes nothing."""
    state = State(tmp_path / "state")
    assert not _wrongs(state)
    assert not state.directory.exists()


def test_open_state_directory(installation: State) -> None:
    """A state directory that others can enter is wrong, with the command that closes it."""
    installation.directory.chmod(0o755)
    (finding,) = _found(installation, "state")
    assert finding.level is Level.WRONG
    assert f"chmod 700 {installation.directory}" in finding.remedy("zh-hans")


def test_little_space(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little free disk is odd, almost none is wrong."""
    for megabytes, level in ((1000, Level.ODD), (100, Level.WRONG)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, mb=megabytes: SimpleNamespace(free=mb << 20))
        (finding,) = _found(installation, "space")
        assert finding.level is level
        assert str(megabytes) in finding.sentence("en")


def test_old_python(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python below the oldest supported one is wrong."""
    monkeypatch.setattr(doctor, "_OLDEST_PYTHON", (9, 9))
    (finding,) = _found(installation, "python")
    assert finding.level is Level.WRONG


def test_missing_package(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is named."""
    monkeypatch.setattr(
        "importlib.metadata.requires", lambda _: ["django>=5.2", "no-such-thing[extra]>=1", 'x; extra == "y"']
    )
    (finding,) = _found(installation, "packages")
    assert finding.level is Level.WRONG
    assert "no-such-thing" in finding.sentence("en")
    assert "django" not in finding.sentence("en")


def test_programs_missing(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the embedded programs the finding names the other way: a server of one's own."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (finding,) = _found(installation, "programs")
    assert finding.level is Level.WRONG
    assert "PROVIDENT_DATABASE_URL" in finding.remedy("en")


def test_dangerous_role(installation: State) -> None:
    """What the start would refuse, the doctor explains."""
    with running(installation) as server:
        with closing(psycopg.connect(server.superuser_url(), autocommit=True)) as root:
            root.execute("ALTER ROLE provident_app BYPASSRLS")
            (finding,) = _wrongs(installation)
            assert "BYPASSRLS" in finding.sentence("en")
            root.execute("ALTER ROLE provident_app NOBYPASSRLS")
        assert not _wrongs(installation)


def test_broken_cluster(installation: State) -> None:
    """A cluster that does not start is a finding, not a crash."""
    shutil.rmtree(installation.database / "pg_wal")
    (finding,) = _wrongs(installation)
    assert finding.check == "database"
    assert "database.log" in finding.remedy("en")


def test_one_address(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address without the other is wrong."""
    monkeypatch.setenv("PROVIDENT_DATABASE_URL", "postgresql:///provident")
    (finding,) = _found(installation, "database")
    assert "PROVIDENT_OWNER_DATABASE_URL" in finding.sentence("zh-hans")


def test_unchecked_connection(installation: State, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A distant server whose identity is not verified is odd; one on this machine is not."""
    for url, odd in (
        ("postgresql://provident_app@db.invalid/provident?hostaddr=127.0.0.1&port=1", True),
        (
            "postgresql://provident_app@db.invalid/provident?hostaddr=127.0.0.1&port=1&sslmode=verify-full",
            False,
        ),
        (f"postgresql://provident_app@/provident?host={tmp_path}", False),
    ):
        for name in safety.ADDRESSES:
            monkeypatch.setenv(name, url)
        assert bool(_found(installation, "encryption")) is odd
        assert [finding.level for finding in _found(installation, "database")] == [Level.WRONG]


def test_unwritable_place(installation: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state directory that cannot be made is wrong, with the way to choose another."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    (finding,) = _found(State(installation.directory / "deeper"), "state")
    assert finding.level is Level.WRONG
    assert "--data" in finding.remedy("en")
