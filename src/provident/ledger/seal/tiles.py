"""Where a log's tiles lie (C2SP tlog-tiles): `tile/<level>/<number>[.p/<width>]`, 32 bytes a hash.

What lies beyond the last committed checkpoint is provisional: a seal that was cut off leaves it there,
and the next one writes over it.
"""

import ctypes
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from provident.ledger.seal.refusals import TileMissing

WIDTH = 256
TILE_BYTES = WIDTH * 32
_FEW = 64  # files brought to the disk one by one; more, and the whole file system at once


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return a tile's path below the directory of its log."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


@dataclass(slots=True)
class TileStore:
    """The tiles of one log below its directory."""

    directory: Path
    _written: list[str] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)

    def read(self, level: int, index: int, width: int = WIDTH) -> bytes:
        """Return the first `width` hashes of a tile; once it is filled, its partial ones may be gone."""
        for path in (tile_path(level, index, width), tile_path(level, index)):
            with suppress(FileNotFoundError):
                hashes = (self.directory / path).read_bytes()[: width * 32]
                if len(hashes) == width * 32:
                    return hashes
        raise TileMissing(path=self.directory / tile_path(level, index, width))

    def write(self, level: int, index: int, hashes: bytes) -> None:
        """Write a tile of as many hashes as are given."""
        path = f"{self.directory}/{tile_path(level, index, len(hashes) // 32)}"
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - one of thousands
            self._folders.add(folder)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.write(file, hashes)
        finally:
            os.close(file)
        self._written.append(path)

    def sync(self) -> None:
        """Bring everything written since the last call to the disk."""
        if len(self._written) > _FEW:
            _sync_file_system(self.directory)
        else:
            for path in self._written:
                sync_file(path)
            for folder in self._folders:
                sync_file(folder)
        self._written.clear()
        self._folders.clear()

    def drop_partials(self, older: int, size: int) -> None:
        """Remove the partial tiles of a tree of size `older` that are filled in one of `size`."""
        level = 0
        while older:
            index, width = divmod(older, WIDTH)
            if width and size // WIDTH > index:
                shutil.rmtree(self.directory / f"{tile_path(level, index)}.p", ignore_errors=True)
            older, size, level = index, size // WIDTH, level + 1


def sync_file(path: str | Path) -> None:
    """Bring a file, or a directory's names, to the disk."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _sync_file_system(directory: Path) -> None:
    """Bring the directory's file system to the disk: thousands of single calls would take seconds."""
    file = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(file) != 0:
            raise OSError(ctypes.get_errno(), "syncfs", str(directory))
    finally:
        os.close(file)


def publish(path: Path, text: str) -> None:
    """Put a file in place whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    sync_file(fresh)
    fresh.rename(path)
    sync_file(path.parent)
