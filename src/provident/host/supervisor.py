"""The supervisor: a small process that keeps the embedded server running while anybody uses it.

Started by `server`, never by hand. It is given five open files:

    0  a pipe whose other end its starter holds: it closes when the starter ends, however it ends
    1  a pipe to the starter, for the words `ready`, `kept` and `failed: why`
    2  the server's log
    3  the cluster's directory     both reach the server even where their parent directories
    4  the socket's directory      are closed to the server's user, or the path is long

When the starter ends, the supervisor waits for the other users (they share `use.lock`), then
stops the server. A server that dies is started again. If the supervisor itself is killed, the
kernel stops the server.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident.host.locks import FileLock

CLUSTER, SOCKET = 3, 4
CLUSTER_PATH, SOCKET_PATH = f"/proc/self/fd/{CLUSTER}", f"/proc/self/fd/{SOCKET}"

_PR_SET_PDEATHSIG = 1
_STALE_LOCK_PATIENCE = 30.0  # seconds; after a crash the old server's children may take a while
_CRASHES_ALLOWED, _CRASH_WINDOW = 10, 60.0
_STOP_PATIENCE = 60.0
_STALE_LOCK_SIGNS = ("postmaster.pid", "shared memory block", ".s.PGSQL")


@dataclass(frozen=True, slots=True)
class Orders:
    """What the starter wants run."""

    run: str  # the directory of the locks
    command: list[str]
    run_as: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> "Orders":
        """Read the orders from the command line."""
        return cls(**json.loads(text))


class Supervisor:
    """Runs one server until nobody uses it."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.crashes: list[float] = []
        self.log_start = 0
        self.stopping = False
        self.kept = False
        run = Path(orders.run)
        self.alive = FileLock(run / "supervisor.lock")  # says "a supervisor is alive" to others
        self.users = FileLock(run / "use.lock")
        self.woken, self.waking = os.pipe()

    def run(self) -> int:
        """Start the server, keep it, stop it; return the exit code."""
        if not self.alive.try_alone():
            self._tell("failed: another supervisor is running")
            return 1
        self._listen_to_signals()
        server = self._started()
        if server is None:
            return self._failed()
        self._tell("ready")
        while not self.stopping and not self._unused():
            if server.poll() is not None:
                again = self._started_again()
                if again is None:
                    return self._failed()
                server = again
        _stop(server)
        # In this order: who waits for `users` must then find `alive` free.
        self.alive.close()
        self.users.close()
        return 0

    def _listen_to_signals(self) -> None:
        """Let the end of a child, or a request to stop, wake a waiting `select`."""
        os.set_blocking(self.waking, False)
        signal.set_wakeup_fd(self.waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._asked_to_stop)

    def _asked_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _unused(self) -> bool:
        """Wait until something happens; then say whether nobody uses the server any more."""
        if not self.kept:
            readable, _, _ = select.select([0, self.woken], [], [])
            if self.woken in readable:
                os.read(self.woken, 4096)
            if 0 not in readable or os.read(0, 1):
                return False
        if self.users.try_alone():
            return True
        if not self.kept:
            self.kept = True
            self._tell("kept")
        time.sleep(0.1)  # a lock cannot be waited for together with a child
        return False

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Start the server and wait until it is ready, past the lock a killed one left behind."""
        patience = time.monotonic() + _STALE_LOCK_PATIENCE
        while True:
            server = self._spawn()
            while server.poll() is None:
                if _is_ready(server.pid):
                    return server
                time.sleep(0.01)
            blocked = any(sign in line for line in self._complaints() for sign in _STALE_LOCK_SIGNS)
            if self.stopping or not blocked or time.monotonic() > patience:
                return None
            time.sleep(0.25)

    def _started_again(self) -> subprocess.Popen[bytes] | None:
        now = time.monotonic()
        self.crashes = [at for at in self.crashes if now - at < _CRASH_WINDOW] + [now]
        return self._started() if len(self.crashes) <= _CRASHES_ALLOWED else None

    def _spawn(self) -> subprocess.Popen[bytes]:
        us = os.getpid()

        def die_with_us() -> None:
            # Runs after the privileges are dropped, because dropping them clears this setting.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != us:
                os._exit(1)

        self.log_start = os.lseek(2, 0, os.SEEK_END)
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            self.orders.command,
            stdin=subprocess.DEVNULL,
            stdout=2,
            pass_fds=(CLUSTER, SOCKET),
            preexec_fn=die_with_us,  # noqa: PLW1509 - this process has one thread
            start_new_session=True,
            cwd="/",
            **self.orders.run_as,
        )

    def _complaints(self) -> list[str]:
        """Return why the last start failed, in the server's own words."""
        said = os.pread(2, 65536, self.log_start).decode("utf-8", "replace").splitlines()
        grave = [line for line in said if "FATAL:" in line or "PANIC:" in line]
        return grave or said[-1:]

    def _failed(self) -> int:
        self._tell("failed: " + " ".join(self._complaints())[-500:])
        return 1

    def _tell(self, words: str) -> None:
        with suppress(OSError):
            os.write(1, words.encode() + b"\n")


def _is_ready(pid: int) -> bool:
    """Read the server's own word that it is ready, as pg_ctl does."""
    with suppress(OSError, IndexError, ValueError):
        lines = (Path(CLUSTER_PATH) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0]) == pid and lines[7].strip() == "ready"
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Disconnect clients, write a checkpoint, end; hurry if that takes too long."""
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(wish)
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=_STOP_PATIENCE)
            return


if __name__ == "__main__":
    sys.exit(Supervisor(Orders.parse(sys.argv[1])).run())
