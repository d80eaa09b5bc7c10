"""Working days with make-up days, and the last days of deadlines."""

import datetime as dt

import pytest

from provident.law import Book
from provident.law.pack import load_pack, pack_folder, read_pack
from provident.law.refusals import CalendarNotCovered, DeadlineRecurs

BOOK = Book(load_pack(pack_folder("cn")))
DAYS = BOOK.pack.calendar
D = dt.date


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (D(2025, 1, 26), True),  # a Sunday made up for the Spring Festival
        (D(2025, 1, 28), False),
        (D(2025, 2, 8), True),
        (D(2025, 2, 9), False),
        (D(2025, 10, 8), False),
        (D(2025, 10, 9), True),
    ],
)
def test_a_day(day, worked):
    """Holidays are off whatever their weekday, make-up weekends are worked."""
    assert DAYS.is_working_day(day) is worked


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year):
    """As the notices add up."""
    assert DAYS.working_days(D(year - 1, 12, 31), D(year, 12, 31)) == 248


def test_counting_and_adding_agree():
    """The n-th working day after a day is worked, and n working days lie between."""
    for start in (D(2025, 1, 20), D(2025, 9, 26), D(2026, 2, 1)):
        for count in range(0, 60, 7):
            day = DAYS.add_working_days(start, count)
            assert DAYS.working_days(start, day) == count
            assert count == 0 or DAYS.is_working_day(day)


def test_the_last_day_of_a_deadline():
    """Working days over a holiday, calendar days, months that are too short, years."""
    assert BOOK.last_day("t-out", D(2025, 9, 26)) == D(2025, 10, 23)
    assert BOOK.last_day("si-worker-register", D(2026, 1, 31)) == D(2026, 3, 2)
    assert DAYS.last_day(D(2025, 8, 31), 6, "month") == D(2026, 2, 28)
    assert BOOK.last_day("inj-apply-worker", D(2024, 2, 29)) == D(2025, 2, 28)


def test_what_is_not_known_is_refused():
    """A year without a notice, and a duty that recurs."""
    with pytest.raises(CalendarNotCovered, match="2027"):
        DAYS.add_working_days(D(2026, 12, 25), 10)
    with pytest.raises(DeadlineRecurs):
        BOOK.last_day("si-statement", D(2026, 1, 1))
    with pytest.raises(ValueError, match="-1"):
        DAYS.add_working_days(D(2026, 1, 1), -1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "- {year: 2027, rest_days: [13-01], work_days: [], cite: {law: a}, status: secondary}",
            "a date such as",
        ),
        (
            "- {year: 2027, rest_days: [], work_days: [01-04], cite: {law: a}, status: secondary}",
            "working day",
        ),
        (
            "- {year: 2027, rest_days: [01-03], work_days: [01-03], cite: {law: a}, status: secondary}",
            "working day",
        ),
        ("- {year: 2027, rest_days: [], work_days: [], cite: {law: a}, status: memory}", "memory"),
        ("- {year: 2027, rest_days: []}", "work_days"),
        ("- 2027", "mapping"),
    ],
)
def test_a_calendar_with_a_fault_is_refused(tmp_path, line, told):
    """Days that are none, make-up days that change nothing, a notice only remembered."""
    (tmp_path / "laws.yaml").write_text("- {id: a, title: {en: A, zh: 甲}}\n")
    (tmp_path / "calendar.yaml").write_text(line + "\n")
    _, problems = read_pack(tmp_path)
    assert any("calendar" in one.file and told in one.sentence("en") for one in problems)
