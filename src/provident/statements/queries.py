"""Reads: one person's record put together from the rooms below, and whom the yearly run is over."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from provident import access, law
from provident.filings import queries as filings
from provident.filings.records import Enrolment, Legs, MonthFacts
from provident.identity import queries as identity
from provident.identity.records import Resident
from provident.kernel.clock import legal_day
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, EntryKind, Evidence, MonthStatus
from provident.ledger import queries as ledger
from provident.ledger.records import Entry, Installation
from provident.statements.records import (
    Account,
    Agency,
    Amounts,
    Benefit,
    BranchYear,
    Employer,
    InterestYear,
    MonthLine,
    MonthPart,
    Movement,
    Person,
    PersonRecord,
    Spell,
    Standing,
    find_gaps,
)
from provident.statements.references import reference_of

MOVES = (
    EntryKind.OPENING_BALANCE,
    EntryKind.TRANSFER_IN,
    EntryKind.PAID,
    EntryKind.ADJUSTMENT,
    EntryKind.BENEFIT_PAID,
    EntryKind.INTEREST_CREDITED,
    EntryKind.TRANSFER_OUT,
)


def record(
    opened: Opened, *, as_of: Month | None = None, known_on: dt.datetime | None = None
) -> PersonRecord:
    """Return the opened person's record: months up to `as_of`, as known on a moment.

    By default as known at the look, up to the month it was then at the place of the agency.
    """
    agency = ledger.installation()
    known = known_on or opened.at
    last = as_of or Month.of(legal_day(known, agency.zone))
    facts, enrolments = filings.months_and_enrolments(opened, as_of=last, known_on=known_on)
    entries = tuple(standing(ledger.entries(opened, known_on=known_on)))
    resident, named = identity.resident_and_employers(opened, filings.EMPLOYERS)
    employers: dict[EmployerKey | None, Employer] = {
        key: Employer(one.name, one.uscc) for key, one in named.items()
    }
    years = tuple(_years(facts, employers, last, agency.currency))
    return PersonRecord(
        agency=agency_of(agency),
        person=person_of(opened, agency, resident),
        as_of=last,
        known_on=known,
        pack_version=law.book().pack_version,
        spells=spells_of(enrolments, employers, last),
        years=years,
        standings=tuple(_standings(years)),
        accounts=tuple(_accounts(entries, agency, last)),
        benefits=tuple(_benefits(entries, agency.currency, last)),
        gaps=find_gaps(years),
    )


def branch_year(opened: Opened, branch: Branch, year: int) -> tuple[MonthLine, ...]:
    """Return the months of one branch in one year, up to the month of the look; none if it has none."""
    agency = ledger.installation()
    last = Month.of(legal_day(opened.at, agency.zone))
    facts = [one for one in filings.months(opened, as_of=last) if one.branch is branch]
    known = [one for one in facts if one.status is not MonthStatus.NOT_INSURED]
    if not min((one.month.year for one in known), default=year + 1) <= year <= last.year:
        return ()
    mine = [one for one in known if one.month.year == year]
    employers = _employers({one.employer for one in mine})
    parts: dict[Month, list[MonthPart]] = defaultdict(list)
    for fact in mine:
        parts[fact.month].append(_part(fact, employers, agency.currency))
    months = Month(year, 1).through(min(Month(year, 12), last))
    return tuple(MonthLine(month, tuple(parts.get(month, ()))) for month in months)


def standing(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Leave out what was reversed, and its reversals: together they come to nothing."""
    read = tuple(entries)
    reversed_ids = {entry.reverses for entry in read if entry.reverses}
    return (entry for entry in read if entry.reverses is None and entry.id not in reversed_ids)


def agency_of(agency: Installation) -> Agency:
    """Return the agency as a record names it."""
    region = law.book().known_region(agency.home_region)
    return Agency(
        name_en=agency.agency_en,
        name_zh=agency.agency_zh,
        region=agency.home_region,
        currency=agency.currency,
        zone=agency.zone.key,
        sample=region is not None and region.fictional,
    )


def person_of(opened: Opened, agency: Installation, resident: Resident) -> Person:
    """Return whom the record is about."""
    number = resident.number
    erased = resident.forgotten_at
    return Person(
        name=resident.name or "",
        number=number.masked if number else "",
        number_kind=number.kind.word if number else "",
        reference=reference_of(opened.person),
        forgotten_on=legal_day(erased, agency.zone) if erased else None,
    )


def spells_of(
    enrolments: Sequence[Enrolment], employers: dict[EmployerKey | None, Employer], last: Month
) -> tuple[Spell, ...]:
    """Return the enrolments that had begun by a month, oldest first."""
    return tuple(
        Spell(employers.get(one.employer), one.branches, one.scheme, one.region, one.since, one.until)
        for one in sorted(enrolments, key=lambda one: (one.since, one.employer))
        if one.since <= last
    )


def _employers(keys: set[EmployerKey] | set[EmployerKey | None]) -> dict[EmployerKey | None, Employer]:
    found = identity.employers([key for key in keys if key])
    return {key: Employer(one.name, one.uscc) for key, one in found.items()}


