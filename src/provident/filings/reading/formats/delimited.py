"""CSV and its kin: blocks of text to tables of cells."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from provident.filings.reading.cells import PAD, Buffer, Cells, Table
from provident.filings.reading.chunking import chunk_of
from provident.filings.reading.formats.grid import Grid, grid_of
from provident.filings.reading.formats.text import Dialect, pieces
from provident.filings.reading.records import Chunk, RefusedCells
from provident.filings.reading.refusals import EmptyFile, FileChanged, FileTooLarge, NulByte, RaggedRow

MOST_ROWS = 100_000_000  # rows are numbered in 32 bits; no monthly file of an agency is larger


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text file of separated cells."""

    file: BinaryIO
    dialect: Dialect
    state: tuple[int, int]  # size and time of the last change, as surveyed

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read the file from its beginning."""
        found = False
        for table in self._tables():
            for at in range(0, max(len(table.rows), 1), rows):
                part = table.take(slice(at, at + rows)) if len(table.rows) > rows else table
                refused = table.refused if at == 0 else ()
                chunk = chunk_of(Table(part.rows, part.columns, table.spaced, refused))
                if len(chunk) or chunk.refused or chunk.totals:
                    found = True
                    yield chunk
        if not found:
            raise EmptyFile
        state = os.fstat(self.file.fileno())
        if (state.st_size, state.st_mtime_ns) != self.state:
            raise FileChanged

    def _tables(self) -> Iterator[Table]:
        encoding = "gb18030" if self.dialect.encoding == "gb18030" else "utf-8"
        separator, width = self.dialect.separator[0], len(self.dialect.headings.columns)
        rest, row, heading = b"", 1, 1
        for piece in pieces(self.file, self.dialect):
            if b"\0" in piece:
                raise NulByte(row=row + piece[: piece.index(b"\0")].count(b"\n"))
            final = not piece
            block = rest + piece
            if final and block and not block.endswith(b"\n"):
                block += b"\n"
            if not block:
                continue
            buffer = Buffer.around(block, encoding)
            grid = grid_of(buffer, separator, width, row)
            yield self._table(buffer, grid, row, heading)
            row += grid.lines
            heading = 0
            rest = block[grid.used :]
            if row > MOST_ROWS:
                raise FileTooLarge(limit=f"{MOST_ROWS:,} rows")
        if rest:
            grid_of(Buffer.around(rest, encoding), separator, width, row)

    def _table(self, buffer: Buffer, grid: Grid, row: int, heading: int) -> Table:
        """Lay out the columns we read, without row 1."""
        skip = heading if len(grid.line) and grid.line[0] == 0 else 0
        columns = {}
        for at, name in enumerate(self.dialect.headings.columns):
            if name:
                start = grid.start[at, skip:]
                columns[name] = Cells(buffer, start, grid.end[at, skip:] - start)
        spaced = bool(np.count_nonzero(buffer.data[PAD:-PAD] <= 32) > grid.lines)
        return Table((grid.line[skip:] + row).astype(np.uint32), columns, spaced, self._ragged(grid, row))

    def _ragged(self, grid: Grid, row: int) -> tuple[RefusedCells, ...]:
        if not len(grid.ragged):
            return ()
        shown = tuple(str(cells) for cells in grid.ragged_cells.tolist())
        expected = len(self.dialect.headings.columns)
        rows = (grid.ragged + row).astype(np.uint32)
        return (RefusedCells("", RaggedRow, rows, shown, {"expected": expected}),)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
