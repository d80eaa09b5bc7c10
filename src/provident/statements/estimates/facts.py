"""The facts a record gives to a pension: months paid one by one, their bases, the account, the birth date."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from provident.filings import queries as filings
from provident.filings.records import Enrolment, MonthFacts
from provident.identity import queries as identity
from provident.identity.numbers import Sex
from provident.identity.records import EmployerName
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, EntryKind, MonthStatus, Scheme
from provident.law.engine.trace import Given
from provident.ledger import queries as ledger
from provident.ledger.records import Entry
from provident.statements.estimates.records import EntryName, Facts, LeftOut

FIELDS = ("name", "numbers", "archive", "enrolments", "contributions", "account")
_EPOCH = dt.date(1970, 1, 1)
_SPACE = "cn.pension."
_OF_EMPLOYEES = {Scheme.EMPLOYEES, Scheme.FLEXIBLE}
_CONTRIBUTED = {EntryKind.DECLARED, EntryKind.PAID}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of the record for the pension, up to its last month."""

    facts: tuple[MonthFacts, ...]
    entries: tuple[Entry, ...]  # those that stand
    enrolments: tuple[Enrolment, ...]
    last: Month
    employers: Mapping[EmployerKey, EmployerName]
    born: dt.date | None
    sex: Sex | None


def read(opened: Opened, *, as_of: Month, known_on: dt.datetime | None) -> Read:
    """Read what the record holds of the pension."""
    facts, enrolments = filings.months_and_enrolments(opened, as_of=as_of, known_on=known_on)
    mine = tuple(one for one in facts if one.branch is Branch.PENSION)
    entries = tuple(_standing(ledger.entries(opened, known_on=known_on), as_of))
    resident, employers = identity.resident_and_employers(opened, filings.EMPLOYERS)
    return Read(mine, entries, enrolments, as_of, employers, resident.born, resident.sex)


def pension_facts(read: Read) -> Facts:
    """Return what the record gives: only what is in it, month by month."""
    given: dict[str, Given] = {}
    if read.born is not None:
        given[f"{_SPACE}birth_date"] = Given((read.born - _EPOCH).days, "ledger")
    region = region_of(read)
    if region:
        given[f"{_SPACE}region"] = Given(region, "ledger")
    credited = [one for one in read.entries if one.kind is not EntryKind.DECLARED and one.legs.account]
    if credited:
        balance = sum(one.legs.account for one in credited)
        given[f"{_SPACE}account_balance"] = Given(balance, "ledger", _ids(credited))
    paid = paid_months(read)
    series = {
        f"{_SPACE}months_paid": _by_year(paid, read, lambda _base: 1),
        f"{_SPACE}base_paid": _by_year(paid, read, lambda base: base),
    }
    named = {str(one.id): EntryName(one.branch, one.kind, one.month) for one in read.entries}
    return Facts(given, series if paid else {}, _left_out(read, paid), named)


def _standing(entries: Iterable[Entry], last: Month) -> Iterable[Entry]:
    """Leave out other branches and schemes, later months, what was reversed and its reversals."""
    read = tuple(entries)
    reversed_ids = {entry.reverses for entry in read if entry.reverses}
    return (
        one for one in read
        if one.branch is Branch.PENSION and one.scheme in _OF_EMPLOYEES
        and one.reverses is None and one.id not in reversed_ids
        and (one.month is None or one.month <= last)
    )  # fmt: skip


def region_of(read: Read) -> int:
    """Return the place of the latest enrolment, else of the latest entry; 0 if there is neither."""
    spells = [one for one in read.enrolments if Branch.PENSION in one.branches and one.since <= read.last]
    if spells:
        return max(spells, key=lambda one: (one.until is None, one.since)).region
    return max(read.entries, key=lambda one: one.posted_at).region if read.entries else 0


def paid_months(read: Read) -> dict[Month, int]:
    """Return the base of every month of which a part is fully paid."""
    schemes: dict[Month, bool] = defaultdict(bool)
    for entry in read.entries:
        if entry.month is not None and entry.kind in _CONTRIBUTED:
            schemes[entry.month] = True
    found: dict[Month, int] = defaultdict(int)
    for fact in read.facts:
        stated = fact.declared or fact.paid
        if fact.status is MonthStatus.PAID and stated is not None and schemes[fact.month]:
            found[fact.month] += stated.base
    return dict(found)


def _by_year(paid: dict[Month, int], read: Read, of: Callable[[int], int]) -> dict[int, Given]:
    """Add the months of each year up; each year names the entries its months rest on."""
    years: dict[int, int] = defaultdict(int)
    for month, base in paid.items():
        years[month.year] += of(base)
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in read.entries:
        if entry.kind in _CONTRIBUTED and entry.month in paid:
            entries[entry.month.year].append(entry)
    return {year: Given(years[year], "ledger", _ids(entries[year])) for year in sorted(years)}


def _left_out(read: Read, paid: dict[Month, int]) -> LeftOut:
    def months(status: MonthStatus) -> tuple[Month, ...]:
        return tuple(sorted({f.month for f in read.facts if f.status is status and f.month not in paid}))

    return LeftOut(
        not_reported=months(MonthStatus.NOT_REPORTED),
        not_paid=months(MonthStatus.DECLARED),
        part_paid=months(MonthStatus.PART_PAID),
        interest_missing=interest_missing(read),
        without_months=sum(
            one.month is None and one.kind is EntryKind.OPENING_BALANCE for one in read.entries
        ),
    )


def interest_missing(read: Read) -> tuple[int, ...]:
    """Return the closed years since money came to the account whose interest is not in it."""
    credited = {_year_of(one) for one in read.entries if one.kind is EntryKind.INTEREST_CREDITED}
    held = [_year_of(one) for one in read.entries if one.kind is not EntryKind.DECLARED and one.legs.account]
    first = min(held, default=read.last.year)
    return tuple(year for year in range(first, read.last.year) if year not in credited)


def _year_of(entry: Entry) -> int:
    return entry.month.year if entry.month else entry.posted_at.year


def _ids(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(str(one.id) for one in entries)
