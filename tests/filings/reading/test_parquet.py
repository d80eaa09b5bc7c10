"""Parquet: which types hold their values exactly, and what is hostile in a file."""

import datetime as dt
import io
import resource
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from provident.filings.reading.formats import footer, parquet, unpacking
from provident.filings.reading.formats.refusals import BrokenParquet, ParquetColumnType, ParquetTooLarge
from provident.filings.reading.refusals import DuplicatedColumns, EmptyFile, MissingColumns, TooManyColumns

from .payrolls import PAYROLL, ROW, parquet_bytes, read

PAYMENT = {
    "employer_id": ["91110000600037341L"],
    "month": ["2026-03"],
    "branch": ["pension"],
    "amount": [Decimal("12.50")],
    "paid_on": [dt.date(2026, 4, 2)],
    "reference": ["r"],
}


def _written(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("amount", pl.Series([1250], dtype=pl.Int64), 125000),
        ("amount", pl.Series([7], dtype=pl.UInt8), 700),
        ("amount", pl.Series([Decimal("12.5000")], dtype=pl.Decimal(20, 4)), 1250),
        ("amount", pl.Series([Decimal("12.5")], dtype=pl.Decimal(20, 1)), 1250),
        ("amount", pl.Series([Decimal(12)], dtype=pl.Decimal(20, 0)), 1200),
        ("amount", pl.Series(["12.5"]), 1250),
        ("month", pl.Series([202603], dtype=pl.Int32), 202603),
        ("month", pl.Series([dt.date(2026, 3, 1)]), 202603),
        ("paid_on", pl.Series([dt.datetime(2026, 4, 2)]), dt.date(2026, 4, 2)),
        ("branch", pl.Series(["养老"], dtype=pl.Categorical), 1),
        ("reference", pl.Series([None], dtype=pl.Null), None),
        ("reference", pl.Series([17]), "17"),
    ],
)
def test_exact_types_are_read_exactly(column: str, values: pl.Series, found: object) -> None:
    """Integers, decimals of any scale, texts, dates, categories, and columns of nothing."""
    assert read(_written({**PAYMENT, column: values})).rows[0][column] == found


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("amount", pl.Series([12.5])),
        ("amount", pl.Series([12.5], dtype=pl.Float32)),
        ("employer_id", pl.Series([9.1e17])),
        ("month", pl.Series([2026.03])),
        ("amount", pl.Series([dt.date(2026, 4, 2)])),
        ("reference", pl.Series([b"r"], dtype=pl.Binary)),
        ("reference", pl.Series([True])),
        ("paid_on", pl.Series([dt.time(1, 2)])),
    ],
)
def test_inexact_types_are_refused_by_column(column: str, values: pl.Series) -> None:
    """No amount ever passes through a binary fraction."""
    with pytest.raises(ParquetColumnType, match=column):
        read(_written({**PAYMENT, column: values}))


def test_decimals_finer_than_a_cent_are_refused() -> None:
    """Unless they are zero."""
    amount = pl.Series([Decimal("12.505")], dtype=pl.Decimal(20, 3))
    assert read(_written({**PAYMENT, "amount": amount})).refused == [
        (2, "amount", "12.505", "too_many_decimals")
    ]


def test_other_columns_of_any_type_do_not_matter() -> None:
    """They are listed and never unpacked."""
    whole = read(_written({**PAYMENT, "weight": [1.5], "photo": [b"x"]}))
    assert "weight, photo" in whole.file.notices[0].sentence("en")
    assert len(whole.rows) == 1


def test_nested_columns_are_refused() -> None:
    """A cell holds one value."""
    with pytest.raises(BrokenParquet):
        read(_written({**PAYMENT, "list": [[1, 2]]}))


def test_headings_are_refused_like_any() -> None:
    """Missing, doubled, too many, and a file without rows."""
    with pytest.raises(MissingColumns):
        read(parquet_bytes([ROW], headings=PAYROLL[:-1]))
    with pytest.raises(DuplicatedColumns):
        read(_written({**PAYMENT, "险种": ["养老"]}))
    with pytest.raises(TooManyColumns):
        read(_written({**PAYMENT, **{f"x{at}": [1] for at in range(300)}}))
    with pytest.raises(EmptyFile):
        read(parquet_bytes([]))


def test_a_nul_in_a_cell_is_refused_by_its_row() -> None:
    """Other cells keep their values."""
    rows = [{**ROW, "name": name} for name in ("a", "b\0c", "", "\0", "d")]
    whole = read(parquet_bytes(rows))
    assert [(row, field, code) for row, field, _, code in whole.refused] == [
        (3, "name", "control_character"),
        (5, "name", "control_character"),
    ]
    assert [row["name"] for row in whole.rows] == ["a", None, None, None, "d"]


