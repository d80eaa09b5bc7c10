"""What a person is told, as frozen facts: the contract between the assembling query and every renderer.

PersonRecord
├── agency: Agency                 whose record this is
├── person: Person                 name, masked number, record reference
├── spells: Spell…                 enrolments: who insured the person, in which branches, from when to when
├── years: BranchYear…             one per branch and year, oldest first, months up to as_of
│   └── months: MonthLine…         one month of one branch; its status is the most pressing of its parts
│       └── parts: MonthPart…      what one employer declared and paid for that month
├── standings: Standing…           per branch: how many months are paid, from when to when
├── accounts: Account…             individual accounts: movements, balance, interest year by year
│   ├── movements: Movement…
│   └── interest: InterestYear…
├── benefits: Benefit…             what was paid out to the person
├── gaps: Gap…                     what is missing: not reported, not paid, part paid
└── disputes: Dispute…             months that somebody has said are wrong, not decided yet

Absent is None, never zero: `declared is None` means nothing was declared; a declared zero is Amounts
of zero. All money is in the installation's currency.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus, Scheme


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency that keeps the record."""

    name_en: str
    name_zh: str
    region: int
    currency: str
    zone: str  # the legal time zone, e.g. Asia/Shanghai
    sample: bool = False  # the region is fictional: every rendering says so


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the record is about; the number is already masked."""

    name: str
    number: str  # masked, e.g. 990000********1234; empty if the person has no number on record
    number_kind: str  # identity's word for the kind of number, e.g. resident_id
    reference: str  # the record reference, which carries no identifier
    forgotten_on: dt.date | None = None  # the name and all that identified the person were erased by decision


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer by its current name and its unified social credit code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Spell:
    """One enrolment; `until` is the last insured month, None while it is open."""

    employer: Employer | None
    branches: tuple[Branch, ...]
    scheme: Scheme
    region: int
    since: Month
    until: Month | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The legs of declared or paid contributions; account + fund = employee + employer."""

    base: Money
    employee: Money
    employer: Money
    account: Money  # credited to the individual account
    fund: Money  # to the pooled fund

    @property
    def total(self) -> Money:
        """What employee and employer owe or paid together."""
        return self.employee + self.employer

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.base + other.base,
            self.employee + other.employee,
            self.employer + other.employer,
            self.account + other.account,
            self.fund + other.fund,
        )


@dataclass(frozen=True, slots=True)
class MonthPart:
    """One employer's part of a month (employer None: insured without one, or not insured)."""

    employer: Employer | None
    status: MonthStatus
    declared: Amounts | None
    paid: Amounts | None
    evidence: Evidence  # the weakest grade among the entries of this part
    checked: Checked
    due: dt.date | None = None  # the last day to declare, where the law we know names one

    @property
    def stated(self) -> Amounts | None:
        """What is said to be owed: as declared, or as paid for months taken on as paid."""
        return self.paid if self.declared is None else self.declared


# Which of several parts speaks for the month: what needs someone to act comes first.
PRESSING = (
    MonthStatus.NOT_REPORTED,
    MonthStatus.PART_PAID,
    MonthStatus.DECLARED,
    MonthStatus.NOT_YET_DUE,
    MonthStatus.PAID,
    MonthStatus.ZERO,
    MonthStatus.NOT_INSURED,
)


def most_pressing(statuses: Iterator[MonthStatus]) -> MonthStatus:
    """Return the status that speaks for all; not insured if there is none."""
    return min(statuses, key=PRESSING.index, default=MonthStatus.NOT_INSURED)


def _total(amounts: list[Amounts]) -> Amounts | None:
    if not amounts:
        return None
    whole = amounts[0]
    for more in amounts[1:]:
        whole = whole + more
    return whole


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of one branch."""

    month: Month
    parts: tuple[MonthPart, ...]

    @property
    def status(self) -> MonthStatus:
        """The most pressing status among the parts; not insured without any."""
        return most_pressing(part.status for part in self.parts)

    @property
    def evidence(self) -> Evidence:
        """The weakest grade of evidence among the parts."""
        return max((part.evidence for part in self.parts), default=Evidence.NONE)

    @property
    def declared(self) -> Amounts | None:
        """What all employers declared together; None if none declared."""
        return _total([part.declared for part in self.parts if part.declared is not None])

    @property
    def stated(self) -> Amounts | None:
        """What is said to be owed by all together, see MonthPart.stated; None if nothing is."""
        return _total([part.stated for part in self.parts if part.stated is not None])

    @property
    def paid(self) -> Amounts | None:
        """What was paid by all together; None if nothing was."""
        return _total([part.paid for part in self.parts if part.paid is not None])


@dataclass(frozen=True, slots=True)
class BranchYear:
    """The months of one branch in one year: January first, twelve unless `as_of` cuts it short."""

    branch: Branch
    year: int
    months: tuple[MonthLine, ...]

    @property
    def declared(self) -> Amounts | None:
        """The year's declared sums; None if nothing was declared."""
        return _total([line.declared for line in self.months if line.declared is not None])

    @property
    def stated(self) -> Amounts | None:
        """The year's sums of what is said to be owed; None if nothing is."""
        return _total([line.stated for line in self.months if line.stated is not None])

    @property
    def paid(self) -> Amounts | None:
        """The year's paid sums; None if nothing was paid."""
        return _total([line.paid for line in self.months if line.paid is not None])

    def count(self, status: MonthStatus) -> int:
        """Return how many of the months have this status."""
        return sum(line.status is status for line in self.months)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a branch's contributions come to over the whole record."""

    branch: Branch
    months_paid: int  # months with status paid; part paid ones are not counted
    first: Month | None
    last: Month | None
    paid: Amounts | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of an individual account; contributions are summed by year."""

    year: int
    month: Month | None  # None for a year's contributions summed
    kind: EntryKind
    amount: Money  # what the account grew by; negative if it shrank
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class InterestYear:
    """One year's interest: the rate if it is known, the amount if it is credited."""

    year: int
    rate: Rate | None
    credited: Money | None


