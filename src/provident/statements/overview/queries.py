"""Reads: one person's overview, put together from sums."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

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
from provident.ledger.facts import Grid, grid
from provident.ledger.records import Entry, Installation, RecordYear
from provident.statements.overview.months import CODE, Asked, Cells, Lines, cells_of, lines_of
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


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the person, and what it comes to month by month."""

    agency: Installation
    years: tuple[RecordYear, ...]
    enrolments: tuple[Enrolment, ...]
    unmonthed: tuple[Entry, ...]
    employers: dict[EmployerKey | None, Employer]
    cells: Cells
    lines: Lines
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
    cells = cells_of(Asked([one for one in years if one.year], enrolments, today, last))
    read = _Read(
        agency=agency,
        years=years,
        enrolments=enrolments,
        # What names no month is told by the year in which it was posted, which no sum holds.
        unmonthed=ledger.unmonthed(opened) if any(not one.year for one in years) else (),
        employers={key: Employer(one.name, one.uscc) for key, one in held.items()},
        cells=cells,
        lines=lines_of(cells, last),
        last=last,
    )
    missing, gaps = _missing(read)
    accounts = _moves(read)
    paid = _sums(read.cells.paid, read)
    benefits = tuple(_benefits(read))
    spoken = {int(year) for year in read.lines.year} | {one.year for one in benefits}
    return Overview(
        agency=agency_of(agency),
        person=person_of(opened, agency, resident),
        as_of=last,
        known_on=opened.at,
        pack_version=law.book().pack_version,
        spells=spells_of(enrolments, read.employers, last),
        years=tuple(_years(read, paid)),
        standings=tuple(_standings(read, paid)),
        accounts=tuple(_account(branch, moved, read) for branch, moved in accounts.items()),
        benefits=benefits,
        gaps=gaps,
        missing_months=missing,
        spoken_years=tuple(sorted(spoken.union(*accounts.values()), reverse=True)),
    )


def _years(read: _Read, paid: list[Sums]) -> Iterator[YearSum]:
    lines, currency = read.lines, read.agency.currency
    sums = (_sums(read.cells.declared, read), paid)
    status = np.where(lines.told, lines.status, len(PRESSING))
    counted = np.stack([(status == code).sum(axis=1) for code in CODE.values()], axis=1)
    told: dict[tuple[int, ...], dict[MonthStatus, int]] = {}  # most years of a life have the same counts
    places = zip(lines.branch.tolist(), lines.year.tolist(), map(tuple, counted.tolist()), *sums, strict=True)
    for branch, year, row, *both in places:
        if row not in told:
            told[row] = {word: count for word, count in zip(CODE, row, strict=True) if count}
        yield YearSum(_BRANCHES[branch], year, told[row], (both[0], both[1]), currency)


def _sums(one: Grid, read: _Read) -> list[Sums]:
    """Return what each line's months come to, of those that are told."""
    lines, cells = read.lines, read.cells
    rows = lines.group >= 0
    counted = (one.standing[:, 1:] != 0) & (cells.status != CODE[MonthStatus.NOT_INSURED])
    legs = np.zeros((len(lines.year), 5), "i8")
    stands = np.zeros(len(lines.year), bool)
    np.add.at(legs, lines.group[rows], (one.legs[:, 1:] * counted[..., None]).sum(axis=1)[rows])
    np.logical_or.at(stands, lines.group[rows], counted.any(axis=1)[rows])
    return [tuple(sums) if has else None for sums, has in zip(legs.tolist(), stands.tolist(), strict=True)]


def _standings(read: _Read, paid: list[Sums]) -> Iterator[Standing]:
    lines, currency = read.lines, read.agency.currency
    settled = lines.told & (lines.status == CODE[MonthStatus.PAID])
    for branch in Branch:
        mine = np.flatnonzero(lines.branch == branch)
        sums = [one for at in mine if (one := paid[at]) is not None]
        places = np.argwhere(settled[mine])
        if len(places) or sums:
            ends = places[:1].tolist() + places[-1:].tolist()
            first, last = [Month(int(lines.year[mine[row]]), at + 1) for row, at in ends] or (None, None)
            total = tuple(map(sum, zip(*sums, strict=True))) if sums else None
            yield Standing(branch, len(places), first, last, amounts(total, currency))


