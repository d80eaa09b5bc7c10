"""The embedded server as the rest of the program uses it: `with running(state) as server:`.

The first user starts a supervisor, later ones attach; the last one to leave stops the server.
"""

import fcntl
import hashlib
import json
import os
import socket as sockets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from provident.host import cluster, supervisor
from provident.host.binaries import ServerUser, runnable, server_user
from provident.host.locks import FileLock
from provident.host.refusals import AlreadyRunning, ServerFailed, StateUnusable
from provident.host.state import State

_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100  # bytes; the kernel's limit is 108, some clients stop earlier
_RESTART_PATIENCE = 30.0  # seconds an attaching process waits for a server being started again
# The server needs no more of our environment, which may name other databases or hold secrets.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_PACKAGE_ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Server:
    """A running embedded server, held by this process."""

    state: State
    socket: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    _lifelines: "list[_Lifeline]" = field(default_factory=list)

    @property
    def application_url(self) -> str:
        """The address for the application role."""
        return self._url(cluster.APPLICATION)

    @property
    def owner_url(self) -> str:
        """The address for the owner role, which migrates."""
        return self._url(cluster.OWNER)

    def superuser_url(self, database: str = "postgres") -> str:
        """Return the address for the superuser, for making databases and for backups."""
        secret = self.state.secret("superuser.password")
        return cluster.url(cluster.SUPERUSER, secret, self.socket, database)

    def _url(self, role: str) -> str:
        return cluster.url(role, self.state.secret(f"{role}.password"), self.socket)

    def revive(self) -> bool:
        """Start a supervisor if ours was killed; say whether that was needed."""
        with FileLock(self.state.run / "start.lock") as start:
            start.wait_alone()
            if _supervised(self.state):
                return False
            self._lifelines.append(_start(self.state, self.socket, self.settings))
            cluster.provide_roles(self.state, self.socket)
            return True

    def _let_go(self) -> None:
        for lifeline in self._lifelines:
            lifeline.let_go()
        if not _supervised(self.state) and self.socket.parent != self.state.run:
            with suppress(OSError):
                self.socket.rmdir()


@contextmanager
def running(state: State, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start the state directory's server, or attach to the one that runs, for the block's time.

    `settings` are server settings of the first user's choice; those who attach take what runs.
    """
    state.prepare()
    with FileLock(state.run / "use.lock") as use:
        with FileLock(state.run / "start.lock") as start:
            start.wait_alone()
            # Waits for a server that is just stopping; from here on none stops.
            use.wait_shared()
            server = Server(state, _socket_directory(state), {**cluster.SETTINGS, **(settings or {})})
        _start_or_attach(server)
        try:
            yield server
        finally:
            use.close()
            server._let_go()  # noqa: SLF001 - the other half of this module's own class


@contextmanager
def alone(state: State, name: str) -> Iterator[None]:
    """Hold a place only one process may have, such as `up`; refuse if another has it."""
    state.prepare()
    with FileLock(state.run / f"{name}.lock") as place:
        if not place.try_alone():
            raise AlreadyRunning(path=state.directory)
        yield


def is_running(state: State) -> bool:
    """Say whether a supervised server runs on this state directory."""
    return state.run.is_dir() and _supervised(state)


def _supervised(state: State) -> bool:
    with FileLock(state.run / "supervisor.lock") as alive:
        return not alive.try_alone()


def _start_or_attach(server: Server) -> None:
    """Return once the server answers: ours, or one that runs, maybe just starting after a crash.

    A supervisor that looks alive may be dying, so as long as nobody answers we ask again.
    """
    patience = time.monotonic() + _RESTART_PATIENCE
    while not server.revive():
        server.socket = _socket_directory(server.state)
        try:
            psycopg.connect(server.application_url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > patience:
                log = server.state.log / "database.log"
                raise ServerFailed(reason="it does not answer", log=log) from error
            time.sleep(0.1)
        else:
            return


@dataclass(frozen=True, slots=True)
class _Lifeline:
    """The starter's ends of the supervisor's pipes."""

    pid: int
    hold: int
    status: int

    def words(self) -> str:
        """Wait for the supervisor's next words; empty when it has ended."""
        said = b""
        while not said.endswith(b"\n"):
            more = os.read(self.status, 1)
            if not more:
                break
            said += more
        return said.decode("utf-8", "replace").strip()

    def let_go(self) -> None:
        """Let the supervisor stop the server; return once it has, or has kept it for others."""
        os.close(self.hold)
        words = self.words()
        os.close(self.status)
        if words != "kept":
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)


