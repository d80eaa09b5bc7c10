"""Workbooks: what their cells say, and what is hostile in them."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from provident.filings.reading.formats.refusals import (
    MergedCells,
    SeveralSheets,
)
from provident.filings.reading.refusals import (
    EmptyFile,
    MissingColumns,
    NoHeadings,
    TooManyColumns,
)

from .payrolls import PAYROLL, ROW, SHEET, Row, read, replaced, saved, with_shared_texts, xlsx_bytes

PAYMENT = ("employer_id", "month", "branch", "amount", "paid_on", "reference")


def _book(*rows: list[Any], headings: tuple[str, ...] = PAYROLL) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headings))
    for row in rows:
        sheet.append(row)
    return book


def _cells(**changed: Any) -> list[Any]:
    return [changed.get(name, ROW[name]) for name in PAYROLL]


@pytest.mark.parametrize(
    ("stored", "minor"),
    [
        ("640.8", 64080),
        ("640.79999999999995", 64080),  # how Excel writes 640.8
        ("8.2100000000000009", 821),
        ("1E3", 100000),
        ("8.0000000000000002E-2", 8),
        ("123456789012.35", 12345678901235),
        ("0", 0),
        ("12.50", 1250),
    ],
)
def test_a_number_is_the_decimal_that_was_typed(stored: str, minor: int) -> None:
    """The shortest decimal of the stored binary fraction, exactly."""
    content = replaced(xlsx_bytes([ROW]), SHEET, b"<v>8000</v>", f"<v>{stored}</v>".encode())
    assert read(content).rows[0]["base"] == minor


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("640.80100000000004", "too_many_decimals"),
        ("0.30000000000000004", "too_many_decimals"),
        ("-5", "signed_amount"),
        ("1E+17", "amount_too_large"),
        ("1E+300", "not_an_amount"),
        ("1E-7", "too_many_decimals"),
        ("x", "lost_digits"),
        ("1_0", "lost_digits"),
    ],
)
def test_a_number_that_is_no_exact_amount_is_refused(stored: str, code: str) -> None:
    """Nothing is rounded."""
    content = replaced(xlsx_bytes([ROW]), SHEET, b"<v>8000</v>", f"<v>{stored}</v>".encode())
    whole = read(content)
    assert [entry[3] for entry in whole.refused] == [code]
    assert whole.rows[0]["base"] is None


def test_identity_numbers_stored_as_numbers_are_refused() -> None:
    """Their last digits may be gone; the remedy is to format the column as text."""
    whole = read(saved(_book(_cells(resident_id=110101190001010014), _cells(employer_id=91110000600037341))))
    assert [(row, field, code) for row, field, _, code in whole.refused] == [
        (2, "resident_id", "lost_digits"),
        (3, "employer_id", "lost_digits"),
    ]
    assert "as text" in next(iter(whole.chunks[0].refused[0].refusals()))[2].remedy("en")


def test_dates_are_months_and_days() -> None:
    """Cells that spreadsheets made dates, under both calendars, and months typed as numbers."""
    rows = [
        ["E1", dt.date(2026, 3, 1), "pension", 100, dt.datetime(2026, 4, 2), "r1"],
        ["E1", 202603, "pension", 100.5, "2026-04-02", 123456],
        ["E1", "2026年3月", "pension", "100.50", dt.date(2026, 4, 2), "r2"],
    ]
    book = _book(*rows, headings=PAYMENT)
    found = read(saved(book)).rows
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert read(saved(book)).rows == found
    assert [(row["month"], row["paid_on"], row["amount"]) for row in found] == [
        (202603, dt.date(2026, 4, 2), 10000),
        (202603, dt.date(2026, 4, 2), 10050),
        (202603, dt.date(2026, 4, 2), 10050),
    ]
    assert [row["reference"] for row in found] == ["r1", "123456", "r2"]


def test_a_day_inside_a_month_is_no_month() -> None:
    """And a time of day is no date, a date no amount."""
    book = _book(
        ["E1", dt.date(2026, 3, 15), "pension", dt.date(2026, 3, 1), dt.datetime(2026, 4, 2, 9, 30), "r"],
        headings=PAYMENT,
    )
    assert [(field, code) for _, field, _, code in read(saved(book)).refused] == [
        ("amount", "not_an_amount"),
        ("month", "unreadable_month"),
        ("paid_on", "unreadable_day"),
    ]


def test_formulas_are_refused_naming_the_cell() -> None:
    """Even with a stored result; in columns that are not read they do not matter."""
    book = _book([*_cells(employee="=F2*0.08"), "=1+1"], headings=(*PAYROLL, "remark"))
    whole = read(saved(book))
    assert whole.refused == [(2, "employee", "G2 =F2*0.08", "formula_cell")]
    shared = replaced(xlsx_bytes([ROW]), SHEET, b"<v>8000</v>", b'<f t="shared" si="0"/><v>8000</v>')
    assert read(shared).refused == [(2, "base", "F2 =", "formula_cell")]


def test_error_cells_are_refused() -> None:
    """With what they show."""
    whole = read(saved(_book(_cells(base="#N/A"))))
    assert whole.refused == [(2, "base", "#N/A", "error_cell")]


def test_gaps_between_rows_and_cells_keep_their_places() -> None:
    """A sheet leaves out what is empty."""
    book = _book(_cells())
    sheet = book.active
    assert sheet is not None
    for at, name in enumerate(PAYROLL, 1):
        if name != "name":
            sheet.cell(row=7, column=at, value=ROW[name])
    rows = read(saved(book)).rows
    assert [(row["row"], row["name"]) for row in rows] == [(2, "王芳"), (7, None)]


def test_cells_beyond_the_headings_are_refused() -> None:
    """They belong to no column."""
    assert read(saved(_book([*_cells(), None, "x"]))).refused == [(2, "", "10", "ragged_row")]


def test_rich_text_is_read_without_its_reading_aid() -> None:
    """Runs are joined, phonetic guides left out, escapes undone."""
    runs = "<r><t>王</t></r><rPh sb='0' eb='1'><t>wang</t></rPh><r><t>_x005F_芳</t></r>".encode()
    content = replaced(xlsx_bytes([ROW]), SHEET, "<t>王芳</t>".encode(), runs)
    assert read(content).rows[0]["name"] == "王_芳"
    assert read(with_shared_texts(content)).rows[0]["name"] == "王_芳"


def test_one_sheet_is_chosen_by_its_headings() -> None:
    """Others are mentioned; two that could be meant are refused; hidden ones never are."""
    book = _book(_cells())
    book.create_sheet("notes", 0).append(["hello"])
    book.create_sheet("empty")
    whole = read(saved(book))
    assert whole.file.sheet == "Sheet"
    assert [notice.code for notice in whole.file.notices] == ["filings.reading.ignored_sheets"]
    assert "notes" in whole.file.notices[0].sentence("zh-hans")
    second = book.create_sheet("second")
    second.append(list(PAYROLL))
    with pytest.raises(SeveralSheets, match="Sheet, second"):
        read(saved(book))
    second.sheet_state = "hidden"
    assert read(saved(book)).file.sheet == "Sheet"


def test_headings_of_a_workbook_are_refused_like_any() -> None:
    """Missing, not in row 1, or none at all."""
    with pytest.raises(MissingColumns):
        read(saved(_book(headings=PAYROLL[:-1])))
    with pytest.raises(NoHeadings):
        read(saved(_book(list(PAYROLL), _cells(), headings=("March payroll",))))
    with pytest.raises(EmptyFile):
        read(saved(_book()))
    with pytest.raises(EmptyFile):
        read(saved(openpyxl.Workbook()))
    with pytest.raises(TooManyColumns):
        read(saved(_book(headings=(*PAYROLL, *(f"x{at}" for at in range(300))))))


def test_merged_cells_are_refused() -> None:
    """All but the first of them would read as empty."""
    book = _book(_cells(), _cells())
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    with pytest.raises(MergedCells, match="A2:A3"):
        read(saved(book))


def test_formatted_but_empty_cells_do_not_matter() -> None:
    """Whole columns and rows painted yellow hold nothing."""
    content = replaced(
        xlsx_bytes([ROW]),
        SHEET,
        b"</row></sheetData>",
        b'<c r="XFD2" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row></sheetData>',
    )
    assert len(read(content).rows) == 1
    with pytest.raises(TooManyColumns):
        read(replaced(content, SHEET, b'<c r="XFD2" s="0"/>', b'<c r="XFD2"><v>1</v></c>'))


def test_a_long_sheet_is_read_in_chunks(tmp_path: Path) -> None:
    """Rows keep their numbers from chunk to chunk."""
    rows: list[Row] = [{**ROW, "base": f"{at}.25"} for at in range(450)]
    whole = read(xlsx_bytes(rows), rows=100)
    assert [len(chunk) for chunk in whole.chunks][:-1] == [100] * 4
    assert [row["row"] for row in whole.rows] == list(range(2, 452))
    assert [row["base"] for row in whole.rows] == [at * 100 + 25 for at in range(450)]
