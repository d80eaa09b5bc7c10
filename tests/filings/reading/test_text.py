"""Text files: encodings, separators, quoting, line ends, and what is hostile in them."""

import contextlib
import io
import os
from pathlib import Path

import pytest

from provident.filings.reading.formats import delimited, text
from provident.filings.reading.opening import MOST_BYTES, open_filing
from provident.filings.reading.refusals import (
    AmbiguousEncoding,
    EmptyFile,
    FileChanged,
    FileTooLarge,
    LineTooLong,
    NotATable,
    NotReadable,
    NulByte,
    StrayQuote,
    UnclosedQuote,
    UnknownEncoding,
)
from provident.kernel.refusal import Refusal

from .payrolls import PAYROLL, ROW, ZH, csv_bytes, read

HEAD = ",".join(PAYROLL).encode() + b"\n"
LINE = ",".join(ROW[name] for name in PAYROLL).encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (csv_bytes([ROW]), "utf-8"),
        (csv_bytes([ROW], encoding="utf-8-sig"), "utf-8 with BOM"),
        (csv_bytes([ROW], encoding="utf-16"), "utf-16-le"),
        (b"\xfe\xff" + csv_bytes([ROW], encoding="utf-16-be", titles=ZH), "utf-16-be"),
        (csv_bytes([ROW], encoding="gb18030", titles=ZH), "gb18030"),
        (csv_bytes([ROW], encoding="gb18030"), "gb18030"),
        (csv_bytes([{**ROW, "name": "José"}]), "utf-8"),
        (csv_bytes([{**ROW, "name": "Jose"}]), "utf-8"),
    ],
)
def test_the_encoding_is_found_and_told(content: bytes, encoding: str) -> None:
    """By the mark, or by what the bytes can be, or by the headings."""
    whole = read(content)
    assert whole.file.encoding == encoding
    assert whole.rows[0]["name"] in {"王芳", "José", "Jose"}


def test_bytes_that_mean_two_things_are_refused_unless_the_headings_decide() -> None:
    """卢一 in GB18030 is also UTF-8 for two other letters; Chinese headings settle it, English ones do not."""
    row = {**ROW, "name": "卢一"}
    content = csv_bytes([row], encoding="gb18030")
    assert content.decode("utf-8")  # indeed
    with pytest.raises(AmbiguousEncoding):
        read(content)
    assert read(csv_bytes([row], encoding="gb18030", titles=ZH)).rows[0]["name"] == "卢一"
    assert read(csv_bytes([row, ROW], encoding="gb18030")).rows[0]["name"] == "卢一"
    assert read(csv_bytes([row])).rows[0]["name"] == "卢一"


def test_chinese_headings_decide_before_the_rows_do() -> None:
    """A broken cell in a UTF-8 file is refused by its row, and does not turn the file into GB18030."""
    content = csv_bytes([ROW, {**ROW, "name": "@@"}], titles=ZH).replace(b"@@", b"\xe7\x8e")
    whole = read(content)
    assert whole.file.encoding == "utf-8"
    assert [(row, field, code) for row, field, _, code in whole.refused] == [(3, "name", "cell_not_text")]
    assert whole.rows[1]["name"] is None


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\0\0" + csv_bytes([ROW], encoding="utf-32-le"),
        csv_bytes([ROW], encoding="utf-16") + b"\x00",
        csv_bytes([ROW], encoding="utf-16") + b"\x00\xd8",
        HEAD + LINE.replace("王芳".encode(), b"\xff\xff"),
        b"\xff" + HEAD + LINE,
    ],
)
def test_bytes_of_no_encoding_are_refused(content: bytes) -> None:
    """Also halves of UTF-16 characters and UTF-32."""
    with pytest.raises(UnknownEncoding):
        read(content)


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found(separator: str) -> None:
    """Even where cells hold the other ones."""
    whole = read(csv_bytes([{**ROW, "name": "a, b; c\td"}], delimiter=separator))
    assert whole.file.delimiter == separator
    assert whole.rows[0]["base"] == 800000


def test_quoted_cells_hold_separators_and_line_ends() -> None:
    """A quoted line end does not begin a row, and rows are counted as a spreadsheet counts them."""
    rows = [{**ROW, "remark": 'say ""hi"",\r\n"\n'}, {**ROW, "base": "x", "remark": '""'}, ROW]
    whole = read(csv_bytes(rows, headings=("remark", *PAYROLL)))
    assert [row["row"] for row in whole.rows] == [2, 3, 4]
    assert whole.refused == [(3, "base", "x", "not_an_amount")]


