"""A backup holds everything, says when it is damaged, and restores to an empty place only."""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from provident.host import refusals
from provident.host.backup import backup, read, restore_elsewhere, restore_embedded, verify
from provident.host.safety import require_safe
from provident.host.server import running
from provident.host.state import State

_MAKE = """
    CREATE TABLE kept (person bigint, word text);
    GRANT SELECT ON kept TO provident_app;
    INSERT INTO kept SELECT n, '记录' || n FROM generate_series(1, 1000) AS n;
    ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
    ALTER TABLE kept FORCE ROW LEVEL SECURITY;
    CREATE POLICY owner_sees_all ON kept TO provident_owner USING (true) WITH CHECK (true);
    CREATE POLICY app_sees_one ON kept FOR SELECT TO provident_app USING (person = 7);
"""


def _fill(state: State, owner_url: str) -> None:
    with closing(psycopg.connect(owner_url, autocommit=True)) as owner:
        owner.execute(_MAKE)
    (state.originals / "2026").mkdir()
    (state.originals / "2026" / "payroll.csv").write_bytes("姓名\n".encode("gb18030"))
    state.secret("django.key")


def _rows(url: str) -> list[tuple[int, str]]:
    with closing(psycopg.connect(url)) as connection:
        return connection.execute("SELECT person, word FROM kept ORDER BY person").fetchall()


@pytest.fixture
def made(installation: State, tmp_path: Path) -> Path:
    """Return a backup of a small installation."""
    with running(installation) as server:
        _fill(installation, server.owner_url)
        backup(state=installation, url=server.superuser_url("provident"), into=tmp_path / "backup")
    return tmp_path / "backup"


def test_there_and_back(made: Path, installation: State, tmp_path: Path) -> None:
    """What was restored has every row, file and key, its row security, and passwords of its own."""
    target = State(tmp_path / "restored" / "state")
    said: list[str] = []
    restore_embedded(path=made, state=target, progress=said.append)
    assert said[0] == "verify"
    for name in ("originals/2026/payroll.csv", "secrets/django.key"):
        assert (target.directory / name).read_bytes() == (installation.directory / name).read_bytes()
    assert target.secret("provident_app.password") != installation.secret("provident_app.password")
    with running(target) as server:
        assert len(_rows(server.owner_url)) == 1000
        assert _rows(server.application_url) == [(7, "记录7")]
        require_safe(server.application_url, server.owner_url)
        application = psycopg.connect(server.application_url, autocommit=True)
        with closing(application), pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TEMPORARY TABLE t ()")


def test_private_and_without_passwords(made: Path) -> None:
    """A backup is closed to other users and holds no database password."""
    for path in (made, *made.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    assert not list(made.rglob("*.password"))


def test_never_over_anything(made: Path, installation: State) -> None:
    """A backup is refused where something exists already."""
    with pytest.raises(refusals.BackupExists):
        backup(state=installation, url="unused", into=made)


def test_interrupted_backup(installation: State, tmp_path: Path) -> None:
    """A backup that fails on the way leaves nothing under its name, nor beside it."""
    with pytest.raises(psycopg.OperationalError):
        backup(state=installation, url=f"host={tmp_path} user=nobody dbname=d", into=tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda made: (made / "database.dump").write_bytes(b"x"), "database.dump has changed"),
        (lambda made: (made / "originals/2026/payroll.csv").unlink(), "payroll.csv is missing"),
        (lambda made: (made / "secrets" / "planted").write_text("x"), "planted is not listed"),
        (lambda made: (made / "manifest.json").write_text("{}"), "manifest.json cannot be read"),
        (lambda made: (made / "manifest.json").unlink(), "manifest.json cannot be read"),
    ],
)
def test_damaged(made: Path, tmp_path: Path, damage: Callable[[Path], object], told: str) -> None:
    """Any damage is found before anything is restored."""
    damage(made)
    target = State(tmp_path / "restored")
    with pytest.raises(refusals.BackupDamaged) as refused:
        restore_embedded(path=made, state=target)
    assert told in refused.value.sentence("en")
    assert not target.directory.exists()


def test_other_format(made: Path) -> None:
    """A backup in a format of another version is refused."""
    manifest = made / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(refusals.BackupDamaged, match="99"):
        verify(made)


def test_link_in_a_backup(made: Path) -> None:
    """A link in place of a file is damage, even to the same bytes."""
    file = made / "secrets" / "django.key"
    elsewhere = made.parent / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    with pytest.raises(refusals.BackupDamaged):
        verify(made)


