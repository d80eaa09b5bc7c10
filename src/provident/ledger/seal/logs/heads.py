"""Checkpoints as the database keeps them."""

import datetime as dt
from dataclasses import dataclass

from provident.ledger import wire
from provident.ledger.seal.notes import Note
from provident.ledger.seal.tree import Frontier

_COLUMNS = "log, epoch, size, root, frontier, sealed_at, note"


@dataclass(frozen=True, slots=True)
class Head:
    """One checkpoint of a log. Without a note it is committed and not yet signed."""

    log: str
    epoch: int
    size: int
    root: bytes
    frontier: Frontier
    time: int
    note: Note | None

    def moment(self) -> dt.datetime:
        """Return its time."""
        return dt.datetime.fromtimestamp(self.time, dt.UTC)


def last(log: str) -> Head | None:
    """Return a log's last checkpoint, signed or not."""
    return _one("ORDER BY epoch DESC, size DESC LIMIT 1", (log,))


def last_signed(log: str) -> Head | None:
    """Return a log's last signed checkpoint."""
    return _one("AND note IS NOT NULL ORDER BY epoch DESC, size DESC LIMIT 1", (log,))


def at_size(log: str, size: int) -> Head | None:
    """Return the newest checkpoint of exactly this size."""
    return _one("AND size = %s ORDER BY epoch DESC LIMIT 1", (log, size))


def is_first(head: Head) -> bool:
    """Say whether this is the only checkpoint of its log."""
    return wire.call("SELECT count(*) FROM ledger_checkpoint WHERE log = %s", (head.log,)) == 1  # type: ignore[no-any-return]


def _one(which: str, parameters: tuple[object, ...]) -> Head | None:
    row = (
        wire.cursor()
        .execute(f"SELECT {_COLUMNS} FROM ledger_checkpoint WHERE log = %s {which}", parameters, binary=True)
        .fetchone()
    )
    if row is None:
        return None
    log, epoch, size, root, frontier, sealed_at, note = row
    return Head(
        log,
        epoch,
        size,
        bytes(root),
        Frontier.unpacked(size, bytes(frontier)),
        int(sealed_at.timestamp()),
        Note.parse(note) if note is not None else None,
    )


def add(head: Head) -> None:
    """Commit a new, unsigned checkpoint."""
    wire.call(
        "SELECT ledger_add_checkpoint(%s, %s, %s, %s, %s, %s)",
        (head.log, head.epoch, head.size, head.root, head.frontier.packed(), head.moment()),
    )


def keep_note(head: Head, note: Note) -> None:
    """Keep a checkpoint's note, or the note with more signatures."""
    wire.call("SELECT ledger_keep_note(%s, %s, %s, %s)", (head.log, head.epoch, head.size, str(note)))
