"""Months told over arrays, beside the same months told one by one."""

import datetime as dt
import struct
from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.months import Known, months
from provident.filings.records import Enrolment
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, MonthStatus, Scheme
from provident.ledger.facts import facts_of, grids
from provident.ledger.records import Legs, RecordYear
from provident.statements.overview.months import CODE, Asked, cells_of, lines_of
from provident.statements.records import PRESSING, most_pressing

LAST = Month(2026, 3)
TODAY = dt.date(2026, 3, 20)

amount = st.one_of(st.sampled_from([0, 0, 100, 400]), st.integers(-(2**40), 2**40))


@st.composite
def facts(draw, year, branches):
    """Draw packed facts, all narrow or all wide, of one month or of several in a row."""
    told = draw(st.lists(st.tuples(*[amount] * 5), min_size=1, max_size=4))
    wide = any(not -(2**31) <= leg < 2**31 for legs in told for leg in legs)
    packed = b"\x08" if wide else b"\x04"
    for legs in told:
        first = draw(st.integers(1, 12)) if year else 0
        more = draw(st.integers(0, 12 - first)) if year else 0
        branch, kind = draw(st.sampled_from(branches)), draw(st.sampled_from([1, 1, 2, 2, 3, 4]))
        span = more << 4 | first
        packed += struct.pack(
            ">BBh5qB" if wide else ">BBh5iB", kind, branch, draw(st.integers(-1, 2)), *legs, span
        )
    return packed


@st.composite
def lives(draw):
    """Draw a life: some years of entries with employers, and enrolments that need not fit them."""
    branches = draw(st.lists(st.sampled_from(list(Branch)), min_size=1, max_size=3))
    places = draw(
        st.sets(st.tuples(st.sampled_from([0, 2023, 2024, 2026, 2027]), st.integers(0, 2)), max_size=5)
    )
    years = [
        RecordYear(
            year,
            EmployerKey(employer),
            tuple(draw(st.lists(facts(year, branches), min_size=1, max_size=2))),
        )
        for year, employer in sorted(places)
    ]
    month = st.builds(Month, st.integers(2022, 2027), st.integers(1, 12))
    enrolments = []
    for _ in range(draw(st.integers(0, 3))):
        since, until = draw(month), draw(st.none() | month)
        if until is None or since <= until:
            branches = tuple(sorted(draw(st.sets(st.sampled_from(list(Branch)), min_size=1, max_size=2))))
            enrolments.append(
                Enrolment(EmployerKey(draw(st.integers(1, 3))), branches, Scheme.EMPLOYEES, 990000, since, until,
                          dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
            )  # fmt: skip
    return years, enrolments


@given(lives())
def test_every_month_is_told_as_one_by_one(life):
    """For any entries and enrolments each employer's month, and the month over all of them, have one status."""
    years, enrolments = life
    cells = cells_of(Asked(years, enrolments, TODAY, LAST))
    known = months(Known(tuple(enrolments), tuple(years), {}, TODAY, LAST))
    expected = {
        (one.branch, one.month, one.employer or 0): one.status
        for one in known
        if one.status is not MonthStatus.NOT_INSURED
    }
    told = {
        (Branch(int(cells.branch[row])), Month(int(cells.year[row]), at + 1), int(cells.employer[row])): PRESSING[cells.status[row, at]]
        for row, at in np.argwhere(cells.status != CODE[MonthStatus.NOT_INSURED]).tolist()
    }  # fmt: skip
    assert told == expected
    together = defaultdict(list)
    for (branch, month, _), status in expected.items():
        together[branch, month].append(status)
    lines = lines_of(cells, LAST)
    for at, (branch, year) in enumerate(zip(lines.branch.tolist(), lines.year.tolist(), strict=True)):
        for month in range(1, 13):
            if lines.told[at, month - 1]:
                status = most_pressing(iter(together[Branch(branch), Month(year, month)]))
                assert PRESSING[lines.status[at, month - 1]] is status


@given(lives())
def test_facts_add_up_as_they_do_one_by_one(life):
    """A grid's months are those of each year's own sums, wide amounts and reversed entries included."""
    years, _ = life
    facts = facts_of(years)
    found = grids(facts, facts.year * 6 + facts.branch, len(years) * 6)
    for kind in EntryKind:
        standing, legs = found.of(kind)
        for row, year in enumerate(years):
            assert not standing[row * 6].any()
            for branch in Branch:
                at = row * 6 + branch
                sums = (None if year.year else year.unmonthed(branch, kind), *year.months(branch, kind))
                told = zip(standing[at].tolist(), legs[at].tolist(), strict=True)
                assert [Legs(*one) if stands else None for stands, one in told] == list(sums)
