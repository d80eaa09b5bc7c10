"""What is known of every month of a life at once: `filings.months`, the same rules over arrays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from provident.filings.months import silence
from provident.filings.records import Enrolment
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, MonthStatus
from provident.ledger.facts import Facts, by_month, by_year, facts_of
from provident.ledger.records import RecordYear
from provident.statements.records import PRESSING

Array = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CODE = {status: code for code, status in enumerate(PRESSING)}  # the smallest speaks for the month
BRANCHES = max(Branch) + 1
BASE, EMPLOYEE, EMPLOYER, ACCOUNT, FUND = range(5)
_MONTHS = np.arange(12)
STATED = (EntryKind.DECLARED, EntryKind.PAID)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cells are made from; `today` in the agency's legal zone, months up to `last`."""

    years: Sequence[RecordYear]
    enrolments: Sequence[Enrolment]
    today: dt.date
    last: Month


@dataclass(frozen=True, slots=True)
class _Frame:
    """Every place there could be, by branch, year (from `since` on, `span` of them) and employer.

    Each has a number, so that a row is found by counting and not by sorting.
    """

    since: int
    span: int
    rank: dict[EmployerKey, int]  # each employer's place among them; at least one


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for each branch, year and employer of which anything is known, in this order, twelve columns.

    `status` is a place in PRESSING. `starts` are the rows with which a branch's year begins. `facts` are
    those up to the last month told, `rows` their rows, `slots` the place of their kinds in `kinds`: what is
    declared and paid, and then whatever else occurs.
    """

    branch: Array
    year: Array
    employer: Array
    starts: Array
    status: Array
    moved: Flags  # by kind and row: something came into an account or went out of it
    kinds: tuple[EntryKind, ...]
    facts: Facts
    rows: Array
    slots: Array

    def stated(self, rows: Sequence[int]) -> tuple[Array, Array]:
        """Return how often something stands, and its legs, in these rows: by kind in STATED, row, month."""
        place: Array = np.full(len(self.year), -1)
        place[list(rows)] = np.arange(len(rows))
        told = np.flatnonzero((self.slots < len(STATED)) & (place[self.rows] >= 0))
        facts = self.facts.of(told)
        places = self.slots[told] * len(rows) + place[self.rows[told]]
        grids = by_month(facts, places, len(STATED) * len(rows), facts.standing, *facts.legs.T)
        standing, *legs = (grid.reshape(len(STATED), len(rows), 12) for grid in grids)
        return standing, np.stack(legs, axis=-1)


def cells_of(asked: Asked) -> Cells:
    """Return what is known of each month: by branch, year and employer."""
    years = [one for one in asked.years if 0 < one.year <= asked.last.year]
    frame = _frame(years, asked)
    span, by = frame.span, len(frame.rank)
    facts = _up_to(asked.last, facts_of(years), np.array([one.year for one in years], "i8"))
    stated = np.array([(one.year - frame.since) * by + frame.rank[one.employer] for one in years], "i8")
    places = stated[facts.year] + facts.branch * (span * by)
    insured = _insured(asked, frame)
    known = np.logical_or.reduce(insured >= 0, axis=1)
    known[places] = True
    (found,) = known.nonzero()
    rows = (known.cumsum() - 1)[places]
    place, employer = np.divmod(found, by)
    branch, year = np.divmod(place, span)
    kinds, slots = _kinds(facts)
    status, moved = _told(facts, slots * len(found) + rows, (len(kinds), len(found), 12))
    _fill_silence(status, insured[found], year + frame.since, asked)
    return Cells(
        branch=branch,
        year=year + frame.since,
        employer=np.array([*frame.rank], "i8")[employer],
        starts=np.flatnonzero(np.diff(place, prepend=-1)),
        status=status,
        moved=moved,
        kinds=kinds,
        facts=facts,
        rows=rows,
        slots=slots,
    )


def _frame(years: Sequence[RecordYear], asked: Asked) -> _Frame:
    employers = {one.employer for one in years} | {one.employer for one in asked.enrolments}
    since = min([one.year for one in years], default=asked.last.year)
    since = min([since, *(one.since.year for one in asked.enrolments)])
    rank = {employer: at for at, employer in enumerate(sorted(employers or {EmployerKey(0)}))}
    return _Frame(since, asked.last.year - since + 1, rank)


def _up_to(last: Month, facts: Facts, years: Array) -> Facts:
    """Leave out what facts say of months after the last."""
    late = years[facts.year] == last.year
    if last.month == 12 or not late.any():
        return facts
    told = np.where(late, np.minimum(last.month - facts.first, facts.months), facts.months)
    return replace(facts, months=told).of(told > 0)


def _insured(asked: Asked, frame: _Frame) -> npt.NDArray[np.int32]:
    """Return of every place and month which of the enrolments speaks for it, or -1: the last that does."""
    by, start, end = len(frame.rank), frame.since * 12, _count(asked.last) + 1
    found = np.full((BRANCHES, by, frame.span * 12), -1, "i4")
    for number, one in enumerate(asked.enrolments):
        since, until = _count(one.since), end if one.until is None else min(_count(one.until) + 1, end)
        if since < until:
            found[list(one.branches), frame.rank[one.employer], since - start : until - start] = number
    return found.reshape(BRANCHES, by, frame.span, 12).swapaxes(1, 2).reshape(-1, 12)


def _count(month: Month) -> int:
    return month.year * 12 + month.month - 1


def _kinds(facts: Facts) -> tuple[tuple[EntryKind, ...], Array]:
    """Return the kinds in the order of their slots, and each fact's slot."""
    found = np.bincount(facts.kind, minlength=len(STATED) + 1)
    found[list(STATED)] = 1
    (kinds,) = found.nonzero()  # what is declared has the lowest number, what is paid the next
    found[kinds] = np.arange(len(kinds))
    return tuple(EntryKind(kind) for kind in kinds.tolist()), found[facts.kind]


