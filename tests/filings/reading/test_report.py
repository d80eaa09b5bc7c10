"""The report on a refused file, for people and for spreadsheets."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.filings import report as report_module
from provident.filings.reading.records import RefusedCells
from provident.filings.reading.refusals import EmptyFile, NotAnAmount, RaggedRow, UnknownBranch
from provident.filings.report import Report, neutralise, visible


def _cells(name: str, reason: type, rows: list[int], values: list[str], **facts: object) -> RefusedCells:
    return RefusedCells(name, reason, np.array(rows, dtype=np.uint32), tuple(values), facts)


def _lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd", "-x", "@sum", "\t=1", "\r=1", "＝1", " =1", "\u3000@x", "-1+2", "+", "=", "-1e5|x"],
)
def test_what_a_spreadsheet_would_compute_is_neutralised(text: str) -> None:
    """With an apostrophe in front; nothing is lost."""
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", ["", "王芳", "1234.50", "-5.00", "+861380013", "a=b", "2026-03", "'quoted"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Signed numbers too."""
    assert neutralise(text) == text


@given(st.text(max_size=20))
def test_neutralised_text_never_begins_a_formula(text: str) -> None:
    """Whatever the text; only plain numbers keep their sign."""
    first = neutralise(text).lstrip(" \u00a0\u3000")[:1]
    assert first not in set("=@\t\r\n＝＋－＠")
    assert first not in set("+-") or neutralise(text).lstrip("+-").replace(".", "", 1).isdigit()


def test_a_report_names_row_field_value_reason_remedy_and_article(tmp_path: Path) -> None:
    """In order of rows, in a file that spreadsheets open as UTF-8, formulas neutralised."""
    path = tmp_path / "report.csv"
    with Report(path) as report:
        report.add(
            [
                _cells("base", NotAnAmount, [9, 12], ["=1+1", "x\ty"]),
                _cells("branch", UnknownBranch, [4], ["cat"]),
                _cells("", RaggedRow, [10], ["7"], expected=8),
            ]
        )
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, *lines = _lines(path)
    assert head == ["row", "field", "value", "reason", "remedy", "article"]
    assert [line[:3] for line in lines] == [
        ["4", "branch", "cat"],
        ["9", "base", "'=1+1"],
        ["10", "", "7"],
        ["12", "base", "x\\ty"],
    ]
    assert lines[0][3:] == ["cat is no insurance branch.", UnknownBranch.remedy_en, ""]
    assert report.by_code == {"filings.reading.not_an_amount": 2, UnknownBranch.code: 1, RaggedRow.code: 1}


def test_a_report_speaks_chinese(tmp_path: Path) -> None:
    """Headings, columns, reasons and remedies."""
    path = tmp_path / "report.csv"
    with Report(path, language="zh-hans") as report:
        report.add([_cells("branch", UnknownBranch, [4], ["猫"])])
    assert _lines(path) == [
        ["行号", "列", "内容", "原因", "处理办法", "依据"],
        ["4", "险种", "猫", "猫 不是险种名称。", "请填写养老、医疗、失业、工伤或生育。", ""],
    ]
    assert (
        report.summary() == "第 4 行 · 险种 · 猫\n  猫 不是险种名称。\n  请填写养老、医疗、失业、工伤或生育。"
    )


def test_a_report_of_a_million_rows_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is counted, the first lines are written, and the rest is a number."""
    monkeypatch.setattr(report_module, "WRITTEN", 150)
    path = tmp_path / "report.csv"
    with Report(path) as report:
        for chunk in range(10):
            rows = list(range(chunk * 100_000 + 2, chunk * 100_000 + 100_002))
            report.add([_cells("base", NotAnAmount, rows, ["x"] * 100_000)])
    assert report.count == 1_000_000
    assert len(report.lines) == 100
    lines = _lines(path)
    assert len(lines) == 152
    assert lines[-1][3] == "And 999850 more."
    assert report.summary(1).endswith(f"And 999999 more. {path}")


def test_a_file_refused_as_a_whole_has_a_line_without_a_row(tmp_path: Path) -> None:
    """And in JSON no row and no field."""
    report = Report()
    report.refuse(EmptyFile())
    assert report.summary().startswith("the whole file\n  The file holds no rows.")
    document = json.loads(json.dumps(report.as_document()))
    assert document["count"] == 1
    assert document["lines"][0]["row"] is None
    assert document["lines"][0]["refused"] == "filings.reading.empty_file"
    assert document["lines"][0]["message"]["zh"] == "文件中没有任何数据行。"


def test_nothing_refused_makes_no_file(tmp_path: Path) -> None:
    """A report is made at the first refusal."""
    with Report(tmp_path / "report.csv") as report:
        report.add([])
    assert list(tmp_path.iterdir()) == []
    assert report.count == 0
    assert report.summary() == ""


def test_unseen_characters_are_shown_as_escapes() -> None:
    """So that a person can see what is wrong; long values end in an ellipsis."""
    assert visible("a\u202eb\x07\n") == "a\\u202eb\\x07\\n"
    assert visible("王芳 O'Brien") == "王芳 O'Brien"
    assert visible("x" * 500) == "x" * 200 + "…"