def _start(state: State, socket: Path, settings: Mapping[str, str]) -> _Lifeline:
    user = server_user(state.database)
    binaries = runnable(user)
    cluster.make(state, binaries, user)
    _own(socket, user)
    (state.run / "socket.path").write_text(str(socket), encoding="utf-8")
    command = [
        binaries.program("postgres"),
        "-D",
        supervisor.CLUSTER_PATH,
        "-c",
        f"unix_socket_directories={supervisor.SOCKET_PATH}",
        *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
    ]
    orders = {"run": str(state.run), "command": command, "run_as": user.run_as()}
    lifeline = _spawn(json.dumps(orders), state, socket)
    words = lifeline.words()
    if words != "ready":
        lifeline.let_go()
        reason = words.removeprefix("failed:").strip() or "its supervisor ended"
        raise ServerFailed(reason=reason, log=state.log / "database.log")
    return lifeline


def _spawn(orders: str, state: State, socket: Path) -> _Lifeline:
    """Start the supervisor with its five open files, in a session of its own (so Ctrl-C is ours)."""
    held, hold = os.pipe()
    status, telling = os.pipe()
    log = state.open_log("database.log")
    folders = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in (state.database, socket)]
    # Above 9 first, so that giving one its final number never closes another.
    given = [(fd, fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)) for fd in (held, telling, log, *folders)]
    try:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "provident.host.supervisor", orders],
            {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            | {"PYTHONPATH": str(_PACKAGE_ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, high, number) for number, (_, high) in enumerate(given)],
            setsid=True,
        )
    finally:
        for low, high in given:
            os.close(low)
            os.close(high)
    return _Lifeline(pid, hold, status)


def _socket_directory(state: State) -> Path:
    """Return the private directory of the socket.

    The one a running server told us; else inside the state directory; else, where that path is
    too long for a socket or its file system takes none, a runtime directory named after the
    state directory's own identity on disk.
    """
    told = state.run / "socket.path"
    if _supervised(state) and told.exists():
        return Path(told.read_text(encoding="utf-8"))
    inside = state.run / "socket"
    if len(os.fsencode(inside / _SOCKET_NAME)) < _LONGEST_SOCKET and _takes_sockets(state.run):
        return inside
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    here = state.run.stat()
    name = hashlib.sha256(f"{here.st_dev} {here.st_ino}".encode()).hexdigest()[:16]
    short = base / f"provident-{name}"
    if len(os.fsencode(short / _SOCKET_NAME)) < _LONGEST_SOCKET:
        return short
    return Path("/tmp") / short.name  # noqa: S108 - `_own` refuses a directory that is not ours


def _takes_sockets(directory: Path) -> bool:
    probe = directory / f"probe.{os.getpid()}"
    with sockets.socket(sockets.AF_UNIX) as socket, suppress(OSError):
        socket.bind(str(probe))
        probe.unlink()
        return True
    return False


def _own(directory: Path, user: ServerUser) -> None:
    """Make the socket's directory, private to the server's user, or make sure that it is."""
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if directory.is_symlink() or found.st_mode & 0o077 or found.st_uid not in {os.geteuid(), user.uid}:
        raise StateUnusable(path=directory, reason="somebody else has made it")
    if os.geteuid() == 0:
        os.chown(directory, user.uid, user.gid)