def _told(facts: Facts, places: Array, shape: tuple[int, int, int]) -> tuple[Array, Flags]:
    """Say what months with entries are, as `filings.months.status_of` says it of one; and what moved."""
    owed = facts.legs[:, EMPLOYEE] + facts.legs[:, EMPLOYER]
    values = facts.standing, owed, facts.legs[:, BASE], facts.legs[:, ACCOUNT]
    stands, owed, base, account = (
        grid.reshape(shape) for grid in by_month(facts, places, shape[0] * shape[1], *values)
    )
    (has_declared, has_paid), (owed, got), (said, came) = stands[:2] != 0, owed[:2], base[:2]
    settled = np.where(has_declared, has_paid & (got >= owed) | (owed == 0), has_paid)
    stated = np.where(has_declared, owed | said, got | came) != 0
    code = {status: np.int64(number) for status, number in CODE.items()}
    open_ = np.where(got > 0, code[MonthStatus.PART_PAID], code[MonthStatus.DECLARED])
    status = np.where(
        settled,
        np.where(stated, code[MonthStatus.PAID], code[MonthStatus.ZERO]),
        np.where(has_declared, open_, code[MonthStatus.NOT_INSURED]),
    )
    return status, (account != 0).any(axis=2)


def _fill_silence(status: Array, insured: npt.NDArray[np.int32], year: Array, asked: Asked) -> None:
    """Say of enrolled months without entries whether they are late."""
    unknown = (status == CODE[MonthStatus.NOT_INSURED]) & (insured >= 0)
    for row, at in np.argwhere(unknown).tolist():  # few are, in most lives
        spell = asked.enrolments[insured[row, at]]
        told = silence(spell.region, Month(int(year[row]), at + 1), asked.today)
        status[row, at] = CODE[told]


@dataclass(frozen=True, slots=True)
class Lines:
    """The months of each branch and year, all employers together, from its first known year to the last.

    `status` has twelve columns, of which `told` are told; `known` holds the same of every branch (by its
    number) and every year from `since` on, told or not.
    """

    branch: Array
    year: Array
    status: Array
    told: Flags
    since: int
    known: Array


def lines_of(cells: Cells, last: Month) -> Lines:
    """Return one line for each branch and year from its first known month's year to the last."""
    since = int(cells.year.min(initial=last.year))
    known = np.full((BRANCHES, last.year - since + 1, 12), CODE[MonthStatus.NOT_INSURED])
    if len(cells.starts):
        places = cells.branch[cells.starts], cells.year[cells.starts] - since
        known[places] = np.minimum.reduceat(cells.status, cells.starts)
    begun = np.logical_or.accumulate((known != CODE[MonthStatus.NOT_INSURED]).any(axis=2), axis=1)
    branch, at = begun.nonzero()
    told = (at[:, None] + since) * 12 + _MONTHS <= _count(last)
    return Lines(branch, at + since, known[branch, at], told, since, known)


@dataclass(frozen=True, slots=True)
class Totals:
    """What each kind comes to by branch (its number) and year from `since` on, all months told.

    The first axis goes by the place of the kind in `kinds`.
    """

    since: int
    kinds: tuple[EntryKind, ...]
    standing: Array  # how often something stands
    legs: Array  # five to each
    moved: Flags  # in some month something came into an account or went out of it

    def of(self, kind: EntryKind) -> tuple[Array, Array]:
        """Return how often something of a kind that occurs stands, and its legs, by branch and year."""
        at = self.kinds.index(kind)
        return self.standing[at], self.legs[at]


def totals_of(cells: Cells, lines: Lines) -> Totals:
    """Return what each kind comes to in each branch's year."""
    shape = len(cells.kinds), BRANCHES, lines.known.shape[1]
    years = cells.branch * shape[2] + cells.year - lines.since
    places = cells.slots * (shape[1] * shape[2]) + years[cells.rows]
    standing, legs = by_year(cells.facts, places, shape[0] * shape[1] * shape[2])
    moved = np.zeros((shape[0], shape[1] * shape[2]), bool)
    kind, row = cells.moved.nonzero()
    moved[kind, years[row]] = True
    return Totals(
        lines.since, cells.kinds, standing.reshape(shape), legs.reshape(*shape, -1), moved.reshape(shape)
    )
