"""The guard: the last checkpoint, kept outside the database and outside the data directory.

Whoever restores or forks the database cannot take the guard back with it, so the sealer sees that
something is gone before it signs a second history: that is recovery mode.
"""

import datetime as dt
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from provident.host.locks import open_private
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.refusals import (
    DatabaseBehindGuard,
    DatabaseForked,
    GuardMissing,
    GuardMoved,
    GuardOfAnotherLog,
    GuardUnreadable,
    SealPlaceUnusable,
)
from provident.ledger.seal.tiles import sync_file


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard has seen last."""

    origin: str
    epoch: int
    size: int
    root: str  # in hexadecimal
    time: int

    @classmethod
    def of(cls, head: Head, origin: str) -> "Guarded":
        """Return a checkpoint of the database as the guard keeps it."""
        return cls(origin, head.epoch, head.size, head.root.hex(), head.time)

    def moment(self) -> str:
        """Return its time in words."""
        return _said(self.time)


SETTING = "PROVIDENT_GUARD"


class Guard:
    """The guard of one log; inside its `with` block nobody else on this machine moves it."""

    def __init__(self, directory: Path, log: str) -> None:
        self.log = log
        self.path = directory / f"{log}.json"
        self._lock = -1

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = open_private(self.path.with_suffix(".lock"), os.O_RDWR)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SealPlaceUnusable(path=self.path.parent, reason=reason, setting=SETTING) from error
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def read(self) -> Guarded | None:
        """Return what the guard has seen last; None if there is no guard."""
        try:
            said = json.loads(self.path.read_text(encoding="ascii"))
            epoch, size, time = (int(said[name]) for name in ("epoch", "size", "time"))
            return Guarded(str(said["origin"]), epoch, size, bytes.fromhex(said["root"]).hex(), time)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise GuardUnreadable(path=self.path, reason=type(error).__name__) from error

    def swap(self, old: Guarded | None, new: Guarded) -> None:
        """Put the new checkpoint in the place of the old one, if that is still what is there."""
        if self.read() != old:
            raise GuardMoved(log=self.log, path=self.path)
        fresh = self.path.with_suffix(".new")
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_TRUNC), "w", encoding="ascii") as file:
            json.dump(asdict(new), file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.path)
        sync_file(self.path.parent)


def require_last(guard: Guard, head: Head | None, origin: str) -> Guarded | None:
    """Hold the database's last checkpoint against the guard; return what the guard has seen.

    The database may be ahead, by a seal that was cut off before the guard moved: then what the guard
    has seen is one of its earlier checkpoints. Anything else is recovery mode, a refusal. No tile is
    read or written before this.
    """
    seen = guard.read()
    if seen is None:
        # A log's very first checkpoint is unsigned until it is guarded.
        if head is not None and not (head.note is None and heads.is_first(head)):
            raise GuardMissing(log=guard.log, found=head.size, path=guard.path)
        return None
    epoch, size = (head.epoch, head.size) if head else (1, 0)
    if seen.epoch == epoch and seen.origin != origin:
        raise GuardOfAnotherLog(path=guard.path, theirs=seen.origin, ours=origin)
    told = {"log": guard.log, "guarded": seen.size, "guarded_at": seen.moment()}
    if head is None or (epoch, size) < (seen.epoch, seen.size):
        found_at = _said(head.time) if head else "-"
        raise DatabaseBehindGuard(**told, found=size, found_at=found_at, last=seen.size - 1)
    same = heads.at_size(guard.log, seen.size)
    if same is None or same.root.hex() != seen.root:
        raise DatabaseForked(**told)
    return seen


def _said(time: int) -> str:
    return f"{dt.datetime.fromtimestamp(time, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
