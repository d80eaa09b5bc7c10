"""Cells as byte ranges in one buffer, and the distinct ones among millions, exactly.

A reader of any format ends with a `Table`: one `Cells` per column, all of them ranges of bytes in a
buffer. Everything after works on whole columns with NumPy: eight bytes of every cell are fetched at
a time as one 64-bit word, so that comparing, hashing and parsing cost some nanoseconds a cell.
Words are little-endian whatever the machine.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from provident.filings.reading.records import RefusedCells

Offsets = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

LONGEST = 256  # bytes; no column holds a longer value
# Zero bytes on both sides of a buffer: words are fetched for all cells as for the longest, so those of
# a short cell at the end reach this far beyond it.
PAD = LONGEST + 8

# The low bytes of a word that belong to a cell of which 0, 1, … 8 bytes are left.
_MASK = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
# Odd multipliers, drawn anew in each process: nobody can prepare cells that collide.
_SLOT_BITS = 16
_MULTIPLIERS = [np.uint64(secrets.randbits(64) | 1) for _ in range(LONGEST // 8)]


@dataclass(frozen=True, slots=True)
class Buffer:
    """Bytes between two pads, seen as bytes and as a 64-bit word at every offset."""

    data: npt.NDArray[np.uint8]
    words: Words
    encoding: str

    @classmethod
    def around(cls, content: bytes | bytearray, encoding: str) -> Self:
        """Copy the content between pads; its first byte is at offset PAD."""
        data = np.zeros(len(content) + 2 * PAD, dtype=np.uint8)
        data[PAD:-PAD] = np.frombuffer(content, dtype=np.uint8)
        words: Words = np.ndarray(len(data) - 7, dtype="<u8", buffer=data.data, strides=(1,))
        return cls(data, words, encoding)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column: where each cell starts in the buffer, and how many bytes it has."""

    buffer: Buffer
    start: Offsets
    length: Offsets

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Self:
        """Lay separate texts (UTF-8) into a buffer of their own."""
        length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        return cls.joined(b"".join(texts), length)

    @classmethod
    def joined(cls, content: bytes | bytearray, length: Offsets) -> Self:
        """Take texts (UTF-8) already joined without anything between them."""
        start = np.cumsum(length) - length + PAD
        return cls(Buffer.around(content, "utf-8"), start, length)

    @classmethod
    def empty(cls, rows: int) -> Self:
        """Return a column of empty cells."""
        return cls.joined(b"", np.zeros(rows, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.start)

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> "Cells":
        """Return the chosen rows."""
        return Cells(self.buffer, self.start[which], self.length[which])

    def stripped(self) -> "Cells":
        """Return the cells without the ASCII space at their ends."""
        start, length = self.start.copy(), self.length.copy()
        data = self.buffer.data
        while (left := (length > 0) & (data[start] <= 32)).any():
            start += left
            length -= left
        while (right := (length > 0) & (data[start + length - 1] <= 32)).any():
            length -= right
        return Cells(self.buffer, start, length)

    def content(self, row: int) -> bytes:
        """Return one cell's bytes."""
        start = int(self.start[row])
        return self.buffer.data[start : start + int(self.length[row])].tobytes()

    def text(self, row: int) -> str:
        """Return one cell as text for showing: undecodable bytes replaced, shortened."""
        return self.content(row)[:LONGEST].decode(self.buffer.encoding, "replace")

    def texts(self) -> list[str | None]:
        """Return every cell as text, None where a cell is no text in the encoding."""
        joined = self.together()
        if joined is None:
            return [self._text_or_none(row) for row in range(len(self))]
        return list(joined.split("\0")[:-1])

    def together(self) -> str | None:
        """Return all cells as one text with a NUL after each (none is inside), None if one is no text."""
        if not len(self):
            return ""
        ends = np.cumsum(self.length + 1)
        source = np.arange(int(ends[-1]))
        source += np.repeat(self.start - (ends - self.length - 1), self.length + 1)
        joined = self.buffer.data[source]
        joined[ends - 1] = 0
        try:
            return joined.tobytes().decode(self.buffer.encoding)
        except UnicodeDecodeError:
            return None

    def _text_or_none(self, row: int) -> str | None:
        try:
            return self.content(row).decode(self.buffer.encoding)
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as a reader found them: cells by canonical column, and what it refused on the way."""

    rows: npt.NDArray[np.uint32]  # as a spreadsheet counts
    columns: Mapping[str, Cells]
    spaced: bool  # whether any cell may have space at its ends
    refused: tuple[RefusedCells, ...] = ()

    def take(self, which: npt.NDArray[np.bool_] | slice) -> "Table":
        """Return the chosen rows; what was refused stays."""
        columns = {name: cells.take(which) for name, cells in self.columns.items()}
        return Table(self.rows[which], columns, self.spaced, self.refused)


@dataclass(frozen=True, slots=True)
class Distinct:
    """Which cells are equal: row i holds the same bytes as row `first[codes[i]]`; empty cells have -1."""

    codes: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]


def distinct(cells: Cells) -> Distinct:
    """Tell equal cells from different ones; values are numbered by first appearance.

    Cells longer than LONGEST must have been taken out before. Neighbours are compared exactly; the
    first cells of each run are grouped by a hash and then compared exactly with the cell that stands
    for their group.
    """
    if not len(cells):
        return Distinct(np.zeros(0, np.int32), np.zeros(0, np.int64))
    words = _words(cells)
    starts_run = np.zeros(len(cells), dtype=np.bool_)
    starts_run[0] = True
    for word in words:
        starts_run[1:] |= word[1:] != word[:-1]
    heads = np.flatnonzero(starts_run)
    if len(heads) == 1:
        first, codes = heads, np.zeros(len(cells), dtype=np.int32)
    else:
        first, codes = _grouped([word[heads] for word in words])
        first = heads[first]
        codes = np.repeat(codes, np.diff(heads, append=len(cells)))
    return _without_empty(codes, first, cells.length)


def _words(cells: Cells) -> list[Words]:
    """Return the cells' bytes, eight at a time, zeros after each cell's end (NUL occurs in none)."""
    words = []
    longest, shortest = int(cells.length.max()), int(cells.length.min())
    for at in range(0, max(longest, 1), 8):
        word = cells.buffer.words[cells.start + at]
        if longest == shortest:
            word &= _MASK[min(longest - at, 8)]
        elif shortest < at + 8:
            word &= _MASK[np.clip(cells.length - at, 0, 8)]
        words.append(word)
    return words


def _grouped(words: list[Words]) -> tuple[Offsets, npt.NDArray[np.int32]]:
    """Group equal rows: the first row of each group, in order, and each row's group.

    Each row is compared with the first row whose hash falls into the same slot of a small table. The
    few rows that differ from it, sharing the slot by chance, are grouped by sorting.
    """
    key = _hashed(words)
    rows = np.arange(len(key))
    slots = key >> np.uint64(64 - _SLOT_BITS)
    table = np.empty(1 << _SLOT_BITS, dtype=np.int64)
    table[slots[::-1]] = rows[::-1]  # of rows with one slot the last one written stays: the first
    first_like = table[slots]
    if (first_like > rows).any():  # NumPy writes in order but does not promise to
        table.fill(len(rows))
        np.minimum.at(table, slots, rows)
        first_like = table[slots]
    same = np.ones(len(key), dtype=np.bool_)
    for word in words:
        same &= word[first_like] == word
    if not same.all():
        others = np.flatnonzero(~same)
        first, codes = _sorted_groups(key[others], [word[others] for word in words])
        first_like[others] = others[first][codes]
    is_first = first_like == rows
    numbered = np.cumsum(is_first, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(is_first), numbered[first_like]


def _hashed(words: list[Words]) -> Words:
    key = words[0] * _MULTIPLIERS[0]
    for word, multiplier in zip(words[1:], _MULTIPLIERS[1:], strict=False):
        key ^= key >> np.uint64(31)
        key += word
        key *= multiplier
    return key


def _sorted_groups(key: Words, words: list[Words]) -> tuple[Offsets, Offsets]:
    """Group rows by sorting their hashes; by all their bytes if two different rows share a hash."""
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    if not all(np.array_equal(word[first][codes], word) for word in words):
        _, first, codes = np.unique(np.stack(words, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, codes.reshape(-1)


def _without_empty(codes: npt.NDArray[np.int32], first: npt.NDArray[np.int64], length: Offsets) -> Distinct:
    empty = np.flatnonzero(length[first] == 0)
    if len(empty) == 0:
        return Distinct(codes.astype(np.int32), first)
    code = int(empty[0])
    renumbered = np.arange(len(first), dtype=np.int32)
    renumbered[code] = -1
    renumbered[code + 1 :] -= 1
    return Distinct(renumbered[codes], np.delete(first, code))
