"""What is known of every month of a life at once: `filings.months`, the same rules over arrays."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.months import silence
from provident.filings.records import Enrolment
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import EntryKind, MonthStatus
from provident.ledger.facts import Grids, grids
from provident.ledger.records import NO_EMPLOYER, RecordYear
from provident.statements.records import PRESSING

Array = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CODE = {status: code for code, status in enumerate(PRESSING)}  # the smallest speaks for the month
_BASE, _EMPLOYEE, _EMPLOYER = 0, 1, 2
_Row = tuple[int, int, EmployerKey]
_Enrolled = tuple[_Row, int, int, int]  # row, region, first and last month of an enrolled year


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cells are made from; `today` in the agency's legal zone, months up to `last`."""

    years: Sequence[RecordYear]
    enrolments: Sequence[Enrolment]
    today: dt.date
    last: Month


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for each branch, year and employer, in this order, twelve columns.

    `status` is a place in PRESSING. Each branch has every year from its first to the last told: years of
    nobody have a row of no employer. `starts` are the rows with which a branch's year begins.
    """

    branch: Array
    year: Array
    employer: tuple[EmployerKey, ...]
    starts: Array
    status: Array
    stands: Grids  # up to the last month told


def cells_of(asked: Asked) -> Cells:
    """Return what is known of each month: by branch, year and employer."""
    stated, enrolled = [one[:3] for one in asked.years], list(_enrolled(asked))
    rows = _rows({*stated, *[row for row, *_ in enrolled]}, asked.last)
    at = {row: place for place, row in enumerate(rows)}
    stands = grids(asked.years, [at[row] for row in stated], len(rows))
    branch, year, employer = zip(*rows, strict=True) if rows else ((), (), ())
    branches, years = np.array(branch, "i8"), np.array(year, "i8")
    _cut(stands, years, asked.last)
    status = _status(stands)
    _fill_silence(status, at, enrolled, asked.today)
    starts = np.flatnonzero(np.diff(branches * 10_000 + years, prepend=-1))
    return Cells(branches, years, employer, starts, status, stands)


def _enrolled(asked: Asked) -> Iterator[_Enrolled]:
    for spell in asked.enrolments:
        last = asked.last if spell.until is None else min(spell.until, asked.last)
        for year in range(spell.since.year, last.year + 1):
            first = spell.since.month if year == spell.since.year else 1
            until = last.month if year == last.year else 12
            if first <= until:
                for branch in spell.branches:
                    yield (branch, year, spell.employer), spell.region, first, until


def _rows(known: set[_Row], last: Month) -> list[_Row]:
    """Return all rows in their order, those of nobody's years too."""
    places = {row[:2] for row in known}
    firsts: dict[int, int] = {}
    for branch, year in places:
        firsts[branch] = min(year, firsts.get(branch, year))
    told = ((branch, year) for branch, first in firsts.items() for year in range(first, last.year + 1))
    return sorted([*known, *[(*place, NO_EMPLOYER) for place in told if place not in places]])


def _cut(stands: Grids, year: Array, last: Month) -> None:
    """Take out what stands after the last month told."""
    late = np.flatnonzero(year >= last.year)
    told = year[late, None] * 12 + np.arange(-1, 12) < last.year * 12 + last.month
    stands.standing[:, late] *= told
    stands.legs[:, late] *= told[..., None]


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


def _fill_silence(status: Array, at: dict[_Row, int], enrolled: Sequence[_Enrolled], today: dt.date) -> None:
    """Say of enrolled months without entries whether they are late."""
    unknown = status == CODE[MonthStatus.NOT_INSURED]
    silent = unknown.any(axis=1).tolist()  # few rows are, and asking the array row by row takes long
    for row, region, first, until in enrolled:
        place = at[row]
        if silent[place]:
            for month in np.flatnonzero(unknown[place, first - 1 : until]).tolist():
                status[place, first - 1 + month] = CODE[silence(region, Month(row[1], first + month), today)]


@dataclass(frozen=True, slots=True)
class Lines:
    """The months of each branch and year, all employers together: `status` has twelve columns, or fewer told.

    `place` says for each line which of the starts of the cells it is.
    """

    branch: list[int]
    year: list[int]
    status: Array
    told: Flags
    place: Array


def lines_of(cells: Cells, last: Month) -> Lines:
    """Return one line for each branch and year from its first known month's year to the last."""
    if not len(cells.starts):
        return Lines([], [], np.zeros((0, 12), "i8"), np.zeros((0, 12), bool), cells.starts)
    status = np.minimum.reduceat(cells.status, cells.starts)
    known = (status != CODE[MonthStatus.NOT_INSURED]).any(axis=1).tolist()
    branches, years = cells.branch[cells.starts].tolist(), cells.year[cells.starts].tolist()
    begun: set[int] = set()
    place = []
    for at, (branch, year) in enumerate(zip(branches, years, strict=True)):
        if known[at]:
            begun.add(branch)
        if branch in begun and year <= last.year:
            place.append(at)
    told = cells.year[cells.starts[place], None] * 12 + np.arange(12) < last.year * 12 + last.month
    return Lines(
        [branches[at] for at in place],
        [years[at] for at in place],
        status[place],
        told,
        np.array(place, "i8"),
    )
