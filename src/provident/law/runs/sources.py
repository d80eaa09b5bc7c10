"""Files of people, read block by block: CSV, Parquet, Arrow, or a folder with one array a column."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from provident.law.refusals import FileUnreadable

BLOCK = 1 << 16
_FIRST, _MAGIC = 256, np.lib.format.MAGIC_LEN  # bytes: what holds most headers; what they begin with
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
    def kinds(self) -> Mapping[str, Any]:
        """The types of the columns that are arrays."""

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
        self._opened = _Opened({path.stem: path for path in sorted(folder.glob("*.npy"))})
        self._shapes = self._opened.shapes()
        lengths = {shape.rows for shape in self._shapes.values()}
        if len(lengths) != 1:
            raise FileUnreadable(file=folder, why="its columns differ in length", why_zh="各列长度不一")
        self.kinds: dict[str, Any] = {name: shape.kind for name, shape in self._shapes.items()}
        self.rows = lengths.pop()
        self.names = tuple(self._shapes)

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in order; a column is read when it is asked for, by whoever works the block out."""
        for at in range(0, self.rows, _ROWS):
            yield _Columns(self._opened, self._shapes, at, min(_ROWS, self.rows - at))

    @cached_property
    def _mapped(self) -> dict[str, Any]:
        """The columns as plain arrays: a row of a mapped one costs five times as much to take."""
        return {name: np.asarray(np.load(path, mmap_mode="r")) for name, path in self._opened.files.items()}

    def row(self, at: int) -> Block:
        """Return one row."""
        return {name: one[at : at + 1] for name, one in self._mapped.items()}


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a file's numbers begin, what they are and how many."""

    kind: Any
    start: int
    rows: int


def _shape(path: Path, number: int) -> _Shape:
    """Return where a column lies in its file; refused if that holds anything but plain values."""
    first = os.pread(number, _FIRST, 0)
    try:
        version = np.lib.format.read_magic(BytesIO(first[:_MAGIC]))
        start = _MAGIC + (2 if version == (1, 0) else 4)
        end = start + int.from_bytes(first[_MAGIC:start], "little")
        header = first[_MAGIC:end] if end <= _FIRST else os.pread(number, end - _MAGIC, _MAGIC)
        kind, shape = _header(version, header)
    except ValueError as error:
        raise FileUnreadable(file=path, why="it is no NumPy file", why_zh="不是 NumPy 文件") from error
    if len(shape) != 1 or kind.hasobject:
        raise FileUnreadable(file=path, why="it is no column of plain values", why_zh="不是一列普通数值")
    return _Shape(kind, end, shape[0])


@cache
def _header(version: tuple[int, int], header: bytes) -> tuple[Any, tuple[int, ...]]:
    """Return a header's kind of number and its shape; the columns of a folder have the same few."""
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(BytesIO(header))
    return kind, shape


class _Opened:
    """A folder's files, open as long as a block may be read."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self.numbers: dict[str, int] = {}
        for name, path in files.items():
            self.numbers[name] = os.open(path, os.O_RDONLY)

    def shapes(self) -> dict[str, _Shape]:
        """Return where each column lies."""
        return {name: _shape(path, self.numbers[name]) for name, path in self.files.items()}

    def __del__(self) -> None:
        for number in self.numbers.values():
            os.close(number)


class _Columns(Mapping[str, Any]):
    """Some rows of a folder; plain reads keep memory at one block."""

    def __init__(self, opened: _Opened, shapes: Mapping[str, _Shape], at: int, count: int) -> None:
        self._opened, self._shapes, self._at, self.rows = opened, shapes, at, count
        self._read: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, name: str) -> Any:
        """Return a column, read now if it was not."""
        if name not in self._read:
            self._read[name] = self._now(name)
        return self._read[name]

    def place(self, name: str) -> tuple[int, int]:
        """Return the open file a column lies in, and where it starts there."""
        shape = self._shapes[name]
        return self._opened.numbers[name], shape.start + self._at * shape.kind.itemsize

    def _now(self, name: str) -> Any:
        shape = self._shapes[name]
        values = np.empty(self.rows, dtype=shape.kind)
        into, (file, start) = memoryview(values.view(np.uint8).data), self.place(name)
        while into.nbytes:
            read = os.preadv(file, [into], start)
            if not read:
                raise FileUnreadable(
                    file=self._opened.files[name], why="it became shorter", why_zh="文件被截短"
                )
            into, start = into[read:], start + read
        return values


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
        self.kinds: dict[str, Any] = {}

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


def size_of(block: Block) -> int:
    """Return how many rows a block has."""
    return block.rows if isinstance(block, _Columns) else len(next(iter(block.values())))


def place_of(block: Block, name: str) -> tuple[int, int] | None:
    """Return the open file a block's column lies in and where it starts there; None if it is in memory."""
    return block.place(name) if isinstance(block, _Columns) else None


def by_name(frame: Any) -> Block:
    """Return a frame's columns by heading."""
    return {series.name: series for series in frame.get_columns()}


def _unreadable(path: Path, error: Exception) -> FileUnreadable:
    why = str(error).splitlines()[0][:200]
    return FileUnreadable(file=path, why=why, why_zh=why)
