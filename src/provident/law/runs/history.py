"""A history in long form (a row a person and year) turned into columns, in any order of rows."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from provident.law.engine.many import Column, Reasons
from provident.law.engine.plan import Node
from provident.law.refusals import ColumnMissing, PersonTwice, ReportedTwice, YearUnreadable
from provident.law.runs.columns import read_column
from provident.law.runs.sources import PERSON, FrameFile

YEAR = "year"


class History:
    """Yearly values of so many people; held in a folder, or in memory where there is none."""

    def __init__(self, rows: int, folder: Path | None, reasons: Reasons) -> None:
        self._rows = rows
        self._folder = folder
        self._reasons = reasons
        self._held: dict[tuple[str, int], tuple[Any, Any]] = {}
        self.strangers = 0  # rows of persons the people file does not have

    def take(self, file: FrameFile, people: pl.Series, nodes: dict[str, Node]) -> None:
        """Read a whole file; `nodes` says which columns are wanted, by heading."""
        for needed in (PERSON, YEAR):
            if needed not in file.names:
                raise ColumnMissing(file="--history", name=needed)
        refuse_repeated(len(people), people.n_unique())
        order = _Order(people)
        for block in file.blocks((PERSON, YEAR, *nodes)):
            rows = order.places(block[PERSON])
            self.strangers += int((rows < 0).sum())
            self.place(rows, block, nodes)

    def place(self, rows: Any, block: Any, nodes: dict[str, Node]) -> None:
        """Put some rows of a history, each of the person at `rows` (-1: nobody), where they belong."""
        years, known = _years(block[YEAR]), rows >= 0
        for heading, node in nodes.items():
            column = read_column(node.variable, block[heading], self._reasons)
            self._scatter(node.variable.id, rows, years, column, known)

    def years(self, name: str) -> tuple[int, ...]:
        """Return the years of which anybody reports a variable."""
        return tuple(sorted(year for variable, year in self._held if variable == name))

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

    def _scatter(self, name: str, rows: Any, years: Any, column: Column, known: Any) -> None:
        given = known if column.present is None else known & column.present
        faults = np.zeros(len(rows), dtype=np.int32) if column.faults is None else column.faults
        for year in np.unique(years[given]):
            mine = given & (years == year)
            values, marks = self._of(name, int(year))
            at = rows[mine]
            twice = marks[at] != 0
            ordered = np.sort(at)
            repeated = ordered[1:][ordered[1:] == ordered[:-1]]
            if len(repeated):
                twice |= np.isin(at, repeated)
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
                self._array(f"{stem}.values", np.int64),
                self._array(f"{stem}.marks", np.int32),  # 0: not reported, 1: reported, more: 1 + the reason
            )
        return self._held[key]

    def _array(self, name: str, kind: type) -> Any:
        if self._folder is None:
            return np.zeros(self._rows, dtype=kind)
        return np.memmap(self._folder / name, dtype=kind, mode="w+", shape=(self._rows,))


class _Order:
    """Finds the people of history rows: at once where both files are in one order, else by a join."""

    def __init__(self, people: pl.Series) -> None:
        self._ids = people
        self._people = pl.DataFrame({PERSON: people}).with_row_index("row")
        self._next = 0

    def places(self, ids: pl.Series) -> Any:
        """Return each row's place among the people, -1 for strangers."""
        ids = ids.cast(self._ids.dtype, strict=False)
        changes = (ids != ids.shift(1)).fill_null(value=True).to_numpy()
        heads = ids.filter(pl.Series(changes))
        goes_on = self._next > 0 and len(ids) > 0 and ids[0] == self._ids[self._next - 1]
        first = self._next - 1 if goes_on else self._next
        if heads.equals(self._ids[first : first + len(heads)].alias(heads.name)):
            self._next = first + len(heads)
            return first + np.cumsum(changes) - 1
        joined = pl.DataFrame({PERSON: ids}).join(self._people, on=PERSON, how="left", maintain_order="left")
        return joined["row"].cast(pl.Int64).fill_null(-1).to_numpy()


def refuse_repeated(rows: int, persons: int) -> None:
    """Refuse people of whom one has two rows: nobody could say whose the history is."""
    if rows != persons:
        raise PersonTwice(count=rows - persons)


def _years(years: pl.Series) -> Any:
    read = years.cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False)
    wrong = read.is_null() | ~read.is_between(1900, 2100)
    if wrong.any():
        raise YearUnreadable(text=years.filter(wrong)[0])
    return read.to_numpy()