def test_target_not_empty(made: Path, installation: State) -> None:
    """A directory that holds an installation is refused, and left as it was."""
    before = (installation.database / "PG_VERSION").stat().st_ino
    with pytest.raises(refusals.TargetNotEmpty):
        restore_embedded(path=made, state=installation)
    assert (installation.database / "PG_VERSION").stat().st_ino == before


def test_target_prepared_only(made: Path, tmp_path: Path) -> None:
    """A directory in which a command only made its empty folders counts as empty."""
    target = State(tmp_path / "restored")
    target.prepare()
    restore_embedded(path=made, state=target)
    with running(target) as server:
        assert len(_rows(server.owner_url)) == 1000


def test_half_restored(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore that fails on the way leaves no installation, and the next one succeeds."""
    target = State(tmp_path / "restored")
    with monkeypatch.context() as patched:
        patched.setattr("provident.host.backup._DUMP", "manifest.json")
        with pytest.raises(refusals.ToolFailed) as refused:
            restore_embedded(path=made, state=target)
    assert "pg_restore" in refused.value.sentence("en")
    assert not target.directory.exists()
    restore_embedded(path=made, state=target)
    assert read(made).files == 3


def test_owner_without_a_policy(installation: State, tmp_path: Path) -> None:
    """As the owner, a table whose forced row security hides rows from it is named and refused."""
    with running(installation) as server:
        _fill(installation, server.owner_url)
        with closing(psycopg.connect(server.owner_url, autocommit=True)) as owner:
            owner.execute("DROP POLICY owner_sees_all ON kept")
        with pytest.raises(refusals.BackupIncomplete) as refused:
            backup(state=installation, url=server.owner_url, into=tmp_path / "backup")
    assert "kept" in refused.value.sentence("en")


def test_cut_off_dump(made: Path, tmp_path: Path) -> None:
    """A dump that breaks off, its hash made to fit, restores nothing rather than a part."""
    dump, manifest = made / "database.dump", made / "manifest.json"
    dump.write_bytes(dump.read_bytes()[:-2000])
    said = json.loads(manifest.read_text())
    said["files"]["database.dump"]["sha256"] = hashlib.sha256(dump.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said))
    target = State(tmp_path / "restored")
    with running(target) as server:
        with pytest.raises(refusals.ToolFailed):
            restore_elsewhere(path=made, state=State(tmp_path / "other"), owner_url=server.owner_url)
        with closing(psycopg.connect(server.owner_url)) as owner:
            found = owner.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'kept%'").fetchone()
    assert found == (0,)


@pytest.mark.server15
def test_to_another_server(server15: Path, installation: State, tmp_path: Path) -> None:
    """As the owner on PostgreSQL 15: every row is dumped and restored, into an empty database only."""
    owner_url = f"host={server15} dbname=provident user=provident_owner"
    _fill(installation, owner_url)
    backup(state=installation, url=owner_url, into=tmp_path / "backup")
    with closing(psycopg.connect(f"host={server15} user=postgres", autocommit=True)) as root:
        root.execute("CREATE DATABASE target OWNER provident_owner")
        try:
            target = make_conninfo(owner_url, dbname="target")
            state = State(tmp_path / "restored")
            restore_elsewhere(path=tmp_path / "backup", state=state, owner_url=target)
            assert len(_rows(target)) == 1000
            assert _rows(make_conninfo(target, user="provident_app")) == [(7, "记录7")]
            shutil.rmtree(state.directory)
            with pytest.raises(refusals.TargetNotEmpty):
                restore_elsewhere(path=tmp_path / "backup", state=state, owner_url=target)
        finally:
            root.execute("DROP DATABASE target WITH (FORCE)")
            with closing(psycopg.connect(owner_url, autocommit=True)) as owner:
                owner.execute("DROP TABLE kept")


def test_password_is_no_argument(
    installation: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No tool is given a password where other users of the machine could see it."""
    seen: list[str] = []
    real = __import__("subprocess").run

    def watched(command: list[str], **options: object) -> object:
        seen.extend(command)
        return real(command, **options)

    with running(installation) as server:
        monkeypatch.setattr("provident.host.dump.subprocess.run", watched)
        backup(state=installation, url=server.superuser_url("provident"), into=tmp_path / "backup")
    assert seen
    assert not any(installation.secret("superuser.password") in argument for argument in seen)
    assert os.environ.get("PGPASSWORD") is None
