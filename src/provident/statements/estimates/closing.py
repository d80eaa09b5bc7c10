"""What would close each gap of a pension, and what it is worth: the difference the law makes of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from provident.filings.records import MonthFacts
from provident.kernel.keys import EmployerKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, EntryKind, MonthStatus, Scheme
from provident.law.engine.one import One
from provident.law.engine.trace import Given
from provident.statements.estimates.facts import interest_missing
from provident.statements.estimates.forecasting import SPACE, Case, More, together
from provident.statements.estimates.records import Closing, InterestClosing, Sum
from provident.statements.records import INCOMPLETE

#: The pension if something is added to the record.
Worth = Callable[[More], Sum]


@dataclass(frozen=True, slots=True)
class Filled:
    """A gap as it would be closed: what that adds, or why nobody can say."""

    status: MonthStatus
    months: tuple[MonthFacts, ...]
    bases: tuple[Money, ...]
    more: More
    refused: Refusal | None = None


def fill(case: Case) -> tuple[Filled, ...]:
    """Return the record's gaps of the pension, each with what closing it adds."""
    return tuple(_filled(case, run) for run in _runs(case.read.facts))


def closings(case: Case, filled: tuple[Filled, ...], worth: Worth) -> tuple[Closing, ...]:
    """Return each gap with what closing it alone would add to the pension."""
    before = worth(More())
    return tuple(_closing(one, difference(before, one, worth), case) for one in filled)


def difference(before: Sum, filled: Filled, worth: Worth) -> Sum:
    """Return what an addition is worth; the first refusal met says why it is not known."""
    return Sum(refused=filled.refused) if filled.refused else gained(before, worth(filled.more))


def gained(before: Sum, after: Sum) -> Sum:
    """Return the difference of two pensions, or why there is none.

    Where the months were too few before and are not any more, the whole pension is gained.
    """
    if before.too_few and after.pension is not None:
        return Sum(after.pension, reached=True)
    if before.pension is None or after.pension is None:
        return Sum(refused=before.refused or after.refused)
    return Sum(after.pension - before.pension)


def _runs(facts: tuple[MonthFacts, ...]) -> Iterator[tuple[MonthFacts, ...]]:
    """Yield months in a row that lack the same thing with the same employer, in order of time."""
    running: dict[tuple[EmployerKey | None, MonthStatus], list[MonthFacts]] = {}
    found: list[list[MonthFacts]] = []
    for fact in sorted(facts, key=lambda one: one.month):
        if fact.status not in INCOMPLETE:
            continue
        run = running.get((fact.employer, fact.status))
        if run is not None and run[-1].month.plus(1) == fact.month:
            run.append(fact)
        else:
            running[fact.employer, fact.status] = run = [fact]
            found.append(run)
    yield from map(tuple, found)


def _filled(case: Case, run: tuple[MonthFacts, ...]) -> Filled:
    bases: list[Money] = []
    more: list[More] = []
    try:
        for fact in run:
            base, account = _month(case, fact)
            year = fact.month.year
            counted = 0 if fact.month in case.paid else 1
            bases.append(base)
            more.append(More({year: counted}, {year: base.minor}, account.minor))
    except Refusal as refusal:
        return Filled(run[0].status, run, (), More(), refusal)
    return Filled(run[0].status, run, tuple(bases), together(more))


def _month(case: Case, fact: MonthFacts) -> tuple[Money, Money]:
    """Return base and missing account share of a month: as declared, else the least there may be."""
    if fact.declared is not None:
        held = fact.paid.account if fact.paid else 0
        return (
            Money(fact.declared.base, case.currency),
            Money(fact.declared.account - held, case.currency),
        )
    scheme = _scheme(case, fact)
    base = case.least_base(scheme, fact.month)
    return base, case.credited(base, scheme, fact.month)


def _scheme(case: Case, fact: MonthFacts) -> Scheme:
    spells = (
        one.scheme for one in case.read.enrolments
        if Branch.PENSION in one.branches and one.employer == fact.employer
        and one.since <= fact.month and (one.until is None or fact.month <= one.until)
    )  # fmt: skip
    return next(spells, Scheme.EMPLOYEES)


def _closing(filled: Filled, worth: Sum, case: Case) -> Closing:
    owed = [
        one.declared.total - (one.paid.total if one.paid else 0)
        for one in filled.months
        if one.declared is not None
    ]
    same = len(set(filled.bases)) == 1
    return Closing(
        status=filled.status,
        first=filled.months[0].month,
        last=filled.months[-1].month,
        employer=filled.months[0].employer or EmployerKey(0),
        base=filled.bases[0] if same else None,
        outstanding=Money(sum(owed), case.currency) if owed else None,
        at_least=filled.status is MonthStatus.NOT_REPORTED,
        worth=worth,
    )


def interest(case: Case) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """Return the years that lack interest, how much the law gives for those it knows, and the others.

    Only the balance brought forward is counted, as the law we have read says how; of what was paid
    within a year it is not known, so the sum is the least.
    """
    years = interest_missing(case.read)
    found, unknown = 0, []
    for year in years:
        try:
            found += _of_year(case, year)
        except Refusal:
            unknown.append(year)
    return years, found, tuple(unknown)


def _of_year(case: Case, year: int) -> int:
    held = sum(
        one.legs.account
        for one in case.read.entries
        if one.kind is not EntryKind.DECLARED and (one.month.year if one.month else one.posted_at.year) < year
    )
    if held <= 0:
        return 0
    given = {
        f"{SPACE}region": Given(case.region, "ledger"),
        f"{SPACE}account_since": Given(year, "option"),
        f"{SPACE}account_until": Given(year, "option"),
        f"{SPACE}opening_balance": Given(held, "ledger"),
    }
    one = One(case.law, "cn.pension.account", given, {f"{SPACE}credited": {year: Given(0, "option")}})
    return one.value(case.law.node(f"{SPACE}closing_balance")) - held


def interest_closing(case: Case, worth: Worth) -> InterestClosing | None:
    """Return the missing interest and what crediting it would add; None if none is missing."""
    years, found, unknown = interest(case)
    if not years:
        return None
    added = gained(worth(More()), worth(More(account=found))) if found else Sum()
    return InterestClosing(years, Money(found, case.currency), unknown, added)


def months_between(facts: tuple[MonthFacts, ...], last: Month) -> int:
    """Return how many months up to the last one nobody had the person insured, after the first month."""
    return len({one.month for one in facts if one.status is MonthStatus.NOT_INSURED and one.month <= last})
