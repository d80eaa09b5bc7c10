"""Payrolls as lists of rows, written in every format and read back as plain Python."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import polars as pl

from provident.filings.columns import COLUMNS
from provident.filings.reading.opening import open_filing
from provident.filings.reading.records import Chunk, FilingFile

PAYROLL = ("resident_id", "name", "employer_id", "branch", "month", "base", "employee", "employer")
ZH = {column.name: column.zh for column in COLUMNS}
AMOUNTS = ("base", "employee", "employer", "account", "amount")

SHEET = "xl/worksheets/sheet1.xml"

Row = dict[str, str]

ROW: Row = {
    "resident_id": "110101190001010014",
    "name": "王芳",
    "employer_id": "91110000600037341L",
    "branch": "pension",
    "month": "2026-03",
    "base": "8000.00",
    "employee": "640.00",
    "employer": "1280.00",
}


def csv_bytes(
    rows: Iterable[Row],
    *,
    encoding: str = "utf-8",
    headings: Sequence[str] = PAYROLL,
    titles: dict[str, str] | None = None,
    **options: Any,
) -> bytes:
    """Write rows as CSV; `titles` gives the headings as they stand in the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, **{"lineterminator": "\r\n", **options})
    writer.writerow([(titles or {}).get(name, name) for name in headings])
    writer.writerows([[row.get(name, "") for name in headings] for row in rows])
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Iterable[Row], *, headings: Sequence[str] = PAYROLL, numbers: bool = True) -> bytes:
    """Write rows as a workbook, amounts as numbers if asked."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headings))
    for row in rows:
        cells = [row.get(name, "") for name in headings]
        sheet.append(
            [
                float(cell) if numbers and name in AMOUNTS and cell else cell or None
                for name, cell in zip(headings, cells, strict=True)
            ]
        )
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that looks like a formula is a text
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_shared_texts(content: bytes) -> bytes:
    """Move a workbook's texts into a part of their own, as most spreadsheet programs keep them."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return b'<c r="%s" t="s"><v>%d</v></c>' % (found[1], len(texts) - 1)

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            inside = before.read(name)
            if name.startswith("xl/worksheets/sheet"):
                cell = rb'<c r="([A-Z0-9]+)" t="inlineStr"><is>(.*?)</is></c>'
                inside = re.sub(cell, share, inside, flags=re.DOTALL)
            elif name == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
                relation = b'<Relationship Id="rShared" Type="%s" Target="sharedStrings.xml"/>' % kind
                inside = inside.replace(b"</Relationships>", relation + b"</Relationships>")
            after.writestr(name, inside)
        items = b"".join(b"<si>%s</si>" % text for text in texts)
        after.writestr("xl/sharedStrings.xml", b'<?xml version="1.0"?><sst>%s</sst>' % items)
    return out.getvalue()


def edited(
    content: bytes, part: str, edit: Callable[[bytes], bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Rewrite one part of a package; a part that is not there is added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", method) as after:
        names = before.namelist()
        for name in [*names, *([] if part in names else [part])]:
            inside = before.read(name) if name in names else b""
            after.writestr(name, edit(inside) if name == part else inside)
    return out.getvalue()


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    def edit(inside: bytes) -> bytes:
        assert old in inside
        return inside.replace(old, new)

    return edited(content, part, edit)


def parquet_bytes(
    rows: Iterable[Row], *, headings: Sequence[str] = PAYROLL, decimals: bool = True, **options: Any
) -> bytes:
    """Write rows as Parquet, amounts as decimals if asked, empty cells as nulls."""
    rows = list(rows)
    columns = []
    for name in headings:
        texts = [row.get(name) or None for row in rows]
        if decimals and name in AMOUNTS:
            values = [Decimal(text) if text is not None else None for text in texts]
            columns.append(pl.Series(name, values, dtype=pl.Decimal(38, 2)))
        else:
            columns.append(pl.Series(name, texts, dtype=pl.String))
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out, **options)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Read:
    """A file read to its end."""

    file: FilingFile
    chunks: tuple[Chunk, ...]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every row, as plain values; None for what is empty."""
        return [row for chunk in self.chunks for row in plain_rows(chunk)]

    @property
    def refused(self) -> list[tuple[int, str, str, str]]:
        """Every refused cell: row, field, value, code without its prefix, in order of rows."""
        return sorted(
            (row, cells.field, value, cells.refusal.code.rpartition(".")[2])
            for chunk in self.chunks
            for cells in chunk.refused
            for row, value, _ in cells.refusals()
        )


def read(content: bytes, *, name: str = "file", rows: int = 100_000) -> Read:
    """Read a file's bytes to the end."""
    with open_filing(io.BytesIO(content), name) as file:
        return Read(file, tuple(file.chunks(rows)))


def plain_rows(chunk: Chunk) -> list[dict[str, Any]]:
    """Return a chunk's rows as dictionaries."""
    columns: dict[str, list[Any]] = {"row": chunk.row.tolist()}
    for name in ("resident", "name", "employer", "reference"):
        columns[name] = [getattr(chunk, name).text(at) or None for at in range(len(chunk))]
    for name in ("branch", "month", "region", "event", "kind", "evidence"):
        columns[name] = getattr(chunk, name).tolist()
    days = chunk.paid_on.astype(object)
    columns["paid_on"] = [day if isinstance(day, date) else None for day in days]
    for name in ("base", "employee", "employer_share", "account", "amount"):
        amounts = getattr(chunk, name)
        assert not amounts.minor[~amounts.given].any()
        pairs = zip(amounts.minor.tolist(), amounts.given.tolist(), strict=True)
        columns[name] = [minor if given else None for minor, given in pairs]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def check_shape(chunk: Chunk) -> None:
    """Assert what `records` promises of every chunk."""
    rows = len(chunk)
    assert chunk.row.dtype == np.uint32
    assert (np.diff(chunk.row.astype(np.int64)) > 0).all()
    for name in ("resident", "name", "employer", "reference"):
        coded = getattr(chunk, name)
        assert coded.codes.dtype == np.int32
        assert len(coded.codes) == rows
        assert len(set(coded.values)) == len(coded.values)
        assert all(coded.values)
        used = [code for code in dict.fromkeys(coded.codes.tolist()) if code >= 0]
        assert used == list(range(len(coded.values)))
    for name in ("branch", "month", "region", "event", "kind", "evidence", "paid_on"):
        assert len(getattr(chunk, name)) == rows
    for name in ("base", "employee", "employer_share", "account", "amount"):
        amounts = getattr(chunk, name)
        assert amounts.minor.dtype == np.int64
        assert amounts.given.dtype == np.bool_
        assert len(amounts.minor) == len(amounts.given) == rows
    for cells in chunk.refused:
        assert len(cells.rows) == len(cells.values) > 0
        for _, _, refusal in cells.refusals():
            assert refusal.sentence("en")
            assert refusal.sentence("zh-hans")
            assert refusal.remedy("en")
