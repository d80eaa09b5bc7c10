"""Reads: one person's overview, put together from sums."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from provident import access, law
from provident.access.records import Asking
from provident.filings import queries as filings
from provident.filings.records import Enrolment
from provident.identity import queries as identity
from provident.kernel.clock import legal_day
from provident.kernel.keys import EmployerKey, PersonKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus
from provident.ledger import queries as ledger
from provident.ledger.records import Entry, Installation
from provident.ledger.wire import Statement
from provident.statements.overview.months import (
    BRANCHES,
    CODE,
    Array,
    Asked,
    Cells,
    Lines,
    cells_of,
    lines_of,
)
from provident.statements.overview.records import AccountSum, BenefitSum, Overview, Stated, Years, amounts
from provident.statements.queries import EMPLOYERS, MOVES, agency_of, person_of, spells_of, standing
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
_SUMMED = (EntryKind.DECLARED, EntryKind.PAID)
_LACKS = np.array([status in INCOMPLETE for status in PRESSING])


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the person, and what it comes to month by month."""

    agency: Installation
    enrolments: tuple[Enrolment, ...]
    unmonthed: tuple[Entry, ...]
    employers: dict[EmployerKey | None, Employer]
    cells: Cells
    lines: Lines
    last: Month

    def by_year(self, cells: Array) -> Array:
        """Return what cells come to by branch (its number) and year, from `lines.since` on."""
        lines, starts = self.lines, self.cells.starts
        years = np.zeros((BRANCHES, lines.known.shape[1], *cells.shape[1:]), cells.dtype)
        if len(starts):
            places = self.cells.branch[starts], self.cells.year[starts] - lines.since
            years[places] = np.add.reduceat(cells, starts)
        return years


def look_at(person: PersonKey, asking: Asking) -> Overview:
    """Open a person's record and return it at a glance; the look is written first, and stays."""
    with access.read_record(person, asking, partial(_questions, fields=asking.fields)) as opened:
        return overview(opened)


def _questions(keys: Sequence[PersonKey], fields: Sequence[str]) -> tuple[Statement, ...]:
    """Return what overview asks, so that all of it travels with the look."""
    return (
        ledger.years_question(keys),
        filings.enrolments_question(keys),
        ledger.unmonthed_question(keys),
        identity.resident_question(keys, fields, EMPLOYERS),
    )


def overview(opened: Opened) -> Overview:
    """Return the opened person's record at a glance: up to the month of the look, as known at the look."""
    agency = ledger.installation()
    today = legal_day(opened.at, agency.zone)
    last = Month.of(today)
    years = ledger.record_years(opened)
    enrolments = filings.enrolments(opened)
    unmonthed = ledger.unmonthed(opened)
    resident, held = identity.resident_and_employers(opened, EMPLOYERS)
    cells = cells_of(Asked(years, enrolments, today, last))
    read = _Read(
        agency=agency,
        enrolments=enrolments,
        # What names no month is told by the year in which it was posted, which no sum holds.
        unmonthed=unmonthed,
        employers={key: Employer(one.name, one.uscc) for key, one in held.items()},
        cells=cells,
        lines=lines_of(cells, last),
        last=last,
    )
    missing, gaps = _missing(read)
    moved = _accounts(read)
    declared, paid = (_stated(read, kind) for kind in _SUMMED)
    benefits = tuple(_benefits(read))
    spoken = {*read.lines.year.tolist(), *(one.year for one in benefits)}
    return Overview(
        agency=agency_of(agency),
        person=person_of(opened, agency, resident),
        as_of=last,
        known_on=opened.at,
        pack_version=law.book().pack_version,
        spells=spells_of(enrolments, read.employers, last),
        years=_years(read, declared, paid),
        standings=tuple(_standings(read, paid)),
        accounts=tuple(_account(branch, one, read) for branch, one in moved.items()),
        benefits=benefits,
        gaps=gaps,
        missing_months=missing,
        spoken_years=tuple(sorted(spoken.union(*(one.years for one in moved.values())), reverse=True)),
    )


def _stated(read: _Read, kind: EntryKind) -> Stated:
    """Return what a kind comes to in each line, all months told and all employers together."""
    standing_, legs = read.cells.stands.of(kind)
    places = read.lines.branch, read.lines.year - read.lines.since
    stands = read.by_year((standing_[:, 1:] != 0).any(axis=1))
    return Stated(stands[places] != 0, read.by_year(legs[:, 1:].sum(axis=1))[places])


def _years(read: _Read, declared: Stated, paid: Stated) -> Years:
    lines = read.lines
    places = np.arange(len(lines.year))[:, None] * len(PRESSING) + lines.status
    counted = np.bincount(places[lines.told], minlength=len(lines.year) * len(PRESSING))
    counts = counted.reshape(-1, len(PRESSING))
    return Years(lines.branch, lines.year, counts, declared, paid, read.agency.currency)


def _standings(read: _Read, paid: Stated) -> Iterator[Standing]:
    since = Month(read.lines.since, 1)
    for branch in Branch:
        settled = np.flatnonzero(read.lines.known[branch] == _PAID)
        mine = paid.stands & (read.lines.branch == branch)
        if settled.size or mine.any():
            yield Standing(
                branch,
                settled.size,
                since.plus(int(settled[0])) if settled.size else None,
                since.plus(int(settled[-1])) if settled.size else None,
                amounts(
                    tuple(paid.legs[mine].sum(axis=0).tolist()) if mine.any() else None, read.agency.currency
                ),
            )


def _missing(read: _Read) -> tuple[int, tuple[Gap, ...]]:
    """Return in how many months something is missing, and the gaps: months in a row as one."""
    cells, currency = read.cells, read.agency.currency
    lacking = np.argwhere(_LACKS[cells.status]).tolist()
    parts: dict[tuple[Branch, int, int], list[MonthPart]] = defaultdict(list)
    stated = [cells.stands.of(kind) for kind in _SUMMED]
    # In the order in which the whole record has them: by branch, month and employer.
    for branch, year, month, row in sorted(
        (int(cells.branch[row]), int(cells.year[row]), at, row) for row, at in lacking
    ):
        said, came = (
            amounts(tuple(legs[row, month + 1].tolist()) if standing[row, month + 1] else None, currency)
            for standing, legs in stated
        )
        parts[_BRANCHES[branch], year, month].append(
            MonthPart(
                employer=read.employers.get(EmployerKey(int(cells.employer[row]))),
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
    stands = read.cells.stands
    moved: dict[int, _Moved] = defaultdict(lambda: _Moved({}, set()))
    for kind in MOVES:
        if kind in stands.kinds:
            account = stands.of(kind)[1][:, 1:, _ACCOUNT]
            sums, touched = read.by_year(account.sum(axis=1)), read.by_year((account != 0).any(axis=1))
            for branch, at in np.argwhere(touched).tolist():
                moved[branch].add(read.lines.since + at, kind, int(sums[branch, at]))
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
    if EntryKind.BENEFIT_PAID not in read.cells.stands.kinds:
        return
    stands, legs = read.cells.stands.of(EntryKind.BENEFIT_PAID)
    counts, sums = read.by_year(stands[:, 1:].sum(axis=1)), read.by_year(legs[:, 1:].sum(axis=1))
    for branch, at in np.argwhere(counts).tolist():
        amount = Money(-int(sums[branch, at, _ACCOUNT] + sums[branch, at, _FUND]), read.agency.currency)
        yield BenefitSum(_BRANCHES[branch], read.lines.since + at, int(counts[branch, at]), amount)
