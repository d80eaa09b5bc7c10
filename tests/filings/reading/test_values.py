"""What the words, months and days in cells mean."""

import pytest

from provident.filings.reading import values
from provident.filings.reading.records import Coded, day_of
from provident.filings.reading.refusals import (
    ControlCharacter,
    LostDigits,
    UnreadableDay,
    UnreadableMonth,
    UnreadableRegion,
)

from .payrolls import PAYROLL, ROW, csv_bytes, read

PAYMENT = {
    "employer_id": "91110000600037341L",
    "month": "2026-03",
    "branch": "pension",
    "amount": "100.00",
    "paid_on": "2026-04-02",
    "reference": "A-1",
}
TAKE_ON = {**ROW, "kind": "期初余额", "evidence": "原系统", "account": "1.00"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03",
        "202603",
        "2026/3",
        "2026.03",
        "2026-3",
        "2026年3月",
        "２０２６０３",
        "2026-03-01",
        "2026/3/1 0:00",
    ],
)
def test_months_are_read_as_people_write_them(text: str) -> None:
    """Also the first day of the month, which spreadsheets make of a month; a time of day is refused."""
    assert values.month_code(text) == (UnreadableMonth if ":" in text else 202603)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "26-03", "Mar-26", "2026", "20260315", "2026-03-15", "x"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    """A day that is not the first could be anything."""
    assert values.month_code(text) is UnreadableMonth


def test_days_are_read_as_people_write_them() -> None:
    """And days that do not exist are refused."""
    for text in (
        "2026-04-02",
        "20260402",
        "2026/4/2",
        "2026年4月2日",
        "2026-04-02 00:00:00",
        "2026-04-02T00:00:00",
    ):
        assert values.day_number(text) == 20545
    for text in ("2026-02-30", "2026-04", "02/04/2026", "2026-04-02 09:30"):
        assert values.day_number(text) is UnreadableDay


def test_regions_have_six_digits() -> None:
    """And do not begin with a zero."""
    assert values.region_code(" ９９００００ ") == 990000
    assert values.region_code("11010") is UnreadableRegion
    assert values.region_code("011010") is UnreadableRegion


def test_numbers_of_identity_are_made_alike() -> None:
    """Lower case, full width and outer space do not make another person; the first writing is kept."""
    rows = [
        {**ROW, "resident_id": text}
        for text in ("11010119000101009x", " 11010119000101009X", "１１０１０１１９０００１０１００９Ｘ")
    ]
    chunk = read(csv_bytes(rows)).chunks[0]
    assert chunk.resident.codes.tolist() == [0, 0, 0]
    assert chunk.resident.values == ("11010119000101009X",)
    assert chunk.resident.originals == {0: "11010119000101009x"}


def test_a_number_a_spreadsheet_rounded_is_refused() -> None:
    """Its last digits are gone; the remedy says how to keep them."""
    whole = read(
        csv_bytes([{**ROW, "resident_id": "1.10101E+17"}, {**ROW, "resident_id": "110101199003077000.0"}])
    )
    assert [entry[3] for entry in whole.refused] == ["lost_digits", "lost_digits"]
    assert values.canonical_number("1.10101E+17") is LostDigits
    refusal = next(iter(whole.chunks[0].refused[0].refusals()))[2]
    assert "as text" in refusal.remedy("en")
    assert "文本" in refusal.remedy("zh-hans")


def test_names_are_kept_in_one_form() -> None:
    """A decomposed letter is composed, and what the file had is kept beside it."""
    chunk = read(csv_bytes([{**ROW, "name": "Jose\u0301 王"}, {**ROW, "name": "Jos\u00e9 王"}])).chunks[0]
    assert chunk.name.values == ("Jos\u00e9 王",)
    assert chunk.name.codes.tolist() == [0, 0]
    assert chunk.name.originals == {0: "Jose\u0301 王"}


@pytest.mark.parametrize("unseen", ["\x07", "\u202e", "\u200b", "\x85", "\ufeff", "\u2066"])
def test_characters_that_cannot_be_seen_are_refused(unseen: str) -> None:
    """In names and in numbers, wherever they stand inside the cell."""
    assert values.canonical_text(f"王{unseen}芳") is ControlCharacter
    assert read(csv_bytes([{**ROW, "name": f"王{unseen}芳"}])).refused[0][3] == "control_character"
    assert not values.texts_are_canonical(f"a\0王{unseen}芳")


