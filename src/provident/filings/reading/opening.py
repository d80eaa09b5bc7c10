"""Open a file: what it is, how it is written, which columns it has. The door of this package."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from provident.filings.reading.formats.delimited import Delimited
from provident.filings.reading.formats.footer import MAGIC, read_footer
from provident.filings.reading.formats.parquet import ParquetSource
from provident.filings.reading.formats.refusals import OldWorkbook
from provident.filings.reading.formats.sheet import WorksheetSource, choose_sheet, expected_rows
from provident.filings.reading.formats.text import (
    LONGEST_HEADING_ROW,
    PIECE,
    TextSurvey,
    dialect_of,
    marked_encoding,
)
from provident.filings.reading.formats.workbook import open_workbook
from provident.filings.reading.headings import recognise
from provident.filings.reading.records import FilingFile, Format, Notice
from provident.filings.reading.refusals import EmptyFile, FileTooLarge, NotATable, NotReadable

MOST_BYTES = 4 << 30

_HEAD = 2 * LONGEST_HEADING_ROW
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"<", "HTML / XML"),
    (b"ORC", "ORC"),
)
_SUFFIXES = {
    Format.CSV: (".csv", ".txt", ".tsv"),
    Format.XLSX: (".xlsx",),
    Format.PARQUET: (".parquet", ".pq"),
}


def open_filing(path_or_stream: Path | str | BinaryIO, file_name: str) -> FilingFile:
    """Open a file for reading; refuses what is no payroll, payments or take-on file at all.

    `file_name` is only shown. A stream is first copied to a temporary file, as the bytes are read
    more than once. The file must not change until reading is done; if it does, that is refused.
    """
    if isinstance(path_or_stream, str | Path):
        file = _opened(Path(path_or_stream), file_name)
    else:
        file = _spooled(path_or_stream)
    try:
        return _recognised(file, file_name)
    except BaseException:
        file.close()
        raise


def _opened(path: Path, file_name: str) -> BinaryIO:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotReadable(name=file_name)
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise NotReadable(name=file_name) from error


def _spooled(stream: BinaryIO) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FilingFile closes it
    size = 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            file.close()
            raise FileTooLarge(limit=f"{MOST_BYTES >> 30} GiB")
        file.write(piece)
    file.flush()
    file.seek(0)
    return cast("BinaryIO", file)


def _recognised(file: BinaryIO, file_name: str) -> FilingFile:
    state = os.fstat(file.fileno())
    if state.st_size > MOST_BYTES:
        raise FileTooLarge(limit=f"{MOST_BYTES >> 30} GiB")
    head = file.read(_HEAD)
    if not head.strip():
        raise EmptyFile
    unchanged = (state.st_size, state.st_mtime_ns)
    given = _Given(file, file_name, head, unchanged)
    if head.startswith(b"PK\3\4"):
        return _workbook(given)
    if head.startswith(MAGIC):
        return _parquet(given)
    if head.startswith((_OLE, b"PK\5\6")):
        raise OldWorkbook if head.startswith(_OLE) else NotATable(what="ZIP")
    for beginning, what in _OTHERS:
        if head.lstrip().startswith(beginning):
            raise NotATable(what=what)
    return _text(given)


@dataclass(frozen=True, slots=True)
class _Given:
    """A file as it came."""

    file: BinaryIO
    name: str
    head: bytes
    unchanged: tuple[int, int]

    def digest(self, survey: TextSurvey | None = None) -> bytes:
        """Return the SHA-256 of all the bytes, letting the survey see them on the way."""
        digest = hashlib.sha256()
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            digest.update(piece)
            if survey:
                survey.feed(piece)
        return digest.digest()

    def notices(self, found: Format, *others: Notice) -> tuple[Notice, ...]:
        """Return what the sender should know, a misleading file name included."""
        suffix = Path(self.name).suffix.lower()
        if suffix and suffix not in _SUFFIXES[found]:
            shown = found.value.upper()
            misnamed = Notice(
                "filings.reading.misnamed",
                f"The file is {shown} whatever its name ends in, and was read as {shown}.",
                f"文件内容为 {shown} 格式（与扩展名不符），已按 {shown} 读取。",
            )
            return (misnamed, *others)
        return others


def _text(given: _Given) -> FilingFile:
    marked_encoding(given.head)  # refuses binary content before all of it is read
    survey = TextSurvey()
    sha256 = given.digest(survey)
    survey.finish()
    dialect = dialect_of(given.head, survey)
    return FilingFile(
        file_name=given.name,
        kind=dialect.headings.kind,
        format=Format.CSV,
        encoding=dialect.shown,
        delimiter=dialect.separator.decode(),
        sheet=None,
        sha256=sha256,
        size=given.unchanged[0],
        expected_rows=max(survey.lines - 1, 0),
        fields=dialect.headings.fields,
        notices=given.notices(Format.CSV, *dialect.headings.notices),
        source=Delimited(given.file, dialect, given.unchanged),
    )


def _workbook(given: _Given) -> FilingFile:
    book = open_workbook(given.file)
    sheet, found, notices = choose_sheet(book)
    return FilingFile(
        file_name=given.name,
        kind=found.kind,
        format=Format.XLSX,
        encoding=None,
        delimiter=None,
        sheet=sheet.name,
        sha256=given.digest(),
        size=given.unchanged[0],
        expected_rows=expected_rows(book, sheet),
        fields=found.fields,
        notices=given.notices(Format.XLSX, *found.notices, *notices),
        source=WorksheetSource(given.file, book, sheet, found),
    )


def _parquet(given: _Given) -> FilingFile:
    footer = read_footer(given.file)
    found = recognise(footer.columns)
    source = ParquetSource(given.file, footer, found, given.unchanged)
    source.check_types()
    return FilingFile(
        file_name=given.name,
        kind=found.kind,
        format=Format.PARQUET,
        encoding=None,
        delimiter=None,
        sheet=None,
        sha256=given.digest(),
        size=given.unchanged[0],
        expected_rows=footer.rows,
        fields=found.fields,
        notices=given.notices(Format.PARQUET, *found.notices),
        source=source,
    )
