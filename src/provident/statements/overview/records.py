"""What an overview tells, as frozen facts: `statements.records` without the months."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, MonthStatus
from provident.statements.records import Agency, Amounts, Gap, Person, Spell, Standing

Sums = tuple[int, ...] | None  # base, employee, employer, account, fund; None where nothing stands


class YearSum(NamedTuple):  # a life has hundreds of them, and a frozen dataclass takes three times as long
    """One branch's year: how many months have which status, and what was declared and paid."""

    branch: Branch
    year: int
    counts: dict[MonthStatus, int]  # those that occur
    sums: tuple[Sums, Sums]  # declared, paid
    currency: str

    def count(self, status: MonthStatus) -> int:
        """Return how many of the months have this status."""
        return self.counts.get(status, 0)

    @property
    def declared(self) -> Amounts | None:
        """The year's declared sums; None if nothing was declared."""
        return amounts(self.sums[0], self.currency)

    @property
    def paid(self) -> Amounts | None:
        """The year's paid sums; None if nothing was paid."""
        return amounts(self.sums[1], self.currency)


def amounts(sums: Sums, currency: str) -> Amounts | None:
    """Return sums as amounts of money."""
    return None if sums is None else Amounts(*(Money(minor, currency) for minor in sums))


@dataclass(frozen=True, slots=True)
class AccountSum:
    """An individual account: what it holds, and the closed years whose interest is not in it."""

    branch: Branch
    balance: Money
    interest_missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BenefitSum:
    """A year's payments to the person from one branch."""

    branch: Branch
    year: int
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the whole record says about a person at one glance, as known at the look."""

    agency: Agency
    person: Person
    as_of: Month
    known_on: dt.datetime
    pack_version: str
    spells: tuple[Spell, ...]
    years: tuple[YearSum, ...]  # one per branch and year, oldest first
    standings: tuple[Standing, ...]
    accounts: tuple[AccountSum, ...]
    benefits: tuple[BenefitSum, ...]
    gaps: tuple[Gap, ...]
    missing_months: int  # in which something is missing in some branch
    spoken_years: tuple[int, ...]  # the years the record speaks of, latest first

    def calendar_years(self) -> tuple[int, ...]:
        """Return the years the record speaks of, latest first."""
        return self.spoken_years