@dataclass(frozen=True, slots=True)
class Account:
    """An individual account of one branch; declared but unpaid amounts are not in it."""

    branch: Branch
    movements: tuple[Movement, ...]  # oldest first
    interest: tuple[InterestYear, ...]  # every closed year in which the account held money
    balance: Money  # the sum of all movements

    def at_end_of(self, year: int) -> Money:
        """Return the balance at the end of that year."""
        total = Money(0, self.balance.currency)
        for movement in self.movements:
            if movement.year <= year:
                total = total + movement.amount
        return total

    def interest_missing(self) -> tuple[InterestYear, ...]:
        """Return the years whose interest is not in the balance."""
        return tuple(year for year in self.interest if year.credited is None)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A payment to the person."""

    branch: Branch
    month: Month
    amount: Money
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Gap:
    """Months in a row that lack something: status not reported, declared or part paid."""

    branch: Branch
    employer: Employer | None
    status: MonthStatus
    first: Month
    last: Month
    outstanding: Money | None  # declared and not paid; None where nothing was declared

    @property
    def count(self) -> int:
        """How many months it covers."""
        return self.first.until(self.last) + 1


# The statuses that leave something to be done by someone.
INCOMPLETE = (MonthStatus.NOT_REPORTED, MonthStatus.DECLARED, MonthStatus.PART_PAID)


def find_gaps(years: tuple[BranchYear, ...]) -> tuple[Gap, ...]:
    """Return what is missing in these years, months in a row as one gap, in order of time."""
    found: list[Gap] = []
    running: dict[tuple[Branch, Employer | None, MonthStatus], int] = {}
    for one in sorted(years, key=lambda year: (year.branch, year.year)):
        for line in one.months:
            for part in line.parts:
                if part.status not in INCOMPLETE:
                    continue
                key = (one.branch, part.employer, part.status)
                at = running.get(key)
                if at is not None and found[at].last.until(line.month) <= 1:
                    found[at] = _longer(found[at], line.month, _outstanding(part))
                else:
                    running[key] = len(found)
                    found.append(Gap(*key, line.month, line.month, _outstanding(part)))
    return tuple(sorted(found, key=lambda gap: (gap.first, gap.branch)))


def _outstanding(part: MonthPart) -> Money | None:
    if part.declared is None:
        return None
    return part.declared.total - part.paid.total if part.paid else part.declared.total


def _longer(gap: Gap, month: Month, more: Money | None) -> Gap:
    outstanding = (
        gap.outstanding if more is None else more if gap.outstanding is None else gap.outstanding + more
    )
    return Gap(gap.branch, gap.employer, gap.status, gap.first, month, outstanding)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A month, in one branch or in all, that an open request calls wrong; `request` is its receipt number."""

    branch: Branch | None
    month: Month
    request: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything one person is told, as of a month and as known on a moment."""

    agency: Agency
    person: Person
    as_of: Month
    known_on: dt.datetime  # aware, UTC
    pack_version: str
    spells: tuple[Spell, ...]
    years: tuple[BranchYear, ...]
    standings: tuple[Standing, ...]
    accounts: tuple[Account, ...]
    benefits: tuple[Benefit, ...]
    gaps: tuple[Gap, ...]
    disputes: tuple[Dispute, ...] = ()  # by month, where whoever asks is shown them

    def zone_info(self) -> ZoneInfo:
        """Return the agency's legal time zone."""
        return ZoneInfo(self.agency.zone)

    def of_year(self, year: int) -> tuple[BranchYear, ...]:
        """Return the branches of one year."""
        return tuple(one for one in self.years if one.year == year)

    def calendar_years(self) -> tuple[int, ...]:
        """Return the years the record speaks of, latest first."""
        spoken = {one.year for one in self.years} | {one.month.year for one in self.benefits}
        spoken |= {move.year for account in self.accounts for move in account.movements}
        return tuple(sorted(spoken, reverse=True))