def _missing(read: _Read) -> tuple[int, tuple[Gap, ...]]:
    """Return in how many months something is missing, and the gaps: months in a row as one."""
    cells, currency = read.cells, read.agency.currency
    lacking = np.argwhere(np.isin(cells.status, [CODE[status] for status in INCOMPLETE])).tolist()
    parts: dict[tuple[Branch, int, int], list[MonthPart]] = defaultdict(list)
    # In the order in which the whole record has them: by branch, month and employer.
    for _, year, month, employer, row in sorted(
        (int(cells.branch[row]), int(cells.year[row]), at, cells.employer[row], row) for row, at in lacking
    ):
        said, came = (
            amounts(
                tuple(one.legs[row, month + 1].tolist()) if one.standing[row, month + 1] else None, currency
            )
            for one in (cells.declared, cells.paid)
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


@dataclass(frozen=True, slots=True)
class _Moved:
    """What moved on an account in a year, and how much of it is interest; None if none was credited."""

    amount: int
    interest: int | None


def _moves(read: _Read) -> dict[Branch, dict[int, _Moved]]:
    """Return what moved on the account of each branch that has one, by year."""
    moved: dict[int, dict[int, dict[EntryKind, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    for kind in _kinds(read.cells):
        if kind in MOVES:
            sums = _upto(read, kind).legs[:, 1:, _ACCOUNT].sum(axis=1)
            rows = np.flatnonzero(sums)
            places = (read.cells.branch[rows].tolist(), read.cells.year[rows].tolist(), sums[rows].tolist())
            for branch, year, amount in zip(*places, strict=True):
                moved[branch][year][kind] += amount
    earliest = {branch: min(years) for branch, years in moved.items()}
    for entry in standing(read.unmonthed):
        if entry.kind in MOVES and entry.legs.account:
            year = legal_day(entry.posted_at, read.agency.zone).year
            if entry.kind is EntryKind.OPENING_BALANCE:
                year = earliest.get(entry.branch, year)  # a balance taken on stands before everything else
            moved[entry.branch][year][entry.kind] += entry.legs.account
    return {
        branch: {
            year: _Moved(sum(kinds.values()), kinds.get(EntryKind.INTEREST_CREDITED))
            for year, kinds in moved[branch].items()
        }
        for branch in Branch
        if branch in moved
    }


def _kinds(cells: Cells) -> list[EntryKind]:
    return [EntryKind(kind) for kind in np.unique(cells.facts.kind).tolist()]


def _upto(read: _Read, kind: EntryKind) -> Grid:
    """Return what stands of a kind up to the last month told."""
    found = grid(read.cells.facts, kind, len(read.cells.year))
    later = read.cells.year[:, None] * 12 + np.arange(-1, 12) > read.last.year * 12 + read.last.month - 1
    found.standing[later] = 0
    found.legs[later] = 0
    return found


def _account(branch: Branch, moved: dict[int, _Moved], read: _Read) -> AccountSum:
    held, lacking = 0, []
    for year in range(min(moved), read.last.year):
        held += moved[year].amount if year in moved else 0
        if held > 0 and (year not in moved or moved[year].interest is None):
            lacking.append(year)
    balance = sum(one.amount for one in moved.values())
    return AccountSum(branch, Money(balance, read.agency.currency), tuple(lacking))


def _benefits(read: _Read) -> Iterator[BenefitSum]:
    if EntryKind.BENEFIT_PAID not in _kinds(read.cells):
        return
    cells, paid_out = read.cells, _upto(read, EntryKind.BENEFIT_PAID)
    counts, legs = paid_out.standing[:, 1:].sum(axis=1), paid_out.legs[:, 1:].sum(axis=1)
    sums: dict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in np.flatnonzero(counts).tolist():
        count, minor = sums[place := (int(cells.branch[row]), int(cells.year[row]))]
        out = -int(legs[row, _ACCOUNT] + legs[row, _FUND])
        sums[place] = count + int(counts[row]), minor + out
    for (branch, year), (count, minor) in sorted(sums.items()):
        yield BenefitSum(_BRANCHES[branch], year, count, Money(minor, read.agency.currency))
