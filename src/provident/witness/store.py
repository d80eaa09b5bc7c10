"""The witness's directory: its key, and for every log it trusts the one thing it must never forget.

    witness.key             0600: `PRIVATE+KEY+<name>+<key id>+<base64 of 0x04 and the seed>`
    logs/<hash>.json        a trusted log: origin, verifier keys, size and root last co-signed, that note
    logs/<hash>.lock        who may change it
    evidence/<hash>-…       checkpoints a trusted key signed that do not fit what was co-signed before

`<hash>` is the SHA-256 of the origin. A log's file is replaced as a whole and is on disk before
anything is co-signed. Where it is missing the log is unknown, where it is damaged nothing is co-signed.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from provident.host.locks import FileLock, open_private
from provident.verify.tree import EMPTY_ROOT
from provident.witness.refusals import WitnessDamaged

_EVIDENCE_KEPT = 1000


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log the witness co-signs for, and the largest tree it has co-signed."""

    origin: str
    keys: tuple[str, ...]  # verifier keys
    size: int = 0
    root: bytes = EMPTY_ROOT
    note: str = ""  # the signed note last co-signed, empty before the first


def write_whole(path: Path, content: bytes) -> None:
    """Replace a private file at once; return when it will survive a power cut."""
    fresh = path.with_name(f"{path.name}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    place = open_private(fresh, os.O_WRONLY)
    with os.fdopen(place, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class Turn:
    """The sole right to change one log's state, for the length of a `with` block."""

    def __init__(self, path: Path, held: TrustedLog | None) -> None:
        self._path = path
        self.held = held

    def keep(self, log: TrustedLog) -> None:
        """Remember this instead, for good."""
        said = {
            "origin": log.origin,
            "keys": list(log.keys),
            "size": log.size,
            "root": base64.b64encode(log.root).decode(),
            "note": log.note,
        }
        write_whole(self._path, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n")
        self.held = log


class Store:
    """What the witness remembers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._logs = directory / "logs"
        self._evidence = directory / "evidence"

    def prepare(self) -> None:
        """Make the directory's parts."""
        for path in (self.directory, self._logs, self._evidence):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def logs(self) -> tuple[TrustedLog, ...]:
        """Return every trusted log, by origin."""
        found = [_read(path) for path in self._logs.glob("*.json")]
        return tuple(sorted(filter(None, found), key=lambda log: log.origin))

    def log(self, origin: str) -> TrustedLog | None:
        """Return a trusted log; None if nobody has named it."""
        return _read(self._path(origin))

    @contextmanager
    def turn(self, origin: str) -> Iterator[Turn]:
        """Wait for the sole right to change a log's state: against other threads and other processes."""
        path = self._path(origin)
        with FileLock(path.with_suffix(".lock")) as lock:
            lock.wait_alone()
            yield Turn(path, _read(path))

    def trust(self, origin: str, key: str) -> TrustedLog:
        """Trust another key for a log, a new log if it is one; what was co-signed stays as it is."""
        with self.turn(origin) as turn:
            held = turn.held or TrustedLog(origin, ())
            if key not in held.keys:
                turn.keep(replace(held, keys=(*held.keys, key)))
            return turn.held or held

    def keep_evidence(self, origin: str, size: int, root: bytes, request: bytes) -> None:
        """Keep what a trusted key signed and we would not: it may prove that a log tells two stories."""
        path = self._evidence / f"{_hash(origin)[:16]}-{size}-{root.hex()[:16]}.txt"
        if not path.exists() and sum(1 for _ in self._evidence.iterdir()) < _EVIDENCE_KEPT:
            write_whole(path, request)

    def evidence(self, origin: str) -> tuple[Path, ...]:
        """Return what was kept against a log."""
        return tuple(sorted(self._evidence.glob(f"{_hash(origin)[:16]}-*.txt")))

    def _path(self, origin: str) -> Path:
        return self._logs / f"{_hash(origin)}.json"


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def _read(path: Path) -> TrustedLog | None:
    try:
        said = json.loads(path.read_bytes())
        log = TrustedLog(
            str(said["origin"]),
            tuple(map(str, said["keys"])),
            int(said["size"]),
            base64.b64decode(said["root"], validate=True),
            str(said["note"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WitnessDamaged(path=path, reason=type(error).__name__) from error
    if len(log.root) != len(EMPTY_ROOT) or _hash(log.origin) != path.stem or log.size < 0:
        raise WitnessDamaged(path=path, reason="it contradicts itself")
    return log
