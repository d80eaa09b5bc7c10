"""Text to a grid of cells: where each cell starts and ends, found for whole blocks at once.

Quoting is that of RFC 4180: a cell is quoted as a whole or not at all, a quotation mark inside is
doubled. Whether a byte is inside quotation marks is the parity of the marks before it, so separators
and line ends count only where that parity is even; a mark that neither opens nor closes a cell is
refused, because after it the parity means nothing.

Bytes are compared one at a time, which is sound in UTF-8 and in GB18030: the later bytes of a
character there are never a comma, tab, semicolon, quotation mark or line feed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.reading.cells import PAD, Buffer
from provident.filings.reading.refusals import LineTooLong, StrayQuote, UnclosedQuote

_LINE_FEED, _QUOTE, _SPACE, _TAB = 10, 34, 32, 9
Bools = npt.NDArray[np.bool_]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a block: those with one cell for each heading, and those without."""

    start: Offsets  # columns × lines, offsets into the buffer
    end: Offsets
    line: Offsets  # which line of the block each row of the grid is
    ragged: Offsets  # lines with another number of cells; lines without anything are in neither
    ragged_cells: Offsets  # how many cells those have
    lines: int  # lines in the block
    used: int  # bytes of the block they take; what follows belongs to the next block


def grid_of(buffer: Buffer, separator: int, width: int, row: int) -> Grid:
    """Cut a block into cells. `row` is the row number of its first line, for refusals.

    The block begins where a line begins. Quoted cells are unquoted in place.
    """
    data = buffer.data[PAD:-PAD]
    stop, line_end = data == separator, data == _LINE_FEED
    quoted = np.count_nonzero(data == _QUOTE) > 0
    if quoted:
        outside = ~np.logical_xor.accumulate(data == _QUOTE)
        line_end &= outside
        stop &= outside
        opens, closes = _pairs(data, separator, line_end, row)
    lines = int(np.count_nonzero(line_end))
    if not lines:
        if quoted and not outside[-1]:
            raise UnclosedQuote(row=row)
        raise LineTooLong(row=row, limit=f"{len(data) >> 20} MiB")
    stop |= line_end
    stops = np.flatnonzero(stop)
    grid = _rectangle(stops, line_end, lines, width) or _ragged(stops, line_end, width)
    if quoted:
        _unquote(data, grid, opens, closes)
    np.add(grid.start, PAD, out=grid.start)
    np.add(grid.end, PAD, out=grid.end)
    return grid


def _rectangle(stops: Offsets, line_end: Bools, lines: int, width: int) -> Grid | None:
    """Return the grid if every line has the right number of cells.

    There are as many cells as a rectangle needs and every line's last one ends in a line end; as
    there are no more line ends than lines, no other cell does.
    """
    used = _stops_of_whole_lines(stops, line_end, width)
    if used != lines * width:
        return None
    by_line = stops[:used].reshape(lines, width)
    if not line_end[by_line[:, -1]].all():
        return None
    end = np.ascontiguousarray(by_line.T)
    start = np.empty_like(end)
    np.add(end[:-1], 1, out=start[1:])
    start[0, 0] = 0
    np.add(end[-1, :-1], 1, out=start[0, 1:])
    none = np.zeros(0, dtype=np.int64)
    return Grid(start, end, np.arange(lines), none, none, lines, int(stops[used - 1]) + 1)


def _stops_of_whole_lines(stops: Offsets, line_end: Bools, width: int) -> int:
    """Return how many stops there are up to the last line end; usually it is among the last few."""
    for near in (2 * width, len(stops)):
        ends = np.flatnonzero(line_end[stops[-near:]])
        if len(ends):
            return max(len(stops) - near, 0) + int(ends[-1]) + 1
    return 0


def _ragged(stops: Offsets, line_end: Bools, width: int) -> Grid:
    """Return the grid of the lines with the right number of cells, and the others' numbers."""
    last = np.flatnonzero(line_end[stops])
    stops = stops[: last[-1] + 1]
    start = np.concatenate([np.zeros(1, np.int64), stops[:-1] + 1])
    cells = np.diff(last, prepend=-1)
    empty = (cells == 1) & (stops[last] == start[last])
    fits = (cells == width) & ~empty
    chosen = np.repeat(fits, cells)
    ragged = np.flatnonzero(~fits & ~empty)
    return Grid(
        np.ascontiguousarray(start[chosen].reshape(-1, width).T),
        np.ascontiguousarray(stops[chosen].reshape(-1, width).T),
        np.flatnonzero(fits),
        ragged,
        cells[ragged],
        len(last),
        int(stops[-1]) + 1,
    )


def _pairs(data: npt.NDArray[np.uint8], separator: int, line_end: Bools, row: int) -> tuple[Offsets, Offsets]:
    """Return where quotation marks open and close; refuse one that does neither.

    Every second mark opens: at the beginning of a cell, or right after a closing one (a doubled
    mark). The others close: at the end of a cell, or right before an opening one.
    """
    marks = np.flatnonzero(data == _QUOTE)
    opens, closes = marks[0::2], marks[1::2]
    before = data[opens - 1]
    opens_cell = (opens == 0) | (before == separator) | (before == _LINE_FEED)
    doubled = np.zeros(len(opens), dtype=np.bool_)
    doubled[1:] = opens[1:] == closes[: len(opens) - 1] + 1
    after = data[np.minimum(closes + 1, len(data) - 1)]
    closes_cell = (closes + 1 == len(data)) | (after == separator) | (after == _LINE_FEED)
    closes_cell[: len(opens) - 1] |= doubled[1:]
    wrong = np.concatenate([opens[~(opens_cell | doubled)], closes[~closes_cell]])
    if len(wrong):
        raise StrayQuote(row=row + int(np.count_nonzero(line_end[: wrong.min()])))
    return opens, closes


def _unquote(data: npt.NDArray[np.uint8], grid: Grid, opens: Offsets, closes: Offsets) -> None:
    """Take the quotation marks off quoted cells, in place."""
    quoted = (grid.end > grid.start) & (data[grid.start] == _QUOTE)
    grid.start[quoted] += 1
    grid.end[quoted] -= 1
    doubled = closes[: len(opens) - 1][opens[1 : len(closes) + 1] == closes[: len(opens) - 1] + 1]
    if not len(doubled) or not grid.start.size:
        return
    in_order = grid.start.T.ravel()
    holding = np.unique(np.searchsorted(in_order, doubled, side="right") - 1)
    for cell in holding[holding >= 0].tolist():
        line, column = divmod(cell, len(grid.start))
        start, end = grid.start[column, line], grid.end[column, line]
        text = data[start:end].tobytes().replace(b'""', b'"')
        data[start : start + len(text)] = np.frombuffer(text, dtype=np.uint8)
        grid.end[column, line] = start + len(text)