def test_four_kilobytes_that_unpack_to_gigabytes_are_refused() -> None:
    """The process that unpacks them runs out of its gigabyte and dies; this one does not notice."""
    rows = 20_000
    columns = {name: pl.Series([ROW[name]] * rows) for name in PAYROLL}
    columns["name"] = pl.Series(["王" * 300_000], dtype=pl.Categorical).gather([0] * rows)
    content = _written(columns)
    assert len(content) < 10_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with pytest.raises(BrokenParquet):
        read(content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after <= max(before, (unpacking.MOST_MEMORY >> 10) * 5 // 4)


def test_huge_values_are_cut_before_they_are_told() -> None:
    """And refused by their rows."""
    rows = [{**ROW, "name": "王" * 100_000}, ROW, {**ROW, "name": "x" * 257}]
    whole = read(parquet_bytes(rows))
    assert [(row, field, code) for row, field, _, code in whole.refused] == [
        (2, "name", "cell_too_long"),
        (4, "name", "cell_too_long"),
    ]
    assert [row["name"] for row in whole.rows] == [None, "王芳", None]


def test_limits_hold_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """On footers, row groups, their rows and bytes, and pages."""
    content = parquet_bytes([ROW] * 50, row_group_size=10)
    for limit, most in (
        ("MOST_FOOTER", 100),
        ("MOST_GROUPS", 4),
        ("MOST_GROUP_ROWS", 9),
        ("MOST_GROUP_BYTES", 100),
        ("MOST_PAGES", 10),
        ("MOST_PAGE_BYTES", 10),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(footer, limit, most)
            with pytest.raises(ParquetTooLarge):
                read(content)
    assert len(read(content).rows) == 50


def test_a_footer_longer_than_the_file_is_broken() -> None:
    """And one that is cut short, or is no footer at all."""
    content = parquet_bytes([ROW])
    for length in (0, 1, len(content), 2**32 - 1):
        with pytest.raises(BrokenParquet):
            read(content[:-8] + struct.pack("<I", length) + b"PAR1")
    for cut in (1, 4, 8, 50, len(content) // 2, len(content) - 6):
        with pytest.raises(BrokenParquet):
            read(content[:-cut])


def test_unknown_encodings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefix encoding can make terabytes out of a page."""
    content = parquet_bytes([ROW])
    monkeypatch.setattr(footer, "_ENCODINGS", frozenset({7}))
    with pytest.raises(BrokenParquet):
        read(content)


def test_pages_damaged_inside_are_refused_and_say_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    """The unpacking process may die however it likes."""
    content = bytearray(parquet_bytes([{**ROW, "name": f"n{at}"} for at in range(500)], compression="snappy"))
    refused = 0
    for at in range(40, 1500, 290):
        damaged = content.copy()
        damaged[at : at + 12] = b"\xff" * 12
        try:
            read(bytes(damaged))
        except BrokenParquet:
            refused += 1
    assert refused > 1
    assert capfd.readouterr().err == ""


def test_an_unpacking_process_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, and it does not live on."""
    monkeypatch.setattr(parquet, "_SILENCE", 0.2)
    monkeypatch.setattr(parquet, "_UNPACK", "import time; time.sleep(60)")
    with pytest.raises(BrokenParquet):
        read(parquet_bytes([ROW]))
    monkeypatch.setattr(parquet, "_UNPACK", "import os; os.write(1, b'\\xff' * 10**6)")
    with pytest.raises(BrokenParquet):
        read(parquet_bytes([ROW]))


def test_frames_tell_every_cell_and_then_that_all_is_told(tmp_path: Path) -> None:
    """The unpacking program itself: numbers of rows, then lengths and texts, column by column."""
    path = tmp_path / "file.parquet"
    path.write_bytes(_written({"a": ["x", None, "long text"], "b": [Decimal("1.5000"), Decimal(2), None]}))
    out = io.BytesIO()
    request = {"path": path, "columns": {"a": False, "b": True}, "rows": 3, "step": 2, "longest": 5}
    unpacking.write_frames(request, out)
    first = struct.pack("<IQII", 2, 1, 1, 0) + b"x" + struct.pack("<QII", 8, 4, 4) + b"1.502.00"
    second = struct.pack("<IQI", 1, 6, 6) + b"long t" + struct.pack("<QI", 0, 0)
    assert out.getvalue() == first + second + struct.pack("<I", 0)
