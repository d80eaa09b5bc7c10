"""Parquet: frames from the unpacking process to tables of cells."""

import json
import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from provident.filings.columns import MONEY
from provident.filings.reading.cells import LONGEST, PAD, Cells, Table
from provident.filings.reading.chunking import chunk_of
from provident.filings.reading.formats.footer import Footer, Kind
from provident.filings.reading.formats.refusals import BrokenParquet, ParquetColumnType
from provident.filings.reading.headings import Headings
from provident.filings.reading.records import Chunk, RefusedCells
from provident.filings.reading.refusals import ControlCharacter, EmptyFile, FileChanged

_DAYS = ("month", "paid_on")
_SILENCE = 120  # seconds without a byte after which the unpacking process is given up
_UNPACKING = "provident.filings.reading.formats.unpacking"
_UNPACK = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main()"
)


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A Parquet file whose footer has been found sound."""

    file: BinaryIO
    footer: Footer
    headings: Headings
    state: tuple[int, int]  # size and time of the last change, as surveyed

    def check_types(self) -> None:
        """Refuse columns of types that do not hold their values exactly."""
        for name, kind in zip(self.headings.columns, self.footer.kinds, strict=True):
            if name and not _exact(name, kind):
                raise ParquetColumnType(column=name, type=kind.value)

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read the file from its beginning."""
        if not self.footer.rows:
            raise EmptyFile
        with self._unpacking(rows) as frames:
            at = 0
            while at < self.footer.rows:
                table = self._table(frames, at, min(rows, self.footer.rows - at))
                at += len(table.rows)
                chunk = chunk_of(table)
                if len(chunk) or chunk.refused or chunk.totals:
                    yield chunk
        state = os.fstat(self.file.fileno())
        if (state.st_size, state.st_mtime_ns) != self.state:
            raise FileChanged

    @contextmanager
    def _unpacking(self, step: int) -> Iterator["_Frames"]:
        """Run the unpacking process for as long as its frames are wanted."""
        wanted = zip(self.footer.columns, self.headings.columns, self.footer.kinds, strict=True)
        request = {
            "path": f"/dev/fd/{self.file.fileno()}",  # the very file whose bytes were hashed
            "columns": {heading: kind is Kind.DECIMAL for heading, name, kind in wanted if name},
            "rows": self.footer.rows,
            "step": step,
            "longest": LONGEST,
        }
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", _UNPACK, json.dumps(sys.path), _UNPACKING, json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self.file.fileno(),),
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )
        if process.stdout is None:
            raise BrokenParquet(part="process")
        try:
            yield _Frames(process.stdout.fileno())
        finally:
            process.kill()
            process.stdout.close()
            process.wait()

    def _table(self, frames: "_Frames", at: int, expected: int) -> Table:
        part = f"row {at + 2}"
        (rows,) = struct.unpack("<I", frames.take(4, part))
        if rows != expected:
            raise BrokenParquet(part=part)
        numbers = np.arange(at + 2, at + 2 + rows, dtype=np.uint32)
        columns: dict[str, Cells] = {}
        refused: list[RefusedCells] = []
        for name in filter(None, self.headings.columns):
            (size,) = struct.unpack("<Q", frames.take(8, part))
            length = np.frombuffer(frames.take(4 * rows, part), dtype="<u4").astype(np.int64)
            if size != int(length.sum()) or size > 8 * LONGEST * rows:
                raise BrokenParquet(part=part)
            content = frames.take(size, part)
            columns[name] = cells = Cells.joined(content, length)
            if b"\0" in content:
                columns[name], found = _without_nul(name, cells, numbers)
                refused.append(found)
        return Table(numbers, columns, spaced=True, refused=tuple(refused))

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


class _Frames:
    """The unpacking process's output, as many bytes as asked for or a refusal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self, size: int, part: str) -> bytearray:
        """Return exactly so many bytes."""
        taken = bytearray(size)
        view, at = memoryview(taken), 0
        while at < size:
            ready, _, _ = select.select([self._descriptor], [], [], _SILENCE)
            read = os.readv(self._descriptor, [view[at:]]) if ready else 0
            if not read:
                raise BrokenParquet(part=part)
            at += read
        return taken


def _without_nul(
    name: str, cells: Cells, numbers: np.ndarray[tuple[int], np.dtype[np.uint32]]
) -> tuple[Cells, RefusedCells]:
    """Take out the cells that hold a NUL, which no later step expects."""
    at = np.flatnonzero(cells.buffer.data[PAD:-PAD] == 0) + PAD
    holding = np.unique(np.searchsorted(cells.start + cells.length, at, side="right"))
    length = cells.length.copy()
    length[holding] = 0
    shown = tuple(cells.text(place)[:100] for place in holding.tolist())
    refused = RefusedCells(name, ControlCharacter, numbers[holding], shown)
    return Cells(cells.buffer, cells.start, length), refused


def _exact(name: str, kind: Kind) -> bool:
    if kind in (Kind.TEXT, Kind.NULL, Kind.INTEGER):
        return True
    if name in MONEY:
        return kind is Kind.DECIMAL
    return name in _DAYS and kind in (Kind.DATE, Kind.TIMESTAMP)
