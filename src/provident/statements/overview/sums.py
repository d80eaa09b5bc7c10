"""What a life comes to: a pure function of what was read of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from provident.filings.records import Enrolment
from provident.identity.records import EmployerName
from provident.kernel.clock import legal_day
from provident.kernel.keys import EmployerKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus
from provident.ledger.records import Entry, RecordYear
from provident.statements.overview.months import (
    ACCOUNT,
    BRANCHES,
    CODE,
    FUND,
    STATED,
    Array,
    Asked,
    Cells,
    Flags,
    Lines,
    Totals,
    cells_of,
    lines_of,
    totals_of,
)
from provident.statements.overview.records import AccountSum, BenefitSum, Stated, Years, amounts
from provident.statements.queries import MOVES, spells_of, standing
from provident.statements.records import (
    INCOMPLETE,
    PRESSING,
    BranchYear,
    Employer,
    Gap,
    MonthLine,
    MonthPart,
    Spell,
    Standing,
    find_gaps,
)

_BRANCHES = {branch.value: branch for branch in Branch}
_PAID = CODE[MonthStatus.PAID]
_LACKS = np.array([status in INCOMPLETE for status in PRESSING])


KEPT = 128  # lives a process keeps what they came to


@dataclass(frozen=True, slots=True)
class Given:
    """All that a life's sums follow from: what was read, the day in the legal zone, the law's version."""

    years: tuple[RecordYear, ...]
    enrolments: tuple[Enrolment, ...]
    unmonthed: tuple[Entry, ...]  # told by the year in which they were posted, which no sum holds
    employers: tuple[tuple[EmployerKey, EmployerName], ...]
    today: dt.date
    zone: ZoneInfo
    currency: str
    pack_version: str

    def __hash__(self) -> int:
        # Whether two are the same is a comparison of everything; to find who may be, the latest year will do.
        return hash((self.today, self.years[-1:]))


@dataclass(frozen=True, slots=True)
class Sums:
    """What they come to; no name and no number of the person is in it. See Overview for each."""

    spells: tuple[Spell, ...]
    years: Years
    standings: tuple[Standing, ...]
    accounts: tuple[AccountSum, ...]
    benefits: tuple[BenefitSum, ...]
    gaps: tuple[Gap, ...]
    missing_months: int
    spoken_years: tuple[int, ...]


@lru_cache(KEPT)
def sums_of(given: Given) -> Sums:
    """Return what a life comes to. People go from page to page: the same rows are worked out once."""
    last = Month.of(given.today)
    cells = cells_of(Asked(given.years, given.enrolments, given.today, last))
    employers: dict[EmployerKey | None, Employer] = {
        key: Employer(one.name, one.uscc) for key, one in given.employers
    }
    lines = lines_of(cells, last)
    read = _Read(given, employers, cells, lines, totals_of(cells, lines), last)
    missing, gaps = _missing(read)
    moves = _moves(read)
    benefits = tuple(_benefits(read))
    spoken = {*read.lines.year.tolist(), *(one.year for one in benefits)}
    spoken.update((np.flatnonzero(moves.moved.any(axis=0)) + moves.since).tolist())
    return Sums(
        spells=spells_of(given.enrolments, employers, last),
        years=_years(read),
        standings=tuple(_standings(read)),
        accounts=tuple(_accounts(read, moves)),
        benefits=benefits,
        gaps=gaps,
        missing_months=missing,
        spoken_years=tuple(sorted(spoken, reverse=True)),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the person, and what it comes to month by month."""

    given: Given
    employers: dict[EmployerKey | None, Employer]
    cells: Cells
    lines: Lines
    totals: Totals
    last: Month


def _years(read: _Read) -> Years:
    lines = read.lines
    at = lines.branch, lines.year - lines.since
    declared, paid = (Stated(standing[at] != 0, legs[at]) for standing, legs in map(read.totals.of, STATED))
    places = np.arange(len(lines.year))[:, None] * len(PRESSING) + lines.status
    counted = np.bincount(places[lines.told], minlength=len(lines.year) * len(PRESSING))
    counts = counted.reshape(-1, len(PRESSING))
    return Years(lines.branch, lines.year, counts, declared, paid, read.given.currency)


