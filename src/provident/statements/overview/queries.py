"""Reads: one person's overview, put together from sums."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np

from provident import law
from provident.filings import queries as filings
from provident.filings.records import Enrolment
from provident.identity import queries as identity
from provident.kernel.clock import legal_day
from provident.kernel.keys import EmployerKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus
from provident.ledger import queries as ledger
from provident.ledger.records import Entry, Installation
from provident.statements.overview.months import CODE, Array, Asked, Cells, Lines, cells_of, lines_of
from provident.statements.overview.records import AccountSum, BenefitSum, Overview, Sums, YearSum, amounts
from provident.statements.queries import MOVES, agency_of, person_of, spells_of, standing
from provident.statements.records import (
    INCOMPLETE,
    PRESSING,
    BranchYear,
    Employer,
    Gap,
    MonthLine,
    MonthPart,
    Standing,
    find_gaps,
)

_BRANCHES = {branch.value: branch for branch in Branch}
_ACCOUNT, _FUND = 3, 4
_PAID = CODE[MonthStatus.PAID]
_LACKS = np.array([status in INCOMPLETE for status in PRESSING])
_SUMMED = (EntryKind.DECLARED, EntryKind.PAID)
_year = partial(tuple.__new__, YearSum)  # calling the class takes three times as long


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the person, and what it comes to month by month."""

    agency: Installation
    enrolments: tuple[Enrolment, ...]
    unmonthed: tuple[Entry, ...]
    employers: dict[EmployerKey | None, Employer]
    cells: Cells
    lines: Lines
    totals: dict[EntryKind, Array]  # of each of the starts of the cells, leg by leg
    last: Month


def overview(opened: Opened) -> Overview:
    """Return the opened person's record at a glance: up to the month of the look, as known at the look."""
    agency = ledger.installation()
    today = legal_day(opened.at, agency.zone)
    last = Month.of(today)
    years = ledger.record_years(opened)
    enrolments = filings.enrolments(opened)
    keys = {one.employer for one in years} | {one.employer for one in enrolments}
    resident, held = identity.resident_and_employers(opened, [key for key in keys if key])
    monthed = [one for one in years if one.year]
    cells = cells_of(Asked(monthed, enrolments, today, last))
    read = _Read(
        agency=agency,
        enrolments=enrolments,
        # What names no month is told by the year in which it was posted, which no sum holds.
        unmonthed=ledger.unmonthed(opened) if len(monthed) < len(years) else (),
        employers={key: Employer(one.name, one.uscc) for key, one in held.items()},
        cells=cells,
        lines=lines_of(cells, last),
        totals=_totals(cells),
        last=last,
    )
    missing, gaps = _missing(read)
    accounts = _accounts(read)
    said, came = (_sums(read, kind) for kind in _SUMMED)
    counted = _counted(read.lines)
    benefits = tuple(_benefits(read))
    spoken = {*read.lines.year, *(one.year for one in benefits)}
    branches = [_BRANCHES[branch] for branch in read.lines.branch]
    told = zip(
        branches, read.lines.year, _named(counted), zip(said, came, strict=True), repeat(agency.currency)
    )
    return Overview(
        agency=agency_of(agency),
        person=person_of(opened, agency, resident),
        as_of=last,
        known_on=opened.at,
        pack_version=law.book().pack_version,
        spells=spells_of(enrolments, read.employers, last),
        years=tuple(map(_year, told)),
        standings=tuple(_standings(read, counted, came)),
        accounts=tuple(_account(branch, moved, read) for branch, moved in accounts.items()),
        benefits=benefits,
        gaps=gaps,
        missing_months=missing,
        spoken_years=tuple(sorted(spoken.union(*(one.years for one in accounts.values())), reverse=True)),
    )


def _totals(cells: Cells) -> dict[EntryKind, Array]:
    """Return what each kind comes to in each branch and year, all months told and all employers together."""
    kinds = cells.stands.kinds
    if not kinds:
        return {}
    legs = cells.stands.legs[:, :, 1:].sum(axis=2)
    return dict(zip(kinds, np.add.reduceat(legs, cells.starts, axis=1), strict=True))


def _stands(cells: Cells, months: Array) -> Array:
    """Return in which branches and years there is anything in months that have a row for each cell."""
    found: Array = np.logical_or.reduceat(months[:, 1:].any(axis=1), cells.starts)
    return found


def _counted(lines: Lines) -> list[tuple[int, ...]]:
    """Return how many months of each line have which status, by place in PRESSING."""
    places = np.arange(len(lines.year))[:, None] * len(PRESSING) + lines.status
    counted = np.bincount(places[lines.told], minlength=len(lines.year) * len(PRESSING))
    return [tuple(row) for row in counted.reshape(-1, len(PRESSING)).tolist()]


def _named(counted: list[tuple[int, ...]]) -> list[dict[MonthStatus, int]]:
    """Return the counts by status, those that occur; most years of a life have the same."""
    told = {
        row: {word: count for word, count in zip(PRESSING, row, strict=True) if count} for row in {*counted}
    }
    return [told[row] for row in counted]


def _sums(read: _Read, kind: EntryKind) -> list[Sums]:
    """Return what each line's months come to, of those that are told."""
    if kind not in read.totals:
        return [None] * len(read.lines.year)
    stands = _stands(read.cells, read.cells.stands.of(kind)[0] != 0)[read.lines.place].tolist()
    legs = map(tuple, read.totals[kind][read.lines.place].tolist())
    return [sums if has else None for sums, has in zip(legs, stands, strict=True)]


