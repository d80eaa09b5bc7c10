"""The question of repetition: does the file say anything twice."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import Column, Finding, Ints, Mask, finding, pieces
from provident.filings.reading.records import Chunk
from provident.filings.refusals import TwiceInFile


def combined(columns: Sequence[Column]) -> Ints:
    """Return one whole number per row that is equal exactly where all columns are equal.

    Columns hold whole numbers from -1 up; where 63 bits do not hold their product, rows are numbered.
    """
    length = len(columns[0])
    if not length:
        return np.zeros(0, np.int64)
    key, room = np.zeros(length, np.int64), 1
    for column in columns:
        lowest = int(column.min())
        width = int(column.max()) - lowest + 1
        if room * width >= 1 << 63:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            room = int(key.max()) + 1
        if width > 1:
            for piece in pieces(length):
                key[piece] = key[piece] * width + (column[piece].astype(np.int64) - lowest)
            room *= width
    return key


def repeated(key: Ints) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places that repeat an earlier one, in order, and the first place of each."""
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    firsts = first[inverse]
    again = np.flatnonzero(firsts != np.arange(len(key)))
    return again, firsts[again]


def twice(
    rows: Chunk, place: npt.NDArray[np.intp], columns: Sequence[Column], said: str = "resident"
) -> Finding | None:
    """Refuse the rows among `place` whose columns all equal an earlier row's; `said` is the cell to name."""
    key = combined(columns)
    key.sort()  # in its place: whether there is any is asked of every file, which are they of few
    if not (key[1:] == key[:-1]).any():
        return None
    again, first = repeated(combined(columns))
    return finding(rows, said, TwiceInFile, place[again], first=rows.row[place[first]])


def among(places: npt.NDArray[np.intp], length: int) -> Mask:
    """Return a mask of the given length that is true at those places."""
    mask = np.zeros(length, np.bool_)
    mask[places] = True
    return mask
