"""Text: its encoding, its separator and its row 1, decided before a row is read.

The order: a byte order mark decides; else the whole file is tried as UTF-8; else it is GB18030.
Where the bytes allow both, the headings decide, and where they do not, the file is refused.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl

from provident.filings.reading import headings
from provident.filings.reading.headings import Headings
from provident.filings.reading.refusals import (
    AmbiguousEncoding,
    EmptyFile,
    FileRefusal,
    LineTooLong,
    NulByte,
    StrayQuote,
    UnclosedQuote,
    UnknownEncoding,
)

PIECE = 4 << 20  # bytes read at a time; no line may be longer
LONGEST_HEADING_ROW = 64 << 10
SEPARATORS = (b",", b"\t", b";")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# What GB18030 read as UTF-8 by accident does not contain: Han, or an accented letter inside a word.
_MEANT_AS_UTF8 = re.compile(
    rf"[{_HAN}]|[A-Za-z][\u00c0-\u024f\u1e00-\u1eff]|[\u00c0-\u024f\u1e00-\u1eff][A-Za-z]"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written."""

    encoding: str  # utf-8, utf-16-le, utf-16-be or gb18030
    mark: int  # bytes of the byte order mark
    separator: bytes
    headings: Headings

    @property
    def shown(self) -> str:
        """The encoding as told to the sender."""
        return "utf-8 with BOM" if self.encoding == "utf-8" and self.mark else self.encoding


@dataclass(slots=True)
class TextSurvey:
    """What one pass over all the bytes tells; fed with every piece in turn."""

    lines: int = 0
    ascii: bool = True
    utf8: bool = True
    meant_as_utf8: bool = False
    _rest: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; a piece without any line end is refused before more is read."""
        self.lines += int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) == 10))
        cut = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if not cut and len(piece) >= PIECE:
            raise LineTooLong(row=self.lines + 1, limit=f"{PIECE >> 20} MiB")
        whole = self._rest + piece[:cut]
        self._rest = piece[cut:] if cut else self._rest + piece
        self._look(whole)

    def finish(self) -> None:
        """Take what stands after the last line end."""
        self._look(self._rest)
        self.lines += bool(self._rest.strip())
        self._rest = b""

    def _look(self, text: bytes) -> None:
        if text.isascii():
            return
        self.ascii = False
        self.utf8 = self.utf8 and _is_utf8(text)
        if self.utf8 and not self.meant_as_utf8:
            self.meant_as_utf8 = _MEANT_AS_UTF8.search(text.decode()) is not None


def _is_utf8(text: bytes) -> bool:
    """Say whether bytes are strictly UTF-8 (an order of magnitude faster than making a str of them)."""
    try:
        pl.Series([text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def marked_encoding(head: bytes) -> tuple[str | None, int]:
    """Return the encoding a byte order mark names and the mark's length."""
    if head.startswith(_UTF32):
        raise UnknownEncoding
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if b"\0" in head:
        raise NulByte(row=head[: head.index(b"\0")].count(b"\n") + 1)
    return None, 0


def dialect_of(head: bytes, survey: TextSurvey) -> Dialect:
    """Decide how the text is written; `head` is the file's beginning, row 1 included."""
    encoding, mark = marked_encoding(head)
    if encoding:
        return _read_row_one(head[mark:], encoding, mark)
    if survey.ascii:
        return _read_row_one(head, "utf-8", 0)
    row = _row_one(head)
    if row.isascii():
        return _read_row_one(head, _encoding_by_content(head, survey), 0)
    readable = [encoding for encoding in ("utf-8", "gb18030") if _reads_as(row, encoding)]
    if not readable:
        raise UnknownEncoding
    try:
        return _read_row_one(head, readable[0], 0)
    except FileRefusal:
        if len(readable) == 1:
            raise
        try:
            return _read_row_one(head, readable[1], 0)
        except FileRefusal:
            pass
        raise


def _encoding_by_content(head: bytes, survey: TextSurvey) -> str:
    """Decide where row 1 is the same in every encoding."""
    chinese = _reads_as(head, "gb18030")
    if survey.utf8:
        if chinese and not survey.meant_as_utf8:
            raise AmbiguousEncoding
        return "utf-8"
    if not chinese:
        raise UnknownEncoding
    return "gb18030"


def _reads_as(text: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _row_one(head: bytes) -> bytes:
    """Return the first line's bytes; a line end inside quotation marks does not end it."""
    head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    at, counted, quotes = -1, 0, 0
    while (at := head.find(b"\n", at + 1)) >= 0:
        quotes += head.count(b'"', counted, at)
        counted = at
        if quotes % 2 == 0:
            break
    row = head if at < 0 else head[:at]
    if len(row) > LONGEST_HEADING_ROW:
        raise LineTooLong(row=1, limit=f"{LONGEST_HEADING_ROW >> 10} KiB")
    if row.count(b'"') % 2:
        raise UnclosedQuote(row=1)
    return row


def _read_row_one(head: bytes, encoding: str, mark: int) -> Dialect:
    """Read the headings with the separator under which most of them are known."""
    if encoding.startswith("utf-16"):
        wide = codecs.getincrementaldecoder(encoding)("replace").decode(head)
        row = _row_one(wide.encode("utf-8", "replace")).decode()
    else:
        row = _row_one(head).decode(encoding, "replace")
    if "\0" in row:
        raise NulByte(row=1)
    if not row.strip():
        raise EmptyFile
    split = {separator: _split(row, separator.decode()) for separator in SEPARATORS}
    if not any(split.values()):
        raise StrayQuote(row=1)
    known = {at: sum(headings.known(cell) is not None for cell in cells) for at, cells in split.items()}
    best = max(split, key=lambda at: (known[at], len(split[at])))
    return Dialect(encoding, mark, best, headings.recognise(split[best]))


def _split(row: str, separator: str) -> list[str]:
    """Return the headings under a separator, none if its quotation marks do not fit."""
    try:
        return next(csv.reader(io.StringIO(row, newline=""), delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def pieces(file: BinaryIO, dialect: Dialect) -> Iterator[bytes]:
    """Yield the text after the mark, UTF-16 made UTF-8, every line end a line feed; last an empty piece."""
    file.seek(dialect.mark)
    wide = dialect.encoding.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(dialect.encoding)() if wide else None
    held = b""  # a carriage return whose line feed may follow in the next piece
    final = False
    while not final:
        piece = file.read(PIECE)
        final = not piece
        if decoder:
            try:
                piece = decoder.decode(piece, final).encode()
            except UnicodeError as error:
                raise UnknownEncoding from error
        piece = held + piece
        held = b"\r" if piece.endswith(b"\r") and not final else b""
        if b"\r" in piece:
            piece = piece[: len(piece) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if piece:
            yield piece
    yield b""
