"""Child processes of `up`: started together, kept running, stopped together."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from provident.cli.refusals import KeptStopping
from provident.host.state import State

_PR_SET_PDEATHSIG = 1
_ENDS_ALLOWED, _WINDOW = 5, 60.0
_STOP_PATIENCE = 15.0


@dataclass(slots=True)
class Child:
    """A program that must run as long as we do."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    state: State
    dies_by: signal.Signals = signal.SIGTERM
    _process: "subprocess.Popen[bytes] | None" = None
    _ends: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; it dies with us even if we are killed."""
        us = os.getpid()

        with os.fdopen(self.state.open_log(f"{self.name}.log"), "ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that Ctrl-C reaches us alone, and we stop it in order
                preexec_fn=lambda: die_with(us, by=self.dies_by),  # noqa: PLW1509 - no other thread of ours runs Python here
            )

    def tend(self) -> bool:
        """Start it again if it has ended; say whether that was needed, refuse if it keeps ending."""
        if self._process is None or self._process.poll() is None:
            return False
        now = time.monotonic()
        self._ends = [at for at in self._ends if now - at < _WINDOW] + [now]
        if len(self._ends) > _ENDS_ALLOWED:
            raise KeptStopping(part=self.name, log=self.state.log / f"{self.name}.log")
        self._end_group()  # a web server that is killed leaves its workers behind, on the same port
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Ask it to finish what it is doing and end."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait until it has ended; insist if it takes too long."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_PATIENCE)
            return
        self._end_group()
        self._process.wait()

    def _end_group(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def die_with(parent: int, *, by: signal.Signals) -> None:
    """Have this process sent a signal when its parent is gone, even killed.

    The kernel's promise follows the thread that started the process: it has to be a main one.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        os._exit(1)
