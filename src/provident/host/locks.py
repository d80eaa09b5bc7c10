"""Private files, and locks between processes.

A lock is held by an open file, so the kernel lets go whatever way its holder ends.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


def give_to_owner_of_directory(made: Path | int, directory: Path) -> None:
    """As root, give what we just made to the owner of the directory it is in.

    So that root may run one command on somebody's state directory without locking them out.
    """
    if os.geteuid() == 0:
        owner = directory.stat()
        os.chown(made, owner.st_uid, owner.st_gid)


def open_private(path: Path, flags: int) -> int:
    """Open a file that only its owner may read, making it if needed; return its descriptor."""
    flags |= os.O_CLOEXEC | os.O_NOFOLLOW
    with suppress(FileExistsError):
        made = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        give_to_owner_of_directory(made, path.parent)
        return made
    return os.open(path, flags)


class FileLock:
    """A lock on a file; closed with `close`, at the end of a `with`, or by the process ending."""

    def __init__(self, path: Path) -> None:
        self._file = open_private(path, os.O_RDWR)

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
