"""Months told over arrays, beside the same months told one by one."""

import datetime as dt
import struct
from collections import defaultdict
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.months import Known, months
from provident.filings.records import Enrolment
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, MonthStatus, Scheme
from provident.ledger.facts import by_month, by_year, facts_of
from provident.ledger.records import Legs, RecordYear
from provident.statements.overview.months import CODE, STATED, Asked, cells_of, lines_of, totals_of
from provident.statements.records import PRESSING, most_pressing

LAST = Month(2026, 3)
TODAY = dt.date(2026, 3, 20)

amount = st.one_of(st.sampled_from([0, 0, 100, 400]), st.integers(-(2**40), 2**40))


@st.composite
def facts(draw, year, branches):
    """Draw packed facts in one or two parts: of one month or of several in a row, some taken back again."""
    parts = [[], []] if draw(st.booleans()) else [[]]
    for _ in range(draw(st.integers(1, 5))):
        legs = draw(st.tuples(*[amount] * 5))
        branch, kind = draw(st.sampled_from(branches)), draw(st.sampled_from([1, 1, 2, 2, 3, 4]))
        first = draw(st.integers(1, 12)) if year else 0
        last = draw(st.integers(first, 12)) if year else 0
        standing = draw(st.sampled_from([1, 1, 2]))
        draw(st.sampled_from(parts)).append((kind, branch, standing, legs, first, last))
        # A reversal has the legs negated, and takes back what stands and nothing else.
        if draw(st.booleans()):
            since = draw(st.integers(first, last))
            until = draw(st.integers(since, last))
            negated = tuple(-leg for leg in legs)
            draw(st.sampled_from(parts)).append((kind, branch, -standing, negated, since, until))
    return tuple(packed(part) for part in parts if part)


def packed(told):
    """Pack facts as the reading copy does, all narrow or all wide."""
    wide = any(not -(2**31) <= leg < 2**31 for _, _, _, legs, _, _ in told for leg in legs)
    form, width = (">BBh5qB", b"\x08") if wide else (">BBh5iB", b"\x04")
    return width + b"".join(
        struct.pack(form, kind, branch, standing, *legs, (last - first) << 4 | first)
        for kind, branch, standing, legs, first, last in told
    )


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
            draw(facts(year, branches)),
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
    """Months and years are those of each year's own sums, wide amounts and reversed entries included."""
    years, _ = life
    facts = facts_of(years)
    places, count = (facts.year * 9 + facts.kind) * 6 + facts.branch, len(years) * 9 * 6
    stands, *legs = by_month(facts, places, count, facts.standing, *facts.legs.T)
    stood, whole = by_year(facts, places, count)
    assert ((stands != 0).any(axis=1) == (stood != 0)).all()
    for row, year in enumerate(years):
        for branch, kind in product(Branch, EntryKind):
            at = (row * 9 + kind) * 6 + branch
            months = zip(stands[at].tolist(), *(leg[at].tolist() for leg in legs), strict=True)
            told = [Legs(*one) if stands else None for stands, *one in months]
            assert told == list(year.months(branch, kind))
            assert Legs(*whole[at].tolist()) == sum((one for one in told if one), Legs())


@given(lives())
def test_what_a_life_comes_to(life):
    """Each kind's year has the sums of its months up to the last one told, in every branch."""
    years, enrolments = life
    cells = cells_of(Asked(years, enrolments, TODAY, LAST))
    totals = totals_of(cells, lines_of(cells, LAST))
    for kind, branch in product(EntryKind, Branch):
        expected = defaultdict(Legs)
        moved = set()
        for one in years:
            for number, legs in enumerate(one.months(branch, kind), 1):
                if legs and one.year and Month(one.year, number) <= LAST:
                    expected[one.year] += legs
                    moved |= {one.year} if legs.account else set()
        if kind not in totals.kinds:
            assert not expected
            continue
        standing, legs = totals.of(kind)
        for at, year in enumerate(range(totals.since, LAST.year + 1)):
            assert bool(standing[branch, at]) is (year in expected)
            assert Legs(*legs[branch, at].tolist()) == expected[year]
            assert totals.moved[totals.kinds.index(kind), branch, at] == (year in moved)


@given(lives())
def test_what_stands_in_some_rows(life):
    """Of any rows asked for come the months' own legs of what is declared and paid."""
    years, enrolments = life
    cells = cells_of(Asked(years, enrolments, TODAY, LAST))
    own = {(one.year, one.employer): one for one in years}
    rows = range(0, len(cells.year), 2)
    standing, legs = cells.stated(rows)
    for kind, (at, row), month in product(STATED, enumerate(rows), range(12)):
        one = own.get((int(cells.year[row]), int(cells.employer[row])))
        expected = one.months(Branch(int(cells.branch[row])), kind)[month] if one else None
        if Month(int(cells.year[row]), month + 1) > LAST:
            expected = None
        place = kind - 1, at, month
        assert (Legs(*legs[place].tolist()) if standing[place] else None) == expected
