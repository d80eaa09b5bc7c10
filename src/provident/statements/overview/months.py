"""What is known of every month of a life at once: `filings.months`, the same rules over arrays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.months import silence
from provident.filings.records import Enrolment
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, MonthStatus
from provident.ledger.facts import Grids, facts_of, grids
from provident.ledger.records import RecordYear
from provident.statements.records import PRESSING

Array = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CODE = {status: code for code, status in enumerate(PRESSING)}  # the smallest speaks for the month
BRANCHES = max(Branch) + 1
_BASE, _EMPLOYEE, _EMPLOYER = 0, 1, 2
_MONTHS = np.arange(12)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cells are made from; `today` in the agency's legal zone, months up to `last`."""

    years: Sequence[RecordYear]
    enrolments: Sequence[Enrolment]
    today: dt.date
    last: Month


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for each branch, year and employer of which anything is known, in this order, twelve columns.

    `status` is a place in PRESSING. `starts` are the rows with which a branch's year begins.
    """

    branch: Array
    year: Array
    employer: Array
    starts: Array
    status: Array
    stands: Grids  # up to the last month told


@dataclass(frozen=True, slots=True)
class _Enrolled:
    """Years of enrolment, one for each branch: by which enrolment, from which month to which (0 to 11)."""

    branch: Array
    year: Array
    spell: Array
    first: Array
    until: Array


def cells_of(asked: Asked) -> Cells:
    """Return what is known of each month: by branch, year and employer."""
    years = [one for one in asked.years if 0 < one.year <= asked.last.year]
    facts, enrolled = facts_of(years), _enrolled(asked)
    employers = sorted({one.employer for one in years} | {one.employer for one in asked.enrolments})
    rank = {employer: at for at, employer in enumerate(employers)}
    since = min([one.year for one in years], default=asked.last.year)
    since = min(since, int(enrolled.year.min(initial=since)))
    span, by = asked.last.year - since + 1, max(len(employers), 1)
    # Every place there could be has a number, so that a row is found by counting and not by sorting.
    stated = np.array([(one.year - since) * by + rank[one.employer] for one in years], "i8")[facts.year]
    ranks = np.array([rank[one.employer] for one in asked.enrolments], "i8")[enrolled.spell]
    insured = (enrolled.year - since) * by + ranks
    places = np.concatenate([stated + facts.branch * span * by, insured + enrolled.branch * span * by])
    known = np.zeros(BRANCHES * span * by, bool)
    known[places] = True
    rows = np.flatnonzero(known)
    at = (np.cumsum(known) - 1)[places]
    place, employer = rows // by, rows % by
    branch, year = place // span, place % span + since
    stands = grids(facts, at[: len(stated)], len(rows))
    _cut(stands, year, asked.last)
    status = _status(stands)
    _fill_silence(status, at[len(stated) :], enrolled, asked)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    return Cells(branch, year, np.array(employers, "i8")[employer], starts, status, stands)


def _enrolled(asked: Asked) -> _Enrolled:
    last = _count(asked.last)
    told = [
        (_count(one.since), last if one.until is None else min(_count(one.until), last))
        for one in asked.enrolments
    ]
    since, until = np.array(told, "i8").reshape(-1, 2).T
    years = np.where(since <= until, until // 12 - since // 12 + 1, 0)
    spell = np.repeat(np.arange(len(told)), years)
    year = since[spell] // 12 + np.arange(len(spell)) - np.repeat(np.cumsum(years) - years, years)
    insured = np.zeros((len(told), BRANCHES), bool)
    for number, one in enumerate(asked.enrolments):
        insured[number, list(one.branches)] = True
    at, branch = np.nonzero(insured[spell])
    spell, year = spell[at], year[at]
    first, end = np.maximum(since[spell] - year * 12, 0), np.minimum(until[spell] - year * 12, 11)
    return _Enrolled(branch, year, spell, first, end)


def _count(month: Month) -> int:
    return month.year * 12 + month.month - 1


def _cut(stands: Grids, year: Array, last: Month) -> None:
    """Take out what stands after the last month told."""
    late = np.flatnonzero(year == last.year)
    if late.size and last.month < 12:
        stands.standing[:, late, last.month + 1 :] = 0
        stands.legs[:, late, last.month + 1 :] = 0


def _status(stands: Grids) -> Array:
    """Say what months with entries are, as `filings.months.status_of` says it of one."""
    (has_declared, said), (has_paid, came) = (
        (standing[:, 1:] != 0, legs[:, 1:])
        for standing, legs in map(stands.of, (EntryKind.DECLARED, EntryKind.PAID))
    )
    owed, got = (legs[..., _EMPLOYEE] + legs[..., _EMPLOYER] for legs in (said, came))
    settled = np.where(has_declared, has_paid & (got >= owed) | (owed == 0), has_paid)
    stated = np.where(has_declared, owed, got) != 0
    stated |= np.where(has_declared, said[..., _BASE], came[..., _BASE]) != 0
    code = {status: np.int64(number) for status, number in CODE.items()}
    open_ = np.where(got > 0, code[MonthStatus.PART_PAID], code[MonthStatus.DECLARED])
    return np.where(
        settled,
        np.where(stated, code[MonthStatus.PAID], code[MonthStatus.ZERO]),
        np.where(has_declared, open_, code[MonthStatus.NOT_INSURED]),
    )


def _fill_silence(status: Array, rows: Array, enrolled: _Enrolled, asked: Asked) -> None:
    """Say of enrolled months without entries whether they are late."""
    unknown = status[rows] == CODE[MonthStatus.NOT_INSURED]
    unknown &= (enrolled.first[:, None] <= _MONTHS) & (enrolled.until[:, None] >= _MONTHS)
    for at, month in np.argwhere(unknown).tolist():  # few are, in most lives
        spell = asked.enrolments[enrolled.spell[at]]
        told = silence(spell.region, Month(int(enrolled.year[at]), month + 1), asked.today)
        status[rows[at], month] = CODE[told]


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
    branch, at = np.nonzero(begun)
    told = (at[:, None] + since) * 12 + _MONTHS <= _count(last)
    return Lines(branch, at + since, known[branch, at], told, since, known)
