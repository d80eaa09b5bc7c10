"""A month is a thing of its own; a span includes both its ends."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.month import DateSpan, Month
from provident.kernel.refusals import EmptySpan, NotAMonth

MONTHS = st.builds(Month, st.integers(1950, 2200), st.integers(1, 12))
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2200, 12, 31))


@pytest.mark.parametrize("text", ["2026-03", "202603", " 2026-03 "])
def test_reads_both_spellings(text):
    """2026-03 and 202603 are the same month."""
    assert Month.parse(text) == Month(2026, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-3",
        "2026-13",
        "2026-00",
        "26-03",
        "2026/03",
        "2026-03-01",
        "1899-12",
        "3000-01",
        "２０２６-03",
    ],
)
def test_refuses_what_is_no_month(text):
    """A text that names no month between 1900 and 2999 is refused."""
    with pytest.raises(NotAMonth):
        Month.parse(text)


@given(MONTHS)
def test_every_form_reads_back(month):
    """The written form, the stored code and any of its days lead back to the month."""
    assert Month.parse(str(month)) == Month.from_code(month.code) == month
    assert Month.of(month.first_day()) == Month.of(month.last_day()) == month


@given(MONTHS, st.integers(-500, 500))
def test_counting_there_and_back(month, count):
    """Adding months and counting them are opposites, and agree with the order."""
    later = month.plus(count)
    assert month.until(later) == count
    assert later.plus(-count) == month
    assert (later > month, later < month) == (count > 0, count < 0)
    assert (later.code > month.code) == (count > 0)


@given(MONTHS, st.integers(-3, 40))
def test_walking_through_months(month, count):
    """Through yields every month from the first to the last once, none if the last lies before."""
    walked = list(month.through(month.plus(count)))
    assert walked == [month.plus(step) for step in range(count + 1)]


@given(MONTHS)
def test_months_leave_no_day_out(month):
    """The day after a month's last is the next month's first."""
    assert month.last_day() + dt.timedelta(days=1) == month.plus(1).first_day()


@given(DAYS, st.none() | st.integers(0, 400), DAYS)
def test_a_span_holds_its_ends(since, length, day):
    """A day is inside from the first to the last day, both included; an open span never ends."""
    until = None if length is None else since + dt.timedelta(days=length)
    span = DateSpan(since, until)
    assert since in span
    assert until is None or (until in span and until + dt.timedelta(days=1) not in span)
    assert since - dt.timedelta(days=1) not in span
    assert (day in span) == (day >= since and (until is None or day <= until))


@given(DAYS, st.none() | st.integers(0, 60), st.integers(-90, 90), st.none() | st.integers(0, 60))
def test_spans_overlap_when_they_share_a_day(since, length, shift, other_length):
    """Overlap is the same both ways and means that one span's first day lies in the other."""

    def span(start, days):
        return DateSpan(start, None if days is None else start + dt.timedelta(days=days))

    one, other = span(since, length), span(since + dt.timedelta(days=shift), other_length)
    assert one.overlaps(other) == other.overlaps(one) == (one.since in other or other.since in one)


def test_a_span_cannot_end_before_it_starts():
    """A span without a day is refused."""
    with pytest.raises(EmptySpan):
        DateSpan(dt.date(2026, 3, 2), dt.date(2026, 3, 1))
