"""What a log shows, file by file: the same bytes on the web and in an export.

Only what a published checkpoint covers is shown. Tiles beyond it may still be written over; the others
never change, so they may be kept by caches for ever.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.refusals import TileMissing
from provident.ledger.seal.tiles import WIDTH, TileStore, tile_path

_NAME = re.compile(r"[a-z]{1,20}(?:/[1-9][0-9]{0,5})?")
_TILE = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_ROTATION = re.compile(r"rotation/(?:0|[1-9][0-9]{0,17})")
_PLAIN = frozenset(("beginning", "checkpoint", "keys", "recovery"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A published file."""

    content: bytes
    tile: bool  # a tile: raw hashes, never changed


def shown(logs: Path, log: str, path: str) -> Shown | None:
    """Return a published file of a log, e.g. `ledger` or `ledger/2`; None if there is none."""
    if not _NAME.fullmatch(log):
        return None
    directory = logs / log
    if path in _PLAIN or _ROTATION.fullmatch(path):
        with suppress(FileNotFoundError, NotADirectoryError):
            return Shown((directory / path).read_bytes(), tile=False)
        return None
    found = _TILE.fullmatch(path)
    return _tile(directory, found) if found else None


def _tile(directory: Path, found: re.Match[str]) -> Shown | None:
    level, width = int(found[1]), int(found[3] or WIDTH)
    index = int(found[2].replace("x", "").replace("/", ""))
    if width > WIDTH - (found[3] is not None) or tile_path(level, index, width) != found[0]:
        return None
    note = published(directory)
    if note is None or level >= 8 or index * WIDTH + width > note.checkpoint().size >> 8 * level:
        return None
    try:
        return Shown(TileStore(directory).read(level, index, width), tile=True)
    except TileMissing:
        return None


def logs_shown(logs: Path) -> Iterator[str]:
    """Yield the logs that show a checkpoint, each epoch as a log of its own."""
    for path in sorted((*logs.glob("*/checkpoint"), *logs.glob("*/*/checkpoint"))):
        name = path.parent.relative_to(logs).as_posix()
        if _NAME.fullmatch(name):
            yield name


def tiles_shown(size: int) -> Iterator[str]:
    """Yield the paths of the tiles a tree of this size is made of, full ones first in each level."""
    level = 0
    while size:
        for index in range(size // WIDTH):
            yield tile_path(level, index)
        if size % WIDTH:
            yield tile_path(level, size // WIDTH, size % WIDTH)
        size, level = size // WIDTH, level + 1


def plain_shown(logs: Path, log: str) -> Iterator[str]:
    """Yield the paths of a log's files that are no tiles, the checkpoint last."""
    directory = logs / log
    for name in ("beginning", "keys", "recovery"):
        if (directory / name).exists():
            yield name
    for path in sorted((directory / "rotation").glob("*")):
        if _ROTATION.fullmatch(f"rotation/{path.name}"):
            yield f"rotation/{path.name}"
    yield "checkpoint"