def _standings(read: _Read) -> Iterator[Standing]:
    since, settled = Month(read.lines.since, 1), (read.lines.known == _PAID).reshape(BRANCHES, -1)
    standing_, legs = read.totals.of(EntryKind.PAID)
    has = np.logical_or.reduce(standing_ != 0, axis=1).tolist()
    sums = legs.sum(axis=1).tolist()
    counts, firsts = settled.sum(axis=1).tolist(), settled.argmax(axis=1).tolist()
    lasts = (settled.shape[1] - 1 - settled[:, ::-1].argmax(axis=1)).tolist()
    for branch in Branch:
        count = counts[branch]
        if count or has[branch]:
            yield Standing(
                branch,
                count,
                since.plus(firsts[branch]) if count else None,
                since.plus(lasts[branch]) if count else None,
                amounts(tuple(sums[branch]) if has[branch] else None, read.given.currency),
            )


def _missing(read: _Read) -> tuple[int, tuple[Gap, ...]]:
    """Return in how many months something is missing, and the gaps: months in a row as one."""
    cells, currency = read.cells, read.given.currency
    lacking = np.argwhere(_LACKS[cells.status]).tolist()
    if not lacking:
        return 0, ()
    parts: dict[tuple[Branch, int, int], list[MonthPart]] = defaultdict(list)
    rows = {row: number for number, row in enumerate(sorted({row for row, _ in lacking}))}
    standing_, legs = cells.stated([*rows])
    # In the order in which the whole record has them: by branch, month and employer.
    for branch, year, month, row in sorted(
        (int(cells.branch[row]), int(cells.year[row]), at, row) for row, at in lacking
    ):
        said, came = (
            amounts(
                tuple(legs[kind, rows[row], month].tolist()) if standing_[kind, rows[row], month] else None,
                currency,
            )
            for kind in range(len(STATED))
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


@dataclass(frozen=True, slots=True)
class _Moves:
    """What moved on accounts, by branch (its number) and year from `since` on."""

    since: int
    sums: Array
    moved: Flags
    credited: Flags  # interest was


def _moves(read: _Read) -> _Moves:
    totals = read.totals
    late = [one for one in standing(read.given.unmonthed) if one.kind in MOVES and one.legs.account]
    years = [legal_day(one.posted_at, read.given.zone).year for one in late]
    more = max(totals.since - min(years, default=totals.since), 0)
    shape = BRANCHES, totals.moved.shape[2] + more
    moves = _Moves(totals.since - more, np.zeros(shape, "i8"), np.zeros(shape, bool), np.zeros(shape, bool))
    for kind, legs, moved in zip(totals.kinds, totals.legs, totals.moved, strict=True):
        if kind in MOVES:
            moves.sums[:, more:] += legs[..., ACCOUNT]
            moves.moved[:, more:] |= moved
        if kind is EntryKind.INTEREST_CREDITED:
            moves.credited[:, more:] |= moved
    has = np.logical_or.reduce(moves.moved, axis=1).tolist()
    first = moves.moved.argmax(axis=1)
    for entry, year in zip(late, years, strict=True):
        at = year - moves.since
        if entry.kind is EntryKind.OPENING_BALANCE and has[entry.branch]:
            at = int(first[entry.branch])  # a balance taken on stands before everything else
        moves.sums[entry.branch, at] += entry.legs.account
        moves.moved[entry.branch, at] = True
        moves.credited[entry.branch, at] |= entry.kind is EntryKind.INTEREST_CREDITED
    return moves


def _accounts(read: _Read, moves: _Moves) -> Iterator[AccountSum]:
    """Yield the accounts that were moved: what each holds, and the closed years that lack interest."""
    held = moves.sums.cumsum(axis=1)
    lacking = (held > 0) & ~moves.credited
    lacking[:, read.last.year - moves.since :] = False
    balances = held[:, -1].tolist()
    moved = np.logical_or.reduce(moves.moved, axis=1).tolist()
    for branch in Branch:
        if moved[branch]:
            years = (np.flatnonzero(lacking[branch]) + moves.since).tolist()
            yield AccountSum(branch, Money(balances[branch], read.given.currency), tuple(years))


def _benefits(read: _Read) -> Iterator[BenefitSum]:
    if EntryKind.BENEFIT_PAID not in read.totals.kinds:
        return
    counts, legs = read.totals.of(EntryKind.BENEFIT_PAID)
    for branch, at in np.argwhere(counts).tolist():
        amount = Money(-int(legs[branch, at, ACCOUNT] + legs[branch, at, FUND]), read.given.currency)
        yield BenefitSum(_BRANCHES[branch], read.totals.since + at, int(counts[branch, at]), amount)
