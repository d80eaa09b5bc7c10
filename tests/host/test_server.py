"""The embedded server starts, is shared, survives, and stops."""

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from provident.host import server as server_module
from provident.host.refusals import AlreadyRunning, ClusterOfOtherVersion, NoUnprivilegedUser, ServerFailed
from provident.host.server import Server, alone, is_running, running
from provident.host.state import State

_HOLD = """
with running(state) as server:
    print(server.application_url, flush=True)
    sys.stdin.readline()
"""


def _ask(url: str, question: str = "SELECT current_user") -> object:
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(question).fetchone()[0]


def _postmaster(state: State) -> int:
    return int((state.database / "postmaster.pid").read_text().split("\n")[0])


def _supervisor(state: State) -> int:
    status = Path(f"/proc/{_postmaster(state)}/status").read_text()
    return int(status.split("PPid:")[1].split()[0])


def _await(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _answers(server: Server) -> bool:
    try:
        return bool(_ask(server.application_url))
    except psycopg.OperationalError:
        return False


def test_first_start(tmp_path: Path) -> None:
    """A first start makes everything, private to us, and later starts find the data again."""
    state = State(tmp_path / "made" / "state")
    with running(state) as server:
        assert _ask(server.application_url) == "provident_app"
        assert _ask(server.owner_url) == "provident_owner"
        with closing(psycopg.connect(server.owner_url, autocommit=True)) as owner:
            owner.execute("CREATE TABLE kept (word text)")
            owner.execute("INSERT INTO kept VALUES ('still here')")
    for path in (state.directory, state.database, state.secrets, state.run, state.run / "socket"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in state.secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert not is_running(state)
    with running(state) as server:
        assert _ask(server.owner_url, "SELECT word FROM kept") == "still here"


def test_never_root(installation: State) -> None:
    """The server's process belongs to an unprivileged user, and listens on no network address."""
    with running(installation) as server:
        assert Path(f"/proc/{_postmaster(installation)}").stat().st_uid != 0
        assert _ask(server.superuser_url(), "SHOW listen_addresses") == ""
        with closing(psycopg.connect(server.superuser_url())) as connection:
            methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert methods == [("scram-sha-256",)]


def test_wrong_password(installation: State) -> None:
    """Nobody gets in without the password, the superuser included."""
    with running(installation) as server:
        for url in (server.application_url, server.superuser_url()):
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(url, password="guessed")


def test_application_role_owns_nothing(installation: State) -> None:
    """The application role can make no table, not even a temporary one, and no schema."""
    with running(installation) as server, closing(psycopg.connect(server.application_url)) as connection:
        connection.autocommit = True
        for act in ("CREATE TABLE t ()", "CREATE TEMPORARY TABLE t ()", "CREATE SCHEMA s"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(act)


def test_attach(installation: State, python: Callable) -> None:
    """A second process attaches to the running server and leaves it running."""
    with running(installation) as server:
        first = _postmaster(installation)
        other = python(_HOLD, installation.directory)
        assert other.stdout.readline().strip() == server.application_url
        assert _postmaster(installation) == first
        other.communicate("\n")
        assert other.returncode == 0
        assert _answers(server)


def test_last_to_leave_stops_the_server(installation: State, python: Callable) -> None:
    """The starter leaves first: the server stays for the one attached, and stops after it."""
    starter = python(_HOLD, installation.directory)
    starter.stdout.readline()
    with running(installation) as server:
        starter.communicate("\n")
        assert starter.returncode == 0
        time.sleep(0.5)
        assert _answers(server)
    _await(lambda: not is_running(installation))
    assert not (installation.database / "postmaster.pid").exists()


def test_start_while_stopping(installation: State, python: Callable) -> None:
    """A process that comes while the server stops waits and starts it again."""
    for _ in range(3):
        starter = python(_HOLD, installation.directory)
        starter.stdout.readline()
        starter.kill()
        with running(installation) as server:
            assert _answers(server)


def test_parent_killed(installation: State, python: Callable) -> None:
    """When the parent is killed, the server stops cleanly by itself."""
    parent = python(_HOLD, installation.directory)
    parent.stdout.readline()
    server = _postmaster(installation)
    parent.kill()
    _await(lambda: not is_running(installation))
    assert _gone(server)
    assert not (installation.database / "postmaster.pid").exists()
    assert "database system is shut down" in (installation.log / "database.log").read_text()


def test_server_killed(installation: State) -> None:
    """When the server is killed, it is started again on the same data, past the stale lock."""
    with running(installation) as server:
        with closing(psycopg.connect(server.owner_url, autocommit=True)) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 7 AS seven")
            first = _postmaster(installation)
            os.kill(first, signal.SIGKILL)
        _await(lambda: _answers(server) and _postmaster(installation) != first)
        assert _ask(server.owner_url, "SELECT seven FROM kept") == 7


def test_supervisor_killed(installation: State) -> None:
    """When the supervisor is killed, the server goes too, and its holder can start both again."""
    with running(installation) as server:
        first = _postmaster(installation)
        os.kill(_supervisor(installation), signal.SIGKILL)
        _await(lambda: _gone(first))
        assert server.revive()
        assert _answers(server)
        assert not server.revive()
    assert not is_running(installation)


def test_everything_killed(installation: State, python: Callable) -> None:
    """After parent, supervisor and server were all killed at once, the next start finds the data."""
    parent = python(_HOLD, installation.directory)
    parent.stdout.readline()
    for pid in (parent.pid, _supervisor(installation), _postmaster(installation)):
        os.kill(pid, signal.SIGKILL)
    with running(installation) as server:
        assert _answers(server)


def test_killed_while_making(tmp_path: Path, python: Callable) -> None:
    """A start killed at any moment of the first start leaves nothing the next one stumbles over."""
    state = State(tmp_path / "state")
    for after in (0.05, 0.15, 0.3, 0.5):
        started = python(_HOLD, state.directory)
        _await(state.run.exists)
        time.sleep(after)
        started.kill()
    with running(state) as server:
        assert _answers(server)


def test_stale_lock_of_a_reused_process_number(installation: State) -> None:
    """A lock whose process number belongs to somebody else by now does not stop the start."""
    lock = installation.database / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{installation.database}\n1\n5432\n\n\n\nready\n")
    owner = installation.database.stat()
    os.chown(lock, owner.st_uid, owner.st_gid)
    with running(installation) as server:
        assert _answers(server)


def test_moved(installation: State, tmp_path: Path) -> None:
    """A state directory that was moved starts in its new place with its data."""
    with (
        running(installation) as server,
        closing(psycopg.connect(server.owner_url, autocommit=True)) as owner,
    ):
        owner.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    moved = State(tmp_path / "elsewhere" / "with space" / "state")
    moved.directory.parent.mkdir(parents=True)
    installation.directory.rename(moved.directory)
    with running(moved) as server:
        assert _ask(server.owner_url, "SELECT seven FROM kept") == 7


def test_copied_without_owner_and_permissions(installation: State, tmp_path: Path) -> None:
    """A plain copy, which keeps neither owner nor permissions, starts and is private again."""
    copy = State(tmp_path / "copy")
    shutil.copytree(installation.directory, copy.directory)
    for path in (copy.directory, *copy.directory.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with running(copy) as server:
        assert _answers(server)
    assert stat.S_IMODE(copy.database.stat().st_mode) == 0o700
    assert stat.S_IMODE(copy.secrets.stat().st_mode) == 0o700


def test_long_path(installation: State, tmp_path: Path, python: Callable) -> None:
    """A path too long for a socket works, through a private directory somewhere short."""
    deep = State(tmp_path / ("d" * 100) / ("e" * 100) / "state")
    deep.directory.parent.mkdir(parents=True)
    installation.directory.rename(deep.directory)
    with running(deep) as server:
        assert len(bytes(server.socket / ".s.PGSQL.5432")) < 100
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        assert _answers(server)
        other = python(_HOLD, deep.directory)
        assert other.stdout.readline().strip() == server.application_url
        other.communicate("\n")
        socket = server.socket
    assert not socket.exists()


def test_planted_socket_directory(
    installation: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runtime directory that others can enter is refused, not used."""
    deep = State(tmp_path / ("d" * 100) / "state")
    deep.directory.parent.mkdir(parents=True)
    installation.directory.rename(deep.directory)
    with running(deep) as server:
        planted = server.socket
    planted.mkdir()
    planted.chmod(0o777)
    try:
        with pytest.raises(server_module.StateUnusable), running(deep):
            pass
    finally:
        planted.rmdir()


def test_only_one_up(installation: State, python: Callable) -> None:
    """A place for one process only is refused to a second one, politely, and free after a kill."""
    holder = python(
        "with alone(state, 'up'):\n    print('held', flush=True)\n    sys.stdin.readline()\n",
        installation.directory,
    )
    holder.stdout.readline()
    with pytest.raises(AlreadyRunning) as refused, alone(installation, "up"):
        pass
    assert str(installation.directory) in refused.value.sentence("zh-hans")
    holder.kill()
    holder.wait()
    with alone(installation, "up"):
        pass


def test_other_version(installation: State) -> None:
    """Data of another major version is refused with both versions named."""
    (installation.database / "PG_VERSION").write_text("17\n")
    with pytest.raises(ClusterOfOtherVersion) as refused, running(installation):
        pass
    assert "PostgreSQL 17" in refused.value.sentence("en")


def test_broken_setting(installation: State) -> None:
    """A server that cannot start is a refusal that says why, and leaves nothing running."""
    with pytest.raises(ServerFailed) as refused, running(installation, {"shared_buffers": "much"}):
        pass
    assert "shared_buffers" in refused.value.sentence("en")
    assert not is_running(installation)


def test_unknown_server_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root with a server user that does not exist is refused."""
    if os.geteuid() != 0:
        pytest.skip("only root chooses the server's user")
    monkeypatch.setenv("PROVIDENT_SERVER_USER", "nobody-of-this-name")
    with pytest.raises(NoUnprivilegedUser), running(State(tmp_path / "state")):
        pass


@pytest.fixture
def home() -> Iterator[Path]:
    """Give an unprivileged user a home; pytest's own directories are closed to it."""
    made = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        shutil.chown(made, "nobody", "nogroup")
    yield made
    shutil.rmtree(made)


def test_unprivileged(home: Path, python: Callable, as_nobody: tuple[str, ...]) -> None:
    """An unprivileged user makes, starts, attaches to and stops an installation of its own."""
    process = python(_HOLD, home / "state", as_nobody)
    assert "provident_app" in process.stdout.readline()
    if os.geteuid() == 0:
        # Root uses somebody else's installation without locking them out of it.
        with running(State(home / "state")) as server:
            assert _answers(server)
    process.communicate("\n")
    assert process.returncode == 0
    again = python(_HOLD, home / "state", as_nobody)
    assert "provident_app" in again.stdout.readline()
    again.communicate("\n")
    assert again.returncode == 0


def test_a_failing_statement_leaves_nobody_s_number_in_the_log(installation):
    """The server's log names the error and neither the statement nor the row that it fell on."""
    number = "990000198503030013"
    with running(installation) as server, psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE one (number text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(f"INSERT INTO one VALUES ('{number}'), ('{number}')")
    log = (installation.log / "database.log").read_text()
    assert "duplicate key" in log
    assert number not in log
