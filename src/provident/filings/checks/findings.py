"""What a question refuses, and a few ways to pick rows."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from provident.filings.reading.records import Amounts, Chunk, Coded, RefusedCells
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch

Rows = npt.NDArray[np.intp]  # places in the columns, not row numbers
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Column = npt.NDArray[Any]  # any kind of number

_MOST_ROOM = 1 << 24  # the largest table marked instead of sorting

_PIECE = 1 << 18  # rows worked on at a time, where what is needed meanwhile is larger than what stays

_FEW = 32  # a table this many times longer than the rows costs more than sorting them

#: The column of the file a column of `Chunk` is read from, where the two names differ.
_FIELDS = {"resident": "resident_id", "employer": "employer_id", "employer_share": "employer"}


@dataclass(frozen=True, slots=True)
class Finding(RefusedCells):
    """Cells refused for one reason, with facts that differ from cell to cell in `each`."""

    each: Mapping[str, Sequence[object]] = dataclasses.field(default_factory=dict)

    def refusals(self) -> Iterator[tuple[int, str, Refusal]]:
        """Yield row, value and the refusal itself for each cell."""
        for place, (row, value) in enumerate(zip(self.rows.tolist(), self.values, strict=True)):
            own = {name: facts[place] for name, facts in self.each.items()}
            yield row, value, self.refusal(value=value, field=self.field, **self.facts, **own)


def field_of(column: str) -> str:
    """Return the file's name of a column of `Chunk`."""
    return _FIELDS.get(column, column)


def finding(
    rows: Chunk, column: str, refusal: type[Refusal], where: Rows, **each: Sequence[object] | Column
) -> Finding:
    """Refuse the cells of one column at some places; `each` holds the facts of every single cell."""
    facts = {name: _plain(values) for name, values in each.items()}
    values = tuple(shown(rows, column, where)) if column else ("",) * len(where)
    return Finding(field_of(column), refusal, rows.row[where], values, {}, facts)


def _plain(values: Sequence[object] | Column) -> Sequence[object]:
    return values.tolist() if isinstance(values, np.ndarray) else values


def shown(rows: Chunk, column: str, where: Rows) -> Iterator[str]:
    """Yield what the cells say, as a person would write it; an empty string for an empty cell."""
    content = getattr(rows, column)
    if isinstance(content, Coded):
        for code in content.codes[where].tolist():
            yield content.originals.get(code, content.values[code]) if code >= 0 else ""
    elif isinstance(content, Amounts):
        for minor, given in zip(content.minor[where].tolist(), content.given[where].tolist(), strict=True):
            yield money(minor) if given else ""
    else:
        write = _WRITTEN.get(column, str)
        for number in content[where].tolist():
            yield write(number) if number is not None and number != -1 else ""


def _branch(code: int) -> str:
    return Branch(code).word


def money(minor: int) -> str:
    """Write minor units as a file does: major units with two decimals."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def month_text(code: int) -> str:
    """Write a month's code as a file does: 2026-03."""
    return f"{code // 100:04d}-{code % 100:02d}" if code > 0 else ""


#: How the cells of a column are written where that is not just their number.
_WRITTEN: dict[str, Callable[[int], str]] = {"month": month_text, "branch": _branch}


def pieces(length: int) -> Iterator[slice]:
    """Yield slices that cover so many rows: a large file takes the room of one piece, not of all rows."""
    for start in range(0, length, _PIECE):
        yield slice(start, min(start + _PIECE, length))


def narrowed(column: Column) -> Column:
    """Return a column that says the same in every row as one value repeated, which takes no room."""
    if len(column) and all((column[piece] == column[0]).all() for piece in pieces(len(column))):
        return np.broadcast_to(column[0].copy(), len(column))
    return column


def compact(numbers: Column, bound: int) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return each row's place among the distinct values, and those values in rising order.

    For whole numbers from -1 to below `bound`; where rows are many, by marking a table, not by sorting.
    """
    if len(numbers) and numbers.strides == (0,):
        return np.broadcast_to(np.int32(0), len(numbers)), np.asarray(numbers[:1], np.int64)
    if len(numbers) * _FEW < bound:
        values, codes = np.unique(numbers, return_inverse=True)
        return codes.astype(np.int32), values.astype(np.int64)
    seen = np.zeros(bound + 1, np.bool_)
    for piece in pieces(len(numbers)):
        seen[numbers[piece].astype(np.int64) + 1] = True
    places = np.cumsum(seen, dtype=np.int32) - 1
    marked: npt.NDArray[np.int32] = np.empty(len(numbers), np.int32)
    for piece in pieces(len(numbers)):
        marked[piece] = places[numbers[piece].astype(np.int64) + 1]
    return marked, np.flatnonzero(seen) - 1


def distinct(columns: Sequence[Column]) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return each row's place among the distinct rows of some columns, and the first row of each.

    For columns of whole numbers from -1 that are not large, such as places, months and codes.
    """
    place: Column = np.zeros(len(columns[0]), np.int64)
    room = 1
    for column in columns:
        codes, values = compact(column, int(column.max(initial=0)) + 1)
        room *= len(values)
        if len(values) > 1:
            place *= len(values)
            place += codes
        if room >= _MOST_ROOM:
            kept, place = np.unique(place, return_inverse=True)
            room = len(kept)
    dense, kept = compact(place, room)
    first = np.zeros(len(kept), np.int64)
    for piece in reversed([*pieces(len(dense))]):
        first[dense[piece][::-1]] = np.arange(piece.start, piece.stop)[::-1]
    return dense, first
