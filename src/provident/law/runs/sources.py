"""Files of people, read block by block: CSV, Parquet, Arrow, or a folder with one array a column."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from provident.law.refusals import FileUnreadable

BLOCK = 1 << 16
_ROWS = 1 << 15  # of arrays: as many as are worked out at a time
PERSON = "person_id"

# A block's columns by heading: NumPy arrays or polars series, all of one length.
Block = Mapping[str, Any]


class Source(Protocol):
    """Some rows in columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """The headings."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in order, some at a time."""


def open_source(path: Path) -> Source:
    """Return a file or folder ready for reading; refused if it is neither."""
    if path.is_dir():
        return ArrayFolder(path)
    if not path.is_file():
        raise FileUnreadable(file=path, why="no such file", why_zh="文件不存在")
    return FrameFile(path)


class ArrayFolder:
    """A folder of NumPy files, one a column: such as person_id.npy or earnings_1986_minor.npy."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.npy"))}
        mapped = {name: np.load(path, mmap_mode="r") for name, path in self._files.items()}
        lengths = {len(one) for one in mapped.values()}
        if len(lengths) != 1:
            raise FileUnreadable(file=folder, why="its columns differ in length", why_zh="各列长度不一")
        self._shapes = {name: (one.dtype, one.offset) for name, one in mapped.items()}
        # As plain arrays: a row of a mapped one costs five times as much to take.
        self._mapped = {name: np.asarray(one) for name, one in mapped.items()}
        self.rows = lengths.pop()
        self.names = tuple(self._files)

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in order; plain reads keep memory at one block."""
        opened = {name: os.open(path, os.O_RDONLY) for name, path in self._files.items()}
        try:
            for at in range(0, self.rows, _ROWS):
                count = min(_ROWS, self.rows - at)
                yield {name: self._read(file, name, at, count) for name, file in opened.items()}
        finally:
            for file in opened.values():
                os.close(file)

    def _read(self, file: int, name: str, at: int, count: int) -> Any:
        dtype, offset = self._shapes[name]
        values = np.empty(count, dtype=dtype)
        into, start = memoryview(values.view(np.uint8).data), offset + at * dtype.itemsize
        while into.nbytes:
            read = os.preadv(file, [into], start)
            if not read:
                raise FileUnreadable(file=self._files[name], why="it became shorter", why_zh="文件被截短")
            into, start = into[read:], start + read
        return values

    def row(self, at: int) -> Block:
        """Return one row."""
        return {name: np.array(one[at : at + 1]) for name, one in self._mapped.items()}


class FrameFile:
    """A CSV, Parquet or Arrow file."""

    def __init__(self, path: Path) -> None:
        import polars as pl  # noqa: PLC0415 - a folder of arrays is read without it

        self._path = path
        try:
            if path.suffix == ".parquet":
                self._scan = pl.scan_parquet(path, glob=False)
            elif path.suffix in {".arrow", ".feather", ".ipc"}:
                self._scan = pl.scan_ipc(path)
            else:
                self._scan = pl.scan_csv(path, infer_schema=False, glob=False, encoding="utf8")
            self.names = tuple(name.strip() for name in self._scan.collect_schema().names())
            self._scan = self._scan.rename(
                dict(zip(self._scan.collect_schema().names(), self.names, strict=True))
            )
            self.rows = int(self._scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _unreadable(path, error) from error

    def blocks(self, columns: tuple[str, ...] | None = None) -> Iterator[Block]:
        """Yield the rows in order."""
        import polars as pl  # noqa: PLC0415

        scan = self._scan if columns is None else self._scan.select(columns)
        try:
            if self._path.suffix in {".arrow", ".feather", ".ipc", ".parquet"}:
                for at in range(0, self.rows, BLOCK):
                    yield by_name(scan.slice(at, BLOCK).collect())
            else:
                for frame in scan.collect_batches(chunk_size=BLOCK, maintain_order=True):
                    yield by_name(frame)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _unreadable(self._path, error) from error


def by_name(frame: Any) -> Block:
    """Return a frame's columns by heading."""
    return {series.name: series for series in frame.get_columns()}


def _unreadable(path: Path, error: Exception) -> FileUnreadable:
    why = str(error).splitlines()[0][:200]
    return FileUnreadable(file=path, why=why, why_zh=why)
