"""What is known of each month of a person: unknown, absent and zero are three different answers.

A month has an answer for each employer that enrolled the person or filed something for it. What
entries say stands, also outside any enrolment (old records taken on); inside one, silence is *not yet
due* until the last day to declare has passed and *not reported* after it; outside, *not insured*.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from provident import law
from provident.filings.records import Enrolment, Legs, MonthFacts
from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus
from provident.ledger.records import Legs as LedgerLegs
from provident.ledger.records import RecordYear


class Place(NamedTuple):
    """One branch, month and employer (0: none)."""

    branch: Branch
    month: Month
    employer: EmployerKey


@dataclass(frozen=True, slots=True)
class Grade:
    """How well a month's standing contributions are evidenced, and whether law could check them."""

    evidence: Evidence
    checked: Checked


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a person's months are told from."""

    enrolments: tuple[Enrolment, ...]
    years: tuple[RecordYear, ...]
    grades: dict[Place, Grade]
    today: dt.date  # in the agency's legal zone
    as_of: Month


_UNGRADED = Grade(Evidence.NONE, Checked.NOT_APPLICABLE)


def months(known: Known) -> tuple[MonthFacts, ...]:
    """Return what is known of every month, by branch, month and employer, up to `as_of`."""
    declared = _stated(known.years, EntryKind.DECLARED)
    paid = _stated(known.years, EntryKind.PAID)
    insured = _insured(known)
    facts = defaultdict(list)
    for place in sorted({*declared, *paid, *insured}):
        if place.month <= known.as_of:
            fact = _fact(known, place, (declared.get(place), paid.get(place)), insured.get(place))
            facts[place.branch, place.month].append(fact)
    return tuple(_with_gaps(facts, known.as_of))


def _stated(years: Iterable[RecordYear], kind: EntryKind) -> dict[Place, Legs]:
    """Return what stands of one kind."""
    return {
        Place(branch, Month(year.year, number), year.employer): _legs(legs)
        for year in years
        if year.year
        for branch in year.branches()
        for number, legs in enumerate(year.months(branch, kind), 1)
        if legs is not None
    }


def _legs(legs: LedgerLegs) -> Legs:
    return Legs(legs.base, legs.employee, legs.employer, legs.account, legs.fund)


def _insured(known: Known) -> dict[Place, int]:
    """Return the region of every enrolled month."""
    found = {}
    for spell in known.enrolments:
        last = known.as_of if spell.until is None else min(spell.until, known.as_of)
        for month in spell.since.through(last):
            for branch in spell.branches:
                found[Place(branch, month, spell.employer)] = spell.region
    return found


def _fact(
    known: Known, place: Place, stated: tuple[Legs | None, Legs | None], region: int | None
) -> MonthFacts:
    declared, paid = stated
    due = None
    if declared is None and paid is None and region is not None:
        due = _due(region, place.month)
        status = _silence(place.month, due, known.today)
    else:
        status = status_of(declared, paid)
    grade = known.grades.get(place, _UNGRADED)
    return MonthFacts(
        branch=place.branch,
        month=place.month,
        employer=place.employer or None,
        status=status,
        declared=declared,
        paid=paid,
        due=due,
        evidence=grade.evidence,
        checked=grade.checked,
    )


@cache
def _due(region: int, month: Month) -> dt.date | None:
    return law.book().filing_due(region, month)


def silence(region: int, month: Month, today: dt.date) -> MonthStatus:
    """Say what an enrolled month without entries is, in a place."""
    return _silence(month, _due(region, month), today)


def _silence(month: Month, due: dt.date | None, today: dt.date) -> MonthStatus:
    """Say what an enrolled month without entries is; where no last day is known, its own end counts."""
    return MonthStatus.NOT_YET_DUE if today <= (due or month.last_day()) else MonthStatus.NOT_REPORTED


def status_of(declared: Legs | None, paid: Legs | None) -> MonthStatus:
    """Say what a month with entries is."""
    if declared is None or (paid is not None and paid.total >= declared.total):
        stated = declared or paid
        nothing = stated is not None and stated.base == 0 and stated.total == 0
        return MonthStatus.ZERO if nothing else MonthStatus.PAID
    if declared.total == 0:
        # Nothing is owed on it: a reported zero, or a base on which the law asks for nothing.
        return MonthStatus.ZERO if declared.base == 0 else MonthStatus.PAID
    return MonthStatus.PART_PAID if paid is not None and paid.total > 0 else MonthStatus.DECLARED


def _with_gaps(facts: dict[tuple[Branch, Month], list[MonthFacts]], as_of: Month) -> Iterator[MonthFacts]:
    """Yield the facts, and *not insured* for the months between them and up to `as_of`."""
    for branch in Branch:
        known = [month for known_branch, month in facts if known_branch is branch]
        if known:
            for month in min(known).through(as_of):
                nobody = MonthFacts(branch, month, None, MonthStatus.NOT_INSURED, None, None)
                yield from facts.get((branch, month), [nobody])