def test_events_leave_amounts_empty() -> None:
    """Enrolments and leavers stand among declarations; what a row needs is not reading's to say."""
    rows = [
        {**ROW, "event": ""},
        {**ROW, "event": "新增", "base": "", "employee": "", "employer": "", "branch": ""},
        {**ROW, "event": "Leave"},
        {**ROW, "event": "fired"},
    ]
    whole = read(csv_bytes(rows, headings=(*PAYROLL, "event")))
    assert whole.chunks[0].event.tolist() == [0, 1, 2, -1]
    assert whole.chunks[0].base.given.tolist() == [True, False, True, True]
    assert whole.refused == [(5, "event", "fired", "unknown_event")]


def test_payments_read_days_and_references() -> None:
    """A lump sum names neither month nor branch."""
    lump = {**PAYMENT, "month": "", "branch": "", "reference": "b 2", "paid_on": ""}
    chunk = read(csv_bytes([PAYMENT, lump], headings=tuple(PAYMENT))).chunks[0]
    assert str(day_of(chunk.paid_on[0])) == "2026-04-02"
    assert day_of(chunk.paid_on[1]) is None
    assert chunk.month.tolist() == [202603, -1]
    assert chunk.branch.tolist() == [1, -1]
    assert chunk.reference.values == ("A-1", "b 2")
    assert chunk.amount.minor.tolist() == [10000, 10000]
    assert chunk.resident == Coded(chunk.resident.codes, ())


def test_old_records_have_a_kind_and_a_grade() -> None:
    """Both in words; unknown words are refused by the column's name."""
    rows = [
        TAKE_ON,
        {**TAKE_ON, "kind": "benefit", "evidence": "stated"},
        {**TAKE_ON, "kind": "?", "evidence": "!"},
    ]
    whole = read(csv_bytes(rows, headings=tuple(TAKE_ON)))
    assert whole.file.kind == "take_on"
    assert whole.chunks[0].kind.tolist() == [3, 5, -1]
    assert whole.chunks[0].evidence.tolist() == [2, 3, -1]
    assert whole.chunks[0].account.minor.tolist() == [100, 100, 100]
    assert [entry[1:] for entry in whole.refused] == [
        ("evidence", "!", "unknown_evidence"),
        ("kind", "?", "unknown_kind"),
    ]


def test_rows_under_one_rule_are_grouped() -> None:
    """Distinct region, branch and month, and which rows belong to each."""
    rows = [{**ROW, "region": "990000"}, {**ROW, "branch": "medical"}, {**ROW, "region": "990000"}]
    chunk = read(csv_bytes(rows, headings=(*PAYROLL, "region"))).chunks[0]
    groups = chunk.rule_groups()
    told = [
        (int(groups.region[code]), int(groups.branch[code]), int(groups.month[code]))
        for code in groups.codes.tolist()
    ]
    assert told == [(990000, 1, 202603), (-1, 2, 202603), (990000, 1, 202603)]
    assert len(groups.region) == 2


def test_totals_a_file_states_are_set_apart() -> None:
    """A row whose identity cell reads `total` is no person; what it states is told, per branch if it says so."""
    rows = [
        ROW,
        {"resident_id": "合计", "branch": "养老", "base": "8000.00", "employee": "640"},
        {"resident_id": " Total ", "base": "8000.00", "employer": "x"},
    ]
    whole = read(csv_bytes(rows))
    chunk = whole.chunks[0]
    assert len(chunk) == 1
    assert [(total.row, total.branch, total.field, total.minor) for total in chunk.totals] == [
        (3, 1, "base", 800000),
        (3, 1, "employee", 64000),
        (4, -1, "base", 800000),
    ]
    assert whole.refused == [(4, "employer", "x", "not_an_amount")]
    paid = read(
        csv_bytes([PAYMENT, {"employer_id": "总计", "amount": "100"}], headings=tuple(PAYMENT))
    ).chunks[0]
    assert [(total.field, total.minor) for total in paid.totals] == [("amount", 10000)]
