"""A worksheet's rows, read as they stream by, and the chunks made of them.

A number in a workbook is a binary fraction written with up to 17 digits; what the sender typed is
the shortest decimal that gives that fraction, and that decimal is what is read. Nothing is rounded:
a value with more than two decimals is refused like everywhere else.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

import numpy as np

from provident.filings.columns import MONEY
from provident.filings.reading import headings
from provident.filings.reading.cells import Cells, Table
from provident.filings.reading.chunking import chunk_of
from provident.filings.reading.formats.package import MOST_INFLATED, XmlReader
from provident.filings.reading.formats.refusals import (
    BrokenWorkbook,
    ErrorCell,
    FormulaCell,
    MergedCells,
    SeveralSheets,
)
from provident.filings.reading.formats.workbook import Sheet, Workbook, unescaped
from provident.filings.reading.headings import MOST_COLUMNS, Headings
from provident.filings.reading.records import Chunk, Notice, RefusedCells
from provident.filings.reading.refusals import (
    CellRefusal,
    EmptyFile,
    FileRefusal,
    LostDigits,
    RaggedRow,
    TooManyColumns,
)

MOST_ROWS = 1_048_576  # of the format itself
_SHOWN = 100

_EXACT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")  # at most 15 digits: read as they stand
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,4})?")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_IDENTITY = ("resident_id", "employer_id")
_MOST_EXACT = 10**15


@dataclass(slots=True)
class Cell:
    """A cell as the sheet writes it."""

    column: int
    kind: str  # the attribute t: n, s, str, inlineStr, b, e, d
    style: int
    value: str = ""
    formula: str | None = None


class SheetReader(XmlReader):
    """Reads a sheet's cells row by row; `rows` fills while pieces are fed and is emptied by the caller."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[Cell]]] = []
        self.merged = ""
        self._row = 0
        self._cells: list[Cell] = []
        self._cell: Cell | None = None
        self._guide = False
        self._columns: dict[str, int] = {}
        self.starts = {
            "row": self._row_begins,
            "c": self._cell_begins,
            "v": self.collect,
            "t": self.collect,
            "f": self.collect,
            "rPh": self._guided,
            "mergeCell": self._merge,
        }
        self.ends = {
            "v": self._value,
            "t": self._value,
            "f": self._formula,
            "rPh": self._guide_done,
            "row": self._row_ends,
        }

    def _row_begins(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self._row + 1))
        if not self._row < row <= MOST_ROWS:
            raise ValueError("rows out of order")
        self._row, self._cells = row, []

    def _cell_begins(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        last = self._cells[-1].column if self._cells else -1
        column = self._column(reference) if reference else last + 1
        if column <= last:
            raise ValueError("cells out of order")
        self._cell = Cell(column, attributes.get("t", "n"), int(attributes.get("s", "0")))
        if column < MOST_COLUMNS:
            self._cells.append(self._cell)  # those beyond may carry a format, not a value

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not _REFERENCE.fullmatch(reference):
                raise ValueError("a cell without a place")
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            column -= 1
            self._columns[letters] = column
        return column

    def _guided(self, _attributes: dict[str, str]) -> None:
        self._guide = True  # a reading aid, not part of the text

    def _guide_done(self) -> None:
        self._guide = False

    def _value(self) -> None:
        text = self.gathered()
        if self._cell is not None and text and not self._guide:
            if self._cell.column >= MOST_COLUMNS:
                raise TooManyColumns(limit=MOST_COLUMNS)
            self._cell.value += text

    def _formula(self) -> None:
        formula = self.gathered()
        if self._cell is not None:
            self._cell.formula = formula

    def _row_ends(self) -> None:
        if self._cells:
            self.rows.append((self._row, self._cells))
        self._cells, self._cell = [], None

    def _merge(self, attributes: dict[str, str]) -> None:
        self.merged = self.merged or attributes.get("ref", "?")[:20]


@dataclass(frozen=True, slots=True)
class WorksheetSource:
    """The chosen worksheet of a workbook."""

    file: BinaryIO
    book: Workbook
    sheet: Sheet
    headings: Headings

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read the worksheet from its beginning."""
        gathered = _Gathered(self.book, self.headings)
        found = False
        for row, cells in _rows(self.book, self.sheet):
            gathered.add(row, cells)
            if gathered.count >= rows:
                found = True
                yield gathered.chunk()
        last = gathered.chunk()
        if len(last) or last.refused or last.totals:
            yield last
        elif not found:
            raise EmptyFile

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def _rows(book: Workbook, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows after row 1 that hold cells; refuse merged cells at the end."""
    reader = SheetReader()
    for _ in reader.feeding(book.package.part(sheet.part, MOST_INFLATED), sheet.part):
        for row in reader.rows:
            if row[0] > 1:
                yield row
        reader.rows.clear()
    if reader.merged:
        raise MergedCells(cells=reader.merged)


def first_row(book: Workbook, sheet: Sheet) -> tuple[str, ...]:
    """Return the texts of row 1, without the empty ones at its end."""
    reader = SheetReader()
    for _ in reader.feeding(book.package.part(sheet.part, MOST_INFLATED), sheet.part):
        if reader.rows:
            break
    if not reader.rows or reader.rows[0][0] != 1:
        return ()
    texts: dict[int, str] = {}
    for cell in reader.rows[0][1]:
        text = _text(book, cell)
        texts[cell.column] = text.decode("utf-8", "replace") if text else ""
    width = max((column for column, text in texts.items() if text.strip()), default=-1) + 1
    return tuple(texts.get(column, "") for column in range(width))


def choose_sheet(book: Workbook) -> tuple[Sheet, Headings, tuple[Notice, ...]]:
    """Return the one worksheet with known headings, and what to say of the others."""
    chosen: list[tuple[Sheet, Headings]] = []
    others: list[str] = []
    refusal: FileRefusal | None = None
    for sheet in book.sheets:
        row = first_row(book, sheet)
        try:
            if sheet.visible and row:
                chosen.append((sheet, headings.recognise(row)))
                continue
        except FileRefusal as error:
            refusal = refusal or error
        if row:
            others.append(sheet.name)
    if len(chosen) > 1:
        raise SeveralSheets(sheets=", ".join(sheet.name for sheet, _ in chosen))
    if not chosen:
        raise refusal or EmptyFile()
    notice = Notice(
        "filings.reading.ignored_sheets",
        f"Only the worksheet {chosen[0][0].name} was read, not: {', '.join(others)}",
        f"只读取了工作表 {chosen[0][0].name}，未读取：{'、'.join(others)}",
    )
    return *chosen[0], (notice,) if others else ()


def _text(book: Workbook, cell: Cell) -> bytes:
    """Return the text of a cell that is not a number."""
    if cell.kind == "s":
        try:
            return book.texts[int(cell.value)] if cell.value else b""
        except (ValueError, IndexError) as error:
            raise BrokenWorkbook(part="sharedStrings") from error
    if cell.kind in ("inlineStr", "str"):
        return unescaped(cell.value).encode("utf-8", "surrogatepass")
    return cell.value.encode()


class _Gathered:
    """Rows on their way to a chunk: one list of texts for each column we read."""

    def __init__(self, book: Workbook, head: Headings) -> None:
        self._book = book
        self._width = len(head.columns)
        self._fields = {at: name for at, name in enumerate(head.columns) if name}
        self._begin()

    def _begin(self) -> None:
        self._rows: list[int] = []
        self._texts: dict[int, list[bytes]] = {at: [] for at in self._fields}
        self._refused: dict[tuple[str, type[CellRefusal]], list[tuple[int, str]]] = {}

    @property
    def count(self) -> int:
        """How many rows are waiting."""
        return len(self._rows)

    def add(self, row: int, cells: list[Cell]) -> None:
        """Take a row."""
        found: dict[int, bytes] = {}
        for cell in cells:
            if name := self._fields.get(cell.column):
                found[cell.column] = self._read(row, name, cell)
            elif cell.column >= self._width and cell.value:
                self._refuse(row, "", RaggedRow, str(cell.column + 1))
        self._rows.append(row)
        for at, texts in self._texts.items():
            texts.append(found.get(at, b""))

    def _refuse(self, row: int, name: str, reason: type[CellRefusal], value: str) -> bytes:
        self._refused.setdefault((name, reason), []).append((row, value[:_SHOWN]))
        return b""

    def _read(self, row: int, name: str, cell: Cell) -> bytes:
        if cell.formula is not None:
            place = f"{_letters(cell.column)}{row}"
            return self._refuse(row, name, FormulaCell, f"{place} ={cell.formula}")
        if cell.kind == "e":
            return self._refuse(row, name, ErrorCell, cell.value)
        if cell.kind != "n" or not cell.value:
            return _text(self._book, cell)
        if name in _IDENTITY:
            return self._refuse(row, name, LostDigits, cell.value)
        text = _number(self._book, cell)
        if text is None or (name not in MONEY and len(text) > len(str(_MOST_EXACT)) and b"." not in text):
            return self._refuse(row, name, LostDigits, cell.value)
        return text

    def chunk(self) -> Chunk:
        """Make a chunk of the rows that wait."""
        rows = np.array(self._rows, dtype=np.uint32)
        cells = {name: Cells.of(self._texts[at]) for at, name in self._fields.items()}
        refused = []
        for (name, reason), found in self._refused.items():
            numbers = np.array([row for row, _ in found], dtype=np.uint32)
            facts = {"expected": self._width} if reason is RaggedRow else {}
            refused.append(RefusedCells(name, reason, numbers, tuple(value for _, value in found), facts))
        self._begin()
        return chunk_of(Table(rows, cells, spaced=True, refused=tuple(refused)))


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _number(book: Workbook, cell: Cell) -> bytes | None:
    """Return a number's shortest decimal, a date as 2026-03-05; None if it is no number."""
    text = cell.value.strip()
    if cell.style in book.date_styles:
        return _date(text, since_1904=book.since_1904)
    if _EXACT.fullmatch(text):
        return text.encode()
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    if abs(value) >= 10**18:
        return text.encode()
    shortest = format(Decimal(repr(value)), "f")
    return shortest.removesuffix(".0").encode()


def _date(text: str, *, since_1904: bool) -> bytes | None:
    """Return the day of a serial number; one with a time of day is left as a number."""
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        return text.encode() if _NUMBER.fullmatch(text) else None
    days = int(text)
    first = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30 if days >= 60 else 31)
    try:
        return (first + dt.timedelta(days=days)).isoformat().encode()
    except OverflowError:
        return text.encode()


def expected_rows(book: Workbook, sheet: Sheet) -> int:
    """Return a rough number of rows from the sheet's unpacked size: payroll rows take 300 to 500 bytes."""
    return book.package.size(sheet.part) // 300
