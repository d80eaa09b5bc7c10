"""Cells, duplicates, totals, and the file put end to end."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.checks.cells import shapes
from provident.filings.checks.duplicates import combined, repeated
from provident.filings.checks.totals import expected, group_sums, stated, sums_of
from provident.filings.intake.gathering import gather
from provident.filings.reading.records import ControlTotal, FileKind, RefusedCells
from provident.filings.refusals import CellMissing

from .rows import chunk, said

ROW = {
    "resident_id": "1",
    "name": "A",
    "employer_id": "E",
    "branch": "pension",
    "month": "2026-03",
    "base": "100.00",
    "employee": "8.00",
    "employer": "16.00",
}


def test_a_declaration_needs_every_cell():
    """Each empty cell is refused by its column; an empty amount is not zero."""
    rows = chunk(*({**ROW, column: ""} for column in ROW))
    kinds = shapes(FileKind.PAYROLL, rows)
    assert [(row, field) for row, field, _ in said(kinds.findings)] == [
        (2 + at, "resident_id" if column == "resident_id" else column) for at, column in enumerate(ROW)
    ]
    assert not kinds.contributing.any()


def test_a_notice_needs_no_amounts_but_all_or_none():
    """An enrol row may declare its month too; then it states all three amounts."""
    bare = {**ROW, "event": "enrol", "base": "", "employee": "", "employer": ""}
    rows = chunk(bare, {**ROW, "event": "leave"}, {**bare, "base": "100.00"})
    kinds = shapes(FileKind.PAYROLL, rows)
    assert kinds.noticing.tolist() == [True, True, False]
    assert kinds.contributing.tolist() == [False, True, False]
    assert [(row, field) for row, field, _ in said(kinds.findings)] == [(4, "employee"), (4, "employer")]


def test_an_unreadable_cell_is_not_called_empty():
    """What reading refused is refused once, and the row is left out of every further question."""
    unreadable = RefusedCells("base", CellMissing, np.array([2], np.uint32), ("abc",), {"field": "base"})
    kinds = shapes(FileKind.PAYROLL, chunk({**ROW, "base": ""}, refused=[unreadable]))
    assert kinds.findings == ()
    assert not kinds.contributing.any()


def test_payments_and_old_records_need_money():
    """A payment, balance, interest or benefit of nothing is refused."""
    payment = {"employer_id": "E", "amount": "0.00", "paid_on": "2026-03-01"}
    kinds = shapes(
        FileKind.PAYMENTS, chunk(payment, {**payment, "amount": "1.00"}, {**payment, "amount": ""})
    )
    assert kinds.other.tolist() == [False, True, False]
    assert said(kinds.findings) == [
        (2, "amount", "filings.amount_not_positive"),
        (4, "amount", "filings.cell_missing"),
    ]
    old = {**ROW, "kind": "opening_balance", "evidence": "1"}
    kinds = shapes(FileKind.TAKE_ON, chunk(old, {**old, "amount": "5.00"}, {**old, "kind": "contribution"}))
    assert kinds.other.tolist() == [False, True, False]
    assert kinds.contributing.tolist() == [False, False, True]


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 2**40), st.integers(-1, 2**40)), max_size=30))
def test_combined_numbers_are_equal_exactly_where_all_columns_are(rows):
    """However wide the columns, two rows share a number if and only if they are alike."""
    columns = [np.array([row[at] for row in rows], np.int64) for at in range(3)]
    key = combined(columns).tolist()
    for a, one in enumerate(rows):
        for b, other in enumerate(rows):
            assert (key[a] == key[b]) == (one == other)


@given(st.lists(st.integers(0, 9), max_size=30))
def test_repeats_name_the_first(numbers):
    """Every place that repeats an earlier one is found, with the first place of its kind."""
    again, first = repeated(np.array(numbers, np.int64))
    wanted = [(at, numbers.index(number)) for at, number in enumerate(numbers) if numbers.index(number) != at]
    assert list(zip(again.tolist(), first.tolist(), strict=True)) == wanted


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**12)), max_size=40))
def test_sums_are_exact(rows):
    """Sums by group equal those of whole numbers, however large."""
    codes = np.array([row[0] for row in rows], np.int64)
    values = np.array([row[1] for row in rows], np.int64)
    found = group_sums(values, codes, 4).tolist()
    assert found == [sum(value for code, value in rows if code == group) for group in range(4)]


def test_control_totals_are_held_against_the_rows():
    """Totals of a branch or the file that the rows do not add up to are refused where they stand."""
    rows = chunk(ROW, {**ROW, "branch": "medical"})
    sums = sums_of(FileKind.PAYROLL, rows)
    right = (ControlTotal(4, -1, "base", 20000), ControlTotal(4, 1, "employer", 1600))
    assert stated(sums, right) == []
    wrong = (ControlTotal(5, 2, "employee", 799), ControlTotal(5, 5, "employee", 1))
    assert said(stated(sums, wrong)) == [
        (5, "employee", "filings.total_differs"),
        (5, "employee", "filings.total_differs"),
    ]
    assert expected(sums, 4800) == []
    assert said(expected(sums, 4801)) == [(0, "", "filings.expected_total_differs")]


def test_chunks_put_end_to_end_say_what_each_said():
    """Codes of text columns are the whole file's, an empty cell stays empty."""
    rows = [{**ROW, "resident_id": one, "name": name} for one, name in [("1", "A"), ("2", ""), ("1", "B")]]
    whole = gather(FileKind.PAYROLL, [chunk(*rows[:1]), chunk(*rows[1:], first_row=3), chunk()]).rows
    assert [whole.resident.text(at) for at in range(3)] == ["1", "2", "1"]
    assert [whole.name.text(at) for at in range(3)] == ["A", "", "B"]
    assert whole.row.tolist() == [2, 3, 4]
    assert whole.base.minor.tolist() == [10000] * 3
    assert not whole.account.given.any()


def test_the_content_hash_knows_what_is_said_and_nothing_else():
    """Row numbers and chunks do not matter; any change of a cell does."""
    rows = [{**ROW, "resident_id": str(at)} for at in range(4)]

    def content(*chunks):
        return gather(FileKind.PAYROLL, chunks).content

    whole = content(chunk(*rows))
    assert content(chunk(*rows[:3], first_row=9), chunk(*rows[3:], first_row=20)) == whole
    for column in ROW:
        changed = {**ROW, "resident_id": "0", column: "2026-04" if column == "month" else "7.00"}
        changed["branch"] = "medical" if column == "branch" else "pension"
        assert content(chunk(changed, *rows[1:])) != whole
    assert content(chunk({**rows[0], "account": "0"}, *rows[1:])) != whole
    assert gather(FileKind.TAKE_ON, [chunk(*rows)]).content != whole
