"""The store of originals: every file under its SHA-256, as it came, for as long as the law says.

    originals/ab/abcdef…      a file; readable by the server's own user only
    originals/uploads/…       uploads that wait to be checked
    originals/incoming/…      copies under way; what a crash leaves here is swept away after a day

A file is on the disk before the transaction that names it commits. One that no filing names is what a
crash between the two left, or a file that could not be posted for a passing reason; `orphans` finds it.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from provident.filings.reading.refusals import FileChanged
from provident.host.state import State, default_directory

_PIECE = 1 << 20
_STALE_SECONDS = 24 * 3600


class Copy:
    """A copy of an incoming file, made and put in its place by a thread while the caller reads the file."""

    def __init__(self, digest: "Future[bytes]") -> None:
        self._digest = digest

    def settle(self, sha256: bytes) -> None:
        """Wait until the copy lies on the disk; refuse a file that changed since the caller read it."""
        if self._digest.result() != sha256:
            raise FileChanged


@contextmanager
def copying(source: Path) -> Iterator[Copy]:
    """Start copying a file into the store; it stays there whatever becomes of it."""
    with ThreadPoolExecutor(1, "filings-original") as pool:
        yield Copy(pool.submit(_copied, source, scratch()))


def store(text: bytes) -> bytes:
    """Keep a document of our own making, such as a report; return its SHA-256."""
    digest = hashlib.sha256(text).digest()
    copy = scratch()
    with _private(copy) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _place(copy, digest)
    return digest


def keep_waiting(stream: BinaryIO) -> str:
    """Put an upload's bytes on the disk until it is checked; return the name it waits under."""
    name = secrets.token_hex(16)
    path = waiting(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _private(path) as file:
        while piece := stream.read(_PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return name


def waiting(name: str) -> Path:
    """Return where the upload that waits under this name lies."""
    return _directory() / "uploads" / name


def find(sha256: bytes) -> Path | None:
    """Return where a stored file lies, None if it is missing or no longer what it was."""
    path = _path(sha256)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None
    return path if digest == sha256 else None


def orphans(named: Callable[[bytes], bool]) -> Iterator[bytes]:
    """Yield the SHA-256 of every stored file that nothing names and that is older than a day."""
    oldest = time.time() - _STALE_SECONDS
    for path in _directory().glob("[0-9a-f][0-9a-f]/*"):
        sha256 = bytes.fromhex(path.name)
        if path.stat().st_mtime < oldest and not named(sha256):
            yield sha256


def discard(sha256: bytes) -> None:
    """Remove a stored file whose time is over."""
    _path(sha256).unlink(missing_ok=True)


def _directory() -> Path:
    return State(default_directory()).originals


def _path(sha256: bytes) -> Path:
    name = sha256.hex()
    return _directory() / name[:2] / name


def scratch() -> Path:
    """Return a name nobody uses yet, and sweep away what crashes left."""
    incoming = _directory() / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time_ns() - _STALE_SECONDS * 10**9
    for left in incoming.iterdir():
        if int(left.name.partition("-")[0]) < oldest:
            left.unlink(missing_ok=True)
    return incoming / f"{time.time_ns()}-{secrets.token_hex(8)}"


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _copied(source: Path, copy: Path) -> bytes:
    """Copy the file, to the disk itself, and return its SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as given, _private(copy) as file:
        while piece := given.read(_PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    _place(copy, digest.digest())
    return digest.digest()


def _place(copy: Path, sha256: bytes) -> None:
    """Give a copy that lies on the disk its name. One that is there already should be the same; it is now."""
    path = _path(sha256)
    made = not path.parent.is_dir()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    copy.replace(path)
    _sync_directory(path.parent)
    if made:
        _sync_directory(path.parent.parent)


def _sync_directory(directory: Path) -> None:
    """Make new names in a directory last through a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