def _standings(read: _Read, counted: list[tuple[int, ...]], came: list[Sums]) -> Iterator[Standing]:
    lines, currency = read.lines, read.agency.currency
    of_branch: dict[int, list[int]] = defaultdict(list)
    for at, branch in enumerate(lines.branch):
        of_branch[branch].append(at)
    for branch, mine in of_branch.items():
        sums = [one for at in mine if (one := came[at]) is not None]
        settled = [at for at in mine if counted[at][_PAID]]
        if settled or sums:
            total = tuple(map(sum, zip(*sums, strict=True))) if sums else None
            yield Standing(
                _BRANCHES[branch],
                sum(counted[at][_PAID] for at in settled),
                _paid_month(lines, settled[0], 0) if settled else None,
                _paid_month(lines, settled[-1], -1) if settled else None,
                amounts(total, currency),
            )


def _paid_month(lines: Lines, at: int, end: int) -> Month:
    """Return the first or the last paid month of a line."""
    return Month(lines.year[at], int(np.flatnonzero(lines.status[at] == _PAID)[end]) + 1)


def _missing(read: _Read) -> tuple[int, tuple[Gap, ...]]:
    """Return in how many months something is missing, and the gaps: months in a row as one."""
    cells, currency = read.cells, read.agency.currency
    lacking = np.argwhere(_LACKS[cells.status]).tolist()
    parts: dict[tuple[Branch, int, int], list[MonthPart]] = defaultdict(list)
    stated = [cells.stands.of(kind) for kind in _SUMMED] if lacking else []
    # In the order in which the whole record has them: by branch, month and employer.
    for _, year, month, employer, row in sorted(
        (int(cells.branch[row]), int(cells.year[row]), at, cells.employer[row], row) for row, at in lacking
    ):
        said, came = (
            amounts(tuple(legs[row, month + 1].tolist()) if standing[row, month + 1] else None, currency)
            for standing, legs in stated
        )
        parts[_BRANCHES[int(cells.branch[row])], year, month].append(
            MonthPart(
                employer=read.employers.get(employer),
                status=PRESSING[int(cells.status[row, month])],
                declared=said,
                paid=came,
                evidence=Evidence.NONE,  # gaps say nothing of evidence
                checked=Checked.NOT_APPLICABLE,
            )
        )
    lines = tuple(
        BranchYear(branch, year, (MonthLine(Month(year, month + 1), tuple(told)),))
        for (branch, year, month), told in parts.items()
    )
    return len({(year, month) for _, year, month in parts}), find_gaps(lines)


@dataclass(slots=True)
class _Moved:
    """What moved on an account: the sums by year, and the years in which interest was credited."""

    years: dict[int, int]
    credited: set[int]

    def add(self, year: int, kind: EntryKind, amount: int) -> None:
        """Take in what moved."""
        self.years[year] = self.years.get(year, 0) + amount
        if kind is EntryKind.INTEREST_CREDITED:
            self.credited.add(year)


def _accounts(read: _Read) -> dict[Branch, _Moved]:
    """Return what moved on the account of each branch that has one."""
    cells = read.cells
    moved: dict[int, _Moved] = defaultdict(lambda: _Moved({}, set()))
    for kind in MOVES:
        if kind in read.totals:
            at = np.flatnonzero(_stands(cells, cells.stands.of(kind)[1][..., _ACCOUNT] != 0))
            rows = cells.starts[at]
            places = (cells.branch[rows].tolist(), cells.year[rows].tolist())
            for branch, year, amount in zip(*places, read.totals[kind][at, _ACCOUNT].tolist(), strict=True):
                moved[branch].add(year, kind, amount)
    earliest = {branch: min(one.years) for branch, one in moved.items()}
    for entry in standing(read.unmonthed):
        if entry.kind in MOVES and entry.legs.account:
            year = legal_day(entry.posted_at, read.agency.zone).year
            if entry.kind is EntryKind.OPENING_BALANCE:
                year = earliest.get(entry.branch, year)  # a balance taken on stands before everything else
            moved[entry.branch].add(year, entry.kind, entry.legs.account)
    return {branch: moved[branch] for branch in Branch if branch in moved}


def _account(branch: Branch, moved: _Moved, read: _Read) -> AccountSum:
    held, lacking = 0, []
    for year in range(min(moved.years), read.last.year):
        held += moved.years.get(year, 0)
        if held > 0 and year not in moved.credited:
            lacking.append(year)
    return AccountSum(branch, Money(sum(moved.years.values()), read.agency.currency), tuple(lacking))


def _benefits(read: _Read) -> Iterator[BenefitSum]:
    kind = EntryKind.BENEFIT_PAID
    if kind not in read.totals:
        return
    cells, legs = read.cells, read.totals[kind]
    counts = np.add.reduceat(cells.stands.of(kind)[0][:, 1:].sum(axis=1), cells.starts)
    for at in np.flatnonzero(counts).tolist():
        branch, year = (int(one[cells.starts[at]]) for one in (cells.branch, cells.year))
        amount = Money(-int(legs[at, _ACCOUNT] + legs[at, _FUND]), read.agency.currency)
        yield BenefitSum(_BRANCHES[branch], year, int(counts[at]), amount)
