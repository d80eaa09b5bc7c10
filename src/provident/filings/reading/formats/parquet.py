"""Parquet: row groups to tables of cells, a slice at a time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from provident.filings.columns import MONEY
from provident.filings.reading.cells import LONGEST, Cells, Table
from provident.filings.reading.chunking import chunk_of
from provident.filings.reading.formats.footer import Footer
from provident.filings.reading.formats.refusals import BrokenParquet, ParquetColumnType
from provident.filings.reading.headings import Headings
from provident.filings.reading.records import Chunk, RefusedCells
from provident.filings.reading.refusals import ControlCharacter, EmptyFile, FileChanged

_FAILED = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, TypeError)
_TEXT = (pl.String, pl.Categorical, pl.Enum, pl.Null)
_DAYS = ("month", "paid_on")


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A Parquet file whose footer has been found sound."""

    file: BinaryIO
    path: Path
    footer: Footer
    headings: Headings
    state: tuple[int, int]  # size and time of the last change, as surveyed

    def check_types(self) -> None:
        """Refuse columns of types that do not hold their values exactly."""
        try:
            schema = self._scan().collect_schema()
        except _FAILED as error:
            raise BrokenParquet(part="schema") from error
        for heading, name in zip(self.footer.columns, self.headings.columns, strict=True):
            if name and not _exact(name, schema[heading]):
                raise ParquetColumnType(column=name, type=str(schema[heading]))

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read the file from its beginning."""
        if not self.footer.rows:
            raise EmptyFile
        for at in range(0, self.footer.rows, rows):
            try:
                frame = self._scan().slice(at, rows).collect(engine="in-memory")
                table = self._table(frame, at)
            except _FAILED as error:
                raise BrokenParquet(part=f"row {at + 2}") from error
            chunk = chunk_of(table)
            if len(chunk) or chunk.refused or chunk.totals:
                yield chunk
        state = os.fstat(self.file.fileno())
        if (state.st_size, state.st_mtime_ns) != self.state:
            raise FileChanged

    def _scan(self) -> pl.LazyFrame:
        scanned = pl.scan_parquet(
            self.path.absolute(),
            glob=False,
            hive_partitioning=False,
            use_statistics=False,
            cache=False,
            parallel="none",
        )
        wanted = zip(self.footer.columns, self.headings.columns, strict=True)
        return scanned.select([heading for heading, name in wanted if name])

    def _table(self, frame: pl.DataFrame, at: int) -> Table:
        rows = np.arange(at + 2, at + 2 + len(frame), dtype=np.uint32)
        columns: dict[str, Cells] = {}
        refused: list[RefusedCells] = []
        for heading, name in zip(self.footer.columns, self.headings.columns, strict=True):
            if name:
                text = _as_text(name, frame[heading])
                unseen = text.str.contains("\0", literal=True)
                if unseen.any():
                    found = unseen.to_numpy()
                    values = tuple(text.filter(unseen).str.head(100).to_list())
                    refused.append(RefusedCells(name, ControlCharacter, rows[found], values))
                    text = pl.select(pl.when(unseen).then(pl.lit("")).otherwise(text)).to_series()
                length = text.str.len_bytes().cast(pl.Int64).to_numpy()
                columns[name] = Cells.joined(text.str.join("").item().encode(), length)
        return Table(rows, columns, spaced=True, refused=tuple(refused))

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def _exact(name: str, kind: pl.DataType) -> bool:
    if isinstance(kind, _TEXT) or kind.is_integer():
        return True
    if name in MONEY:
        return isinstance(kind, pl.Decimal)
    return name in _DAYS and isinstance(kind, pl.Date)


def _as_text(name: str, column: pl.Series) -> pl.Series:
    """Return a column as text, nulls as empty texts, over-long ones cut where they are refused anyway."""
    text = column.cast(pl.String).fill_null("")
    if isinstance(column.dtype, pl.Decimal) and name in MONEY:
        text = text.str.replace(r"^(-?[0-9]+\.[0-9]{2})0+$", "${1}")
    if (text.str.len_bytes() > LONGEST).any():
        text = text.str.head(LONGEST + 1)
    return text