def test_a_doubled_quotation_mark_is_one() -> None:
    """Inside a cell, at its ends, and alone."""
    names = ['a "b" c', '"a"', '"', '""', "a"]
    whole = read(csv_bytes([{**ROW, "name": name} for name in names]))
    assert [row["name"] for row in whole.rows] == names


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        ([LINE, LINE.replace("王".encode(), b'5" ')], 3),
        ([LINE.replace("王".encode(), b'"x" ')], 2),
        ([LINE, LINE, LINE.replace(b",pension", b', "pension"')], 4),
        ([LINE.replace(b"8000.00", b'80"00"')], 2),
    ],
)
def test_a_stray_quotation_mark_is_refused_by_its_row(lines: list[bytes], row: int) -> None:
    """After it nobody could tell cells from rows."""
    with pytest.raises(StrayQuote) as refused:
        read(HEAD + b"".join(lines) + LINE * 3)
    assert refused.value.facts["row"] == row


def test_a_quotation_mark_never_closed_is_refused_by_its_row() -> None:
    """At the end of the file, or after more than a line may hold."""
    opened = LINE.replace("王芳".encode(), '"王芳'.encode())
    for after in (b"", LINE * 3, LINE * 60_000):
        with pytest.raises(UnclosedQuote) as refused:
            read(HEAD + LINE + opened + after)
        assert refused.value.facts["row"] == 3
    with pytest.raises(UnclosedQuote):
        read(b'"' + HEAD)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_kind_may_mix(end: bytes) -> None:
    """And the last line may go without."""
    line = LINE.rstrip()
    content = HEAD + line + end + line + b"\r\n" + line + b"\n" + line + end + line
    assert [row["row"] for row in read(content).rows] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_pieces_cut_anywhere_read_the_same(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a piece ends, inside a character, a line end or a quoted cell."""
    content = csv_bytes(
        [{**ROW, "name": f'王"{at}\u3000芳'} for at in range(40)], lineterminator=end.decode()
    )
    wide = csv_bytes([{**ROW, "name": f'王"{at}\u3000芳𠮷'} for at in range(40)], encoding="utf-16")
    expected, expected_wide = read(content).rows, read(wide).rows
    for piece in (257, 300, 301, 302, 512):
        monkeypatch.setattr(text, "PIECE", piece)
        assert read(content).rows == expected
        assert read(wide).rows == expected_wide


def test_blank_lines_are_counted_and_left_out() -> None:
    """Empty lines, lines of empty cells and lines of blanks; row numbers stay those of the file."""
    content = HEAD + b"\n" + LINE + b",,,,,,,\n" + b" , ,,\t,,,,\n" + LINE + b"\n\n"
    whole = read(content)
    assert [row["row"] for row in whole.rows] == [3, 6]
    assert whole.refused == []


def test_rows_of_another_width_are_refused_and_the_others_read() -> None:
    """Each with its number and its count of cells."""
    content = HEAD + LINE + b"a,b\n" + LINE.rstrip() + b",extra\n" + LINE + b"one\n"
    whole = read(content)
    assert [row["row"] for row in whole.rows] == [2, 5]
    assert whole.refused == [
        (3, "", "2", "ragged_row"),
        (4, "", "9", "ragged_row"),
        (6, "", "1", "ragged_row"),
    ]
    refusal = next(iter(whole.chunks[0].refused[0].refusals()))[2]
    assert refusal.sentence("en") == "The row has 2 cells, the headings are 8."


def test_text_that_looks_like_a_formula_is_text() -> None:
    """A CSV computes nothing."""
    assert read(csv_bytes([{**ROW, "name": "=1+1"}])).rows[0]["name"] == "=1+1"


def test_huge_cells_are_refused_by_row_and_shortened_for_showing() -> None:
    """Whatever the column."""
    rows = [{**ROW, "name": "王" * 10_000}, {**ROW, "base": "9" * 300}, {**ROW, "month": " " * 1000}]
    whole = read(csv_bytes(rows))
    assert [(row, field, code) for row, field, _, code in whole.refused] == [
        (2, "name", "cell_too_long"),
        (3, "base", "cell_too_long"),
        (4, "month", "cell_too_long"),
    ]
    assert all(len(value) <= 100 for _, _, value, _ in whole.refused)


def test_many_different_wrong_cells_take_linear_time() -> None:
    """Fifty thousand different unreadable months are refused one by one in a moment."""
    rows = [{**ROW, "month": f"x{at}", "name": f"a\u200b{at}"} for at in range(50_000)]
    whole = read(csv_bytes(rows))
    assert sum(len(cells.rows) for chunk in whole.chunks for cells in chunk.refused) == 100_000


def test_nul_bytes_are_refused_near_their_row(tmp_path: Path) -> None:
    """At the beginning before all is read, later where they stand."""
    with pytest.raises(NulByte) as refused:
        read(HEAD + LINE * 3 + b"\0" + LINE)
    assert refused.value.facts["row"] == 5
    with pytest.raises(NulByte):
        read(HEAD + LINE * 50_000 + b"\0\n")
    with pytest.raises(NulByte):
        read(csv_bytes([ROW], encoding="utf-16-le"))  # no mark
    with pytest.raises(NulByte):
        read(csv_bytes([{**ROW, "name": "a\0b"}], encoding="utf-16"))


def test_an_endless_line_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Three gigabytes without a line end cost four megabytes of reading."""
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        file.write(HEAD + b"x" * (5 << 20))
        file.truncate(3 << 30)
    with pytest.raises(LineTooLong):
        open_filing(path, "endless.csv")
    with pytest.raises(LineTooLong):
        read(HEAD + LINE + b"y" * (9 << 20) + b"\n" + LINE)
    with pytest.raises(LineTooLong):
        read(b"resident_id" + b"x" * 100_000 + b"," + HEAD + LINE)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    """By its size alone."""
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(HEAD + LINE)
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(FileTooLarge):
        open_filing(path, "large.csv")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are numbered in 32 bits."""
    monkeypatch.setattr(delimited, "MOST_ROWS", 3)
    with pytest.raises(FileTooLarge):
        read(HEAD + LINE * 4)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b" \r\n", b"\xef\xbb\xbf", b"\xff\xfe", HEAD, HEAD + b"\n,,,,,,,\n"]
)
def test_a_file_without_rows_is_refused(content: bytes) -> None:
    """Nothing, only a mark, only headings, only blanks."""
    with pytest.raises(EmptyFile):
        read(content)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"\x1f\x8b\x08abc", b"<html><table>", b"Rar!\x1a\x07", b"PK\5\6" + b"\0" * 18]
)
def test_other_kinds_of_files_are_named(content: bytes) -> None:
    """Instead of complaining of their headings."""
    with pytest.raises(NotATable):
        read(content)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A directory, a pipe, a path that is not there, a path that is none."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing", "a\0b", "x" * 5000):
        with pytest.raises(NotReadable):
            open_filing(path, "x.csv")


def test_a_file_that_changes_while_read_is_refused(tmp_path: Path) -> None:
    """Its hash would be that of other bytes."""
    path = tmp_path / "growing.csv"
    path.write_bytes(HEAD + LINE)
    with open_filing(path, "growing.csv") as file:
        with path.open("ab") as more:
            more.write(LINE)
        with pytest.raises(FileChanged):
            list(file.chunks())


def test_a_file_is_what_its_bytes_are(tmp_path: Path) -> None:
    """A CSV named .xlsx is read as CSV, and said so."""
    whole = read(csv_bytes([ROW]), name="payroll.xlsx")
    assert whole.file.format == "csv"
    assert [notice.code for notice in whole.file.notices] == ["filings.reading.misnamed"]
    assert read(csv_bytes([ROW]), name="payroll.CSV").file.notices == ()


def test_a_file_can_be_read_again() -> None:
    """Chunks begin at the beginning each time, and a stream is closed with the file."""
    with open_filing(io.BytesIO(HEAD + LINE * 3), "x") as file:
        assert [len(chunk) for chunk in file.chunks(2)] == [2, 1]
        assert [len(chunk) for chunk in file.chunks()] == [3]
        assert file.size == len(HEAD + LINE * 3)
        assert file.expected_rows == 3
    with pytest.raises(ValueError, match="closed"):
        list(file.chunks())


def test_headings_may_be_quoted_and_hold_line_ends() -> None:
    """Row 1 follows the same rules as the others."""
    content = (
        b'"resident_id","name",'
        + HEAD.split(b",", 2)[2].rstrip()
        + b',"re\nmark"\n'
        + LINE.rstrip()
        + b",z\n"
    )
    whole = read(content)
    assert whole.rows[0]["row"] == 2
    assert whole.file.notices[0].code == "filings.reading.ignored_columns"


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_file_cut_short_is_a_refusal_or_fewer_rows(cut: int) -> None:
    """Never an error."""
    content = csv_bytes([ROW] * 3, encoding="gb18030", titles=ZH)
    with contextlib.suppress(Refusal):
        assert len(read(content[:-cut]).rows) <= 3
