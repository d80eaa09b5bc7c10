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
from provident.kernel.words import Branch, EntryKind, MonthStatus
from provident.ledger.facts import Facts, Grid, facts_of, grid
from provident.ledger.records import RecordYear
from provident.statements.records import PRESSING

Array = npt.NDArray[np.int64]

CODE = {status: code for code, status in enumerate(PRESSING)}  # the smallest speaks for the month
_BASE, _EMPLOYEE, _EMPLOYER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for each branch, year and employer, twelve columns; `status` by place in PRESSING.

    Rows of entries come first, in their order, those of mere enrolment after them.
    """

    branch: Array
    year: Array
    employer: tuple[EmployerKey, ...]
    status: Array
    declared: Grid
    paid: Grid
    facts: Facts


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cells are made from; `today` in the agency's legal zone, months up to `last`."""

    years: Sequence[RecordYear]
    enrolments: Sequence[Enrolment]
    today: dt.date
    last: Month


def cells_of(asked: Asked) -> Cells:
    """Return what is known of each month: by branch, year and employer."""
    rows = {(int(one.branch), one.year, one.employer): at for at, one in enumerate(asked.years)}
    enrolled = [
        (rows.setdefault(row, len(rows)), region, first, until)
        for row, region, first, until in _enrolled(asked)
    ]
    facts = facts_of(asked.years)
    declared, paid = (grid(facts, kind, len(rows)) for kind in (EntryKind.DECLARED, EntryKind.PAID))
    branch, year, employer = zip(*rows, strict=True) if rows else ((), (), ())
    status = _status(declared, paid)
    told = np.array(year, "i8")
    _fill_silence(status, enrolled, told, asked.today)
    later = told[:, None] * 12 + np.arange(12) > asked.last.year * 12 + asked.last.month - 1
    status[later | (told == 0)[:, None]] = CODE[MonthStatus.NOT_INSURED]
    keys = tuple(EmployerKey(key) for key in employer)
    return Cells(np.array(branch, "i8"), told, keys, status, declared, paid, facts)


def _enrolled(asked: Asked) -> Iterator[tuple[tuple[int, int, EmployerKey], int, int, int]]:
    """Yield row, region, first and last month of every enrolled year."""
    for spell in asked.enrolments:
        last = asked.last if spell.until is None else min(spell.until, asked.last)
        for year in range(spell.since.year, last.year + 1):
            first = spell.since.month if year == spell.since.year else 1
            until = last.month if year == last.year else 12
            if first <= until:
                for branch in spell.branches:
                    yield (int(branch), year, spell.employer), spell.region, first, until


def _status(declared: Grid, paid: Grid) -> Array:
    """Say what months with entries are, as `filings.months.status_of` says it of one."""
    has_declared, has_paid = declared.standing[:, 1:] != 0, paid.standing[:, 1:] != 0
    said, came = declared.legs[:, 1:], paid.legs[:, 1:]
    owed, got = (legs[..., _EMPLOYEE] + legs[..., _EMPLOYER] for legs in (said, came))
    settled = np.where(has_declared, has_paid & (got >= owed), has_paid)
    nothing = np.where(
        has_declared, (said[..., _BASE] == 0) & (owed == 0), (came[..., _BASE] == 0) & (got == 0)
    )
    free = has_declared & (owed == 0)
    code = {status.value: np.int64(number) for status, number in CODE.items()}
    return np.select(
        [
            settled,
            free,
            has_declared & has_paid & (got > 0),
            has_declared,
        ],
        [
            np.where(nothing, code["zero"], code["paid"]),
            np.where(said[..., _BASE] == 0, code["zero"], code["paid"]),
            code["part_paid"],
            code["declared"],
        ],
        code["not_insured"],
    )


def _fill_silence(
    status: Array, enrolled: Sequence[tuple[int, int, int, int]], year: Array, today: dt.date
) -> None:
    """Say of enrolled months without entries whether they are late."""
    unknown = status == CODE[MonthStatus.NOT_INSURED]
    silent = unknown.any(axis=1).tolist()  # few rows are, and asking the array row by row takes long
    for row, region, first, until in enrolled:
        if not silent[row]:
            continue
        for at in np.flatnonzero(unknown[row, first - 1 : until]).tolist():
            month = Month(int(year[row]), first + at)
            status[row, first - 1 + at] = CODE[silence(region, month, today)]


@dataclass(frozen=True, slots=True)
class Lines:
    """The months of each branch and year, all employers together: `status` has twelve columns, or fewer told.

    `group` says for each row of the cells which line it is part of, -1 for none.
    """

    branch: Array
    year: Array
    status: Array
    told: npt.NDArray[np.bool_]
    group: Array


def lines_of(cells: Cells, last: Month) -> Lines:
    """Return one line for each branch and year from its first known month's year to the last."""
    known = (cells.status != CODE[MonthStatus.NOT_INSURED]).any(axis=1)
    branches: list[int] = []
    years: list[int] = []
    group = np.full(len(cells.year), -1, "i8")
    for branch in Branch:
        mine = cells.branch == branch
        if not (known & mine).any():
            continue
        first = int(cells.year[known & mine].min())
        inside = mine & (cells.year >= first) & (cells.year <= last.year)
        group[inside] = len(years) + cells.year[inside] - first
        years += range(first, last.year + 1)
        branches += [int(branch)] * (last.year + 1 - first)
    status = np.full((len(years), 12), CODE[MonthStatus.NOT_INSURED], "i8")
    np.minimum.at(status, group[group >= 0], cells.status[group >= 0])
    year = np.array(years, "i8")
    told = year[:, None] * 12 + np.arange(12) <= last.year * 12 + last.month - 1
    return Lines(np.array(branches, "i8"), year, status, told, group)