def _years(
    facts: Sequence[MonthFacts], employers: dict[EmployerKey | None, Employer], last: Month, currency: str
) -> Iterator[BranchYear]:
    parts: dict[tuple[Branch, Month], list[MonthPart]] = defaultdict(list)
    for fact in facts:
        if fact.status is not MonthStatus.NOT_INSURED and fact.month <= last:
            parts[fact.branch, fact.month].append(_part(fact, employers, currency))
    for branch in Branch:
        concerned = [month.year for known, month in parts if known is branch]
        for year in range(min(concerned, default=last.year + 1), last.year + 1):
            months = Month(year, 1).through(min(Month(year, 12), last))
            lines = tuple(MonthLine(month, tuple(parts.get((branch, month), ()))) for month in months)
            yield BranchYear(branch, year, lines)


def _part(fact: MonthFacts, employers: dict[EmployerKey | None, Employer], currency: str) -> MonthPart:
    return MonthPart(
        employer=employers.get(fact.employer),
        status=fact.status,
        declared=_amounts(fact.declared, currency),
        paid=_amounts(fact.paid, currency),
        evidence=fact.evidence,
        checked=fact.checked,
        due=fact.due,
    )


def _amounts(legs: Legs | None, currency: str) -> Amounts | None:
    if legs is None:
        return None
    return Amounts(
        *(Money(leg, currency) for leg in (legs.base, legs.employee, legs.employer, legs.account, legs.fund))
    )


def _standings(years: Sequence[BranchYear]) -> Iterator[Standing]:
    for branch in Branch:
        lines = [line for one in years if one.branch is branch for line in one.months]
        paid = [line.month for line in lines if line.status is MonthStatus.PAID]
        sums = [line.paid for line in lines if line.paid is not None]
        if not paid and not sums:
            continue
        total = sum(sums[1:], sums[0]) if sums else None
        yield Standing(branch, len(paid), min(paid, default=None), max(paid, default=None), total)


def _accounts(entries: Sequence[Entry], agency: Installation, last: Month) -> Iterator[Account]:
    for branch in Branch:
        moving = [
            entry
            for entry in entries
            if entry.branch is branch and entry.kind in MOVES and entry.legs.account
            and (entry.month is None or entry.month <= last)
        ]  # fmt: skip
        if not moving:
            continue
        movements = tuple(_movements(moving, agency))
        balance = Money(sum(one.amount.minor for one in movements), agency.currency)
        region = max(moving, key=lambda entry: entry.posted_at).region
        interest = tuple(_interest(branch, movements, region, last))
        yield Account(branch, movements, interest, balance)


def _movements(moving: Sequence[Entry], agency: Installation) -> Iterator[Movement]:
    """Yield an account's movements, a year's contributions as one, in the order of time."""
    first = min((entry.month.year for entry in moving if entry.month), default=None)
    sums: dict[tuple[int, int, Month | None], list[Entry]] = defaultdict(list)
    for entry in moving:
        if entry.month:
            year = entry.month.year
        elif entry.kind is EntryKind.OPENING_BALANCE and first is not None:
            year = first  # a balance taken on stands before everything else
        else:
            year = legal_day(entry.posted_at, agency.zone).year
        month = None if entry.kind is EntryKind.PAID else entry.month
        sums[year, MOVES.index(entry.kind), month].append(entry)
    for (year, kind, month), same in sorted(
        sums.items(), key=lambda one: (one[0][:2], one[0][2] or Month(1900, 1))
    ):
        amount = Money(sum(entry.legs.account for entry in same), agency.currency)
        yield Movement(year, month, MOVES[kind], amount, max(entry.evidence for entry in same))


def _interest(
    branch: Branch, movements: Sequence[Movement], region: int, last: Month
) -> Iterator[InterestYear]:
    """Yield every closed year in which the account held money: what is known of its interest."""
    held = 0
    for year in range(movements[0].year, last.year):
        credited = [
            one.amount for one in movements if one.year == year and one.kind is EntryKind.INTEREST_CREDITED
        ]
        held += sum(one.amount.minor for one in movements if one.year == year)
        if held > 0 or credited:
            # The rate in the law's book is that of pension accounts; of others we know none.
            rate = law.book().interest_rate(region, year) if branch is Branch.PENSION else None
            yield InterestYear(year, rate, sum(credited[1:], credited[0]) if credited else None)


def _benefits(entries: Sequence[Entry], currency: str, last: Month) -> Iterator[Benefit]:
    paid_out = [
        entry for entry in entries
        if entry.kind is EntryKind.BENEFIT_PAID and entry.month is not None and entry.month <= last
    ]  # fmt: skip
    for entry in sorted(paid_out, key=lambda entry: (entry.month or last, entry.branch, entry.row)):
        amount = Money(-(entry.legs.account + entry.legs.fund), currency)
        yield Benefit(entry.branch, entry.month or last, amount, Evidence(entry.evidence))


def everyone(*, by: AccountId, system: str) -> tuple[PersonKey, ...]:
    """Return the keys of all persons, merged ones once. It opens nobody's record."""
    with (
        access.open_run(by=by, purpose="statement_run", fields=("name",), system=system),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT statements_everyone()")
        return tuple(PersonKey(key) for (key,) in cursor.fetchall())


def families(members: Sequence[PersonKey]) -> dict[PersonKey, tuple[PersonKey, ...]]:
    """Return all keys of each of these persons; inside a yearly run only, the database insists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT member, keys FROM statements_families(%s)", [list(members)])
        return {PersonKey(member): tuple(map(PersonKey, keys)) for member, keys in cursor.fetchall()}
