"""How far a log was found sound the last time, so that only what came after is gone over again.

It lies beside the guard, not in the database: a database that was taken back cannot take it along. It is
never believed by itself: the tree must still have, at that size, the root that was found sound.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from provident.host.locks import open_private
from provident.ledger.seal.tiles import sync_file


@dataclass(frozen=True, slots=True)
class Sound:
    """A log's size and root when it was found sound."""

    origin: str
    size: int
    root: str  # in hexadecimal


def _path(guard: Path, log: str) -> Path:
    return guard / f"{log}.checked.json"


def last_sound(guard: Path, log: str) -> Sound | None:
    """Return what was found sound the last time; None if nothing was, or nobody can tell."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads(_path(guard, log).read_text(encoding="ascii"))
        return Sound(str(said["origin"]), int(said["size"]), bytes.fromhex(said["root"]).hex())
    return None


def remember(guard: Path, log: str, sound: Sound) -> None:
    """Keep how far a log was found sound."""
    path = _path(guard, log)
    fresh = path.with_suffix(".new")
    with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_TRUNC), "w", encoding="ascii") as file:
        json.dump(asdict(sound), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_file(path.parent)
