"""Locks between processes: held by an open file, so the kernel lets go whatever way we die."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A lock on a file; closed with `close`, at the end of a `with`, or by the process ending."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def wait_alone(self) -> None:
        """Wait until nobody else holds the lock, and hold it alone."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def try_alone(self) -> bool:
        """Hold the lock alone if nobody else holds it; say whether it worked."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait_shared(self) -> None:
        """Wait until nobody holds the lock alone, and hold it together with others."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
