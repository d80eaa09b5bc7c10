"""A history in long form (a row a person and year) turned into columns, in a folder, in any order of rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from provident.law.engine.many import Column, Reasons
from provident.law.engine.plan import Node
from provident.law.refusals import FileUnreadable, ReportedTwice, YearUnreadable
from provident.law.runs.columns import read_column
from provident.law.runs.sources import PERSON, FrameFile

YEAR = "year"


class History:
    """Yearly values of the people of one file, row by row in that file's order."""

    def __init__(self, people: pl.Series, folder: Path, reasons: Reasons) -> None:
        self._rows = len(people)
        self._folder = folder
        self._reasons = reasons
        self._people = pl.DataFrame({PERSON: people}).with_row_index("row").unique(PERSON, keep="first")
        self._ids = people
        self._next = 0
        self._held: dict[tuple[str, int], tuple[Any, Any]] = {}
        self.strangers = 0  # rows of persons the people file does not have

    def take(self, file: FrameFile, nodes: dict[str, Node]) -> None:
        """Read the whole file; `nodes` says which columns are wanted, by heading."""
        for needed in (PERSON, YEAR):
            if needed not in file.names:
                raise FileUnreadable(file="--history", why=f"it has no column {needed}", why_zh=f"缺少列 {needed}")
        for block in file.blocks((PERSON, YEAR, *nodes)):
            rows, years = self._places(block[PERSON]), self._years(block[YEAR])
            known = rows >= 0
            self.strangers += int(len(rows) - known.sum())
            for heading, node in nodes.items():
                column = read_column(node.variable, block[heading], self._reasons)
                self._scatter(node.variable.id, rows, years, column, known)

    def columns(self, name: str, start: int, stop: int) -> dict[int, Column]:
        """Return a variable's years for some of the people."""
        found: dict[int, Column] = {}
        for (variable, year), (values, marks) in sorted(self._held.items(), key=lambda item: item[0][1]):
            if variable == name:
                mark = np.array(marks[start:stop])
                present = mark != 0
                faults = np.where(mark > 1, mark - 1, 0).astype(np.int32) if mark.max(initial=0) > 1 else None
                taken = np.array(values[start:stop])
                found[year] = Column(taken, None if present.all() else present, faults)
        return found

    def years(self, name: str) -> Iterator[int]:
        """Yield the years anybody has of a variable."""
        yield from (year for variable, year in sorted(self._held) if variable == name)

    def _places(self, ids: pl.Series) -> Any:
        """Return each row's place among the people, -1 for strangers."""
        ids = ids.cast(self._ids.dtype, strict=False)
        changes = (ids != ids.shift(1)).fill_null(value=True).to_numpy()
        changes[:1] = True
        heads = ids.filter(pl.Series(changes))
        goes_on = self._next > 0 and ids[0] == self._ids[self._next - 1]
        first = self._next - 1 if goes_on else self._next
        if heads.equals(self._ids[first : first + len(heads)].alias(heads.name)):
            self._next = first + len(heads)
            return first + np.cumsum(changes) - 1
        joined = pl.DataFrame({PERSON: ids}).join(self._people, on=PERSON, how="left", maintain_order="left")
        return joined["row"].cast(pl.Int64).fill_null(-1).to_numpy()

    def _years(self, years: pl.Series) -> Any:
        read = years.cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False)
        wrong = read.is_null() | ~read.is_between(1900, 2100)
        if wrong.any():
            raise YearUnreadable(text=years.filter(wrong)[0])
        return read.to_numpy()

    def _scatter(self, name: str, rows: Any, years: Any, column: Column, known: Any) -> None:
        given = known if column.present is None else known & column.present
        faults = np.zeros(len(rows), dtype=np.int32) if column.faults is None else column.faults
        for year in np.unique(years[given]):
            mine = given & (years == year)
            values, marks = self._of(name, int(year))
            at = rows[mine]
            twice = marks[at] != 0
            order = np.sort(at)
            if len(order) > 1 and (order[1:] == order[:-1]).any():
                counted = np.bincount(np.searchsorted(np.unique(at), at))
                twice |= counted[np.searchsorted(np.unique(at), at)] > 1
            values[at] = column.values[mine]
            marks[at] = 1 + faults[mine]
            if twice.any():
                heading = name.rpartition(".")[2]
                marks[at[twice]] = 1 + self._reasons.number(ReportedTwice(name=heading, year=int(year)))

    def _of(self, name: str, year: int) -> tuple[Any, Any]:
        key = (name, year)
        if key not in self._held:
            stem = f"{name}_{year}"
            self._held[key] = (
                np.memmap(self._folder / f"{stem}.values", dtype=np.int64, mode="w+", shape=(self._rows,)),
                np.memmap(self._folder / f"{stem}.marks", dtype=np.int32, mode="w+", shape=(self._rows,)),
            )
        return self._held[key]


