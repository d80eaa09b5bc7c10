"""Row 1 decides what a file is; what is wrong in it is named."""

import pytest

from provident.filings.columns import COLUMNS, PAYMENTS, TAKE_ON
from provident.filings.reading.headings import normal, recognise
from provident.filings.reading.records import FileKind
from provident.filings.reading.refusals import (
    DuplicatedColumns,
    MissingColumns,
    MisspeltColumns,
    NoHeadings,
    TooManyColumns,
)

from .payrolls import PAYROLL, ROW, ZH, csv_bytes, read


def test_headings_are_recognised_however_they_are_typed() -> None:
    """Space, case, full width, hyphens and a unit in brackets do not matter; languages may mix."""
    row = [
        " Resident ID ",
        "姓 名",
        "ＥＭＰＬＯＹＥＲ＿ＩＤ",
        "险种",
        "Month",
        "缴费基数（元）",
        "employee-",
        "*单位缴费",
    ]
    row[6] = "个人缴费(元)"
    found = recognise(row)
    assert found.kind is FileKind.PAYROLL
    assert found.columns == PAYROLL


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (PAYROLL, FileKind.PAYROLL),
        (("resident_id", "name", "employer_id", "branch", "month", "event"), FileKind.PAYROLL),
        (PAYMENTS, FileKind.PAYMENTS),
        (TAKE_ON, FileKind.TAKE_ON),
        ((*TAKE_ON, "account", "base", "employee", "employer"), FileKind.TAKE_ON),
    ],
)
def test_the_kind_follows_from_the_headings(headings: tuple[str, ...], kind: FileKind) -> None:
    """In English and in Chinese."""
    assert recognise(headings).kind is kind
    assert recognise([ZH[name] for name in headings]).kind is kind


def test_no_two_headings_are_written_alike() -> None:
    """Every heading names one column."""
    headings = [normal(heading) for column in COLUMNS for heading in (column.name, column.zh, *column.also)]
    assert len(headings) == len(set(headings))


def test_missing_columns_are_named() -> None:
    """In both languages, all of them at once."""
    with pytest.raises(MissingColumns) as refused:
        recognise(["公民身份号码", "姓名", "险种", "缴费基数", "个人缴费", "单位缴费"])
    assert "employer_id, month" in refused.value.sentence("en")
    assert "单位统一社会信用代码、费款所属期" in refused.value.sentence("zh-hans")


def test_amounts_may_be_missing_only_beside_events() -> None:
    """A file of enrolments and leavers needs no amounts; one without events does."""
    with pytest.raises(MissingColumns):
        recognise(["resident_id", "name", "employer_id", "branch", "month"])
    with pytest.raises(MissingColumns):
        recognise([name for name in PAYROLL if name != "employee"])


def test_a_column_twice_is_refused_in_whatever_language() -> None:
    """Even if its two headings differ."""
    with pytest.raises(DuplicatedColumns, match="base"):
        recognise([*PAYROLL, "缴费基数"])


@pytest.mark.parametrize("heading", ["regoin", "evnt", "REGIONS"])
def test_a_misspelt_column_is_refused_not_ignored(heading: str) -> None:
    """What almost names a column the file does not have would be dropped silently."""
    with pytest.raises(MisspeltColumns, match=heading):
        recognise([*PAYROLL, heading])


def test_headings_too_short_to_guess_from_are_ignored() -> None:
    """工种 is a trade, not a slip for 险种."""
    assert recognise([*PAYROLL, "参保的地", "工种"]).notices


def test_other_columns_are_listed_as_ignored() -> None:
    """A notice names them, and nothing in them matters."""
    content = csv_bytes([{**ROW, "remark": "=x", "备注": "y"}], headings=(*PAYROLL, "remark", "备注", ""))
    whole = read(content)
    assert [notice.code for notice in whole.file.notices] == ["filings.reading.ignored_columns"]
    assert "remark, 备注" in whole.file.notices[0].sentence("en")
    assert whole.file.fields == PAYROLL
    assert len(whole.rows) == 1


def test_columns_of_another_kind_of_file_are_ignored() -> None:
    """A payment date in a payroll file is not read."""
    found = recognise([*PAYROLL, "paid_on"])
    assert found.fields == PAYROLL
    assert "paid_on" in found.notices[0].sentence("zh-hans")


def test_other_rows_are_no_headings() -> None:
    """A title above the headings, or data without any, is refused saying what was found."""
    with pytest.raises(NoHeadings, match="2026 payroll"):
        recognise(["2026 payroll", "", ""])
    with pytest.raises(NoHeadings, match="110101190001010014"):
        recognise(list(ROW.values()))


def test_absurdly_many_columns_are_refused() -> None:
    """Two hundred columns are enough for anybody."""
    with pytest.raises(TooManyColumns):
        recognise([*PAYROLL, *(f"x{at}" for at in range(300))])
