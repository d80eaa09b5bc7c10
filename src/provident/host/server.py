"""The embedded server as the rest of the program uses it: `with running(state) as server:`.

The first user starts a supervisor, later ones attach; the last one to leave stops the server.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from provident.host import cluster, supervisor
from provident.host.binaries import ServerUser, runnable, server_user
from provident.host.locks import FileLock
from provident.host.refusals import ServerFailed, StateUnusable
from provident.host.state import State

_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100  # bytes; the kernel's limit is 108, some clients stop earlier
_PACKAGE_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server."""

    state: State
    socket: Path

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


@contextmanager
def running(state: State, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start the state directory's server, or attach to the one that runs, for the block's time.

    `settings` are server settings of the first user's choice; those who attach take what runs.
    """
    state.prepare()
    lifeline: Lifeline | None = None
    with FileLock(state.run / "use.lock") as use:
        with FileLock(state.run / "start.lock") as start:
            start.wait_alone()
            # Waits for a server that is just stopping; from here on none stops.
            use.wait_shared()
            socket = _socket_directory(state)
            if not _supervised(state):
                lifeline = _start(state, socket, {**cluster.SETTINGS, **(settings or {})})
                cluster.provide_roles(state, socket)
        try:
            yield Server(state, socket)
        finally:
            use.close()
            if lifeline is not None:
                lifeline.let_go()


def is_running(state: State) -> bool:
    """Say whether a supervised server runs on this state directory."""
    return state.run.is_dir() and _supervised(state)


def _supervised(state: State) -> bool:
    with FileLock(state.run / "supervisor.lock") as alive:
        return not alive.try_alone()


@dataclass(frozen=True, slots=True)
class Lifeline:
    """The starter's ends of the supervisor's pipes."""

    pid: int
    hold: int
    status: int

    def word(self) -> str:
        """Wait for the supervisor's next word; empty when it has ended."""
        said = b""
        while not said.endswith(b"\n"):
            more = os.read(self.status, 64)
            if not more:
                break
            said += more
        return said.decode().strip()

    def let_go(self) -> None:
        """Let the supervisor stop the server; return once it has, or has kept it for others."""
        os.close(self.hold)
        word = self.word()
        os.close(self.status)
        if word != "kept":
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)


def _start(state: State, socket: Path, settings: Mapping[str, str]) -> Lifeline:
    user = server_user(state.database)
    binaries = runnable(user)
    cluster.make(state, binaries, user)
    _own(socket, user)
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
    if lifeline.word() != "ready":
        lifeline.let_go()
        raise ServerFailed(reason="it ended at once", log=state.log / "database.log")
    return lifeline


def _spawn(orders: str, state: State, socket: Path) -> Lifeline:
    """Start the supervisor with its five open files, in a session of its own (so Ctrl-C is ours)."""
    held, hold = os.pipe()
    status, telling = os.pipe()
    log = os.open(state.log / "database.log", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    folders = (os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in (state.database, socket))
    # Above 9 first, so that giving one its final number never closes another.
    given = [(fd, fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)) for fd in (held, telling, log, *folders)]
    try:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "provident.host.supervisor", orders],
            {**os.environ, "PYTHONPATH": str(_PACKAGE_ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, high, number) for number, (_, high) in enumerate(given)],
            setsid=True,
        )
    finally:
        for low, high in given:
            os.close(low)
            os.close(high)
    return Lifeline(pid, hold, status)


def _socket_directory(state: State) -> Path:
    """Return the private directory of the socket: in the state directory if its path is short."""
    inside = state.run / "socket"
    if len(os.fsencode(inside / _SOCKET_NAME)) < _LONGEST_SOCKET:
        return inside
    raise StateUnusable(path=state.directory, reason="its path is too long")


def _own(directory: Path, user: ServerUser) -> None:
    directory.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(directory, user.uid, user.gid)
