"""What an overview tells, as frozen facts: `statements.records` without the months."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, MonthStatus
from provident.statements.records import PRESSING, Agency, Amounts, Gap, Person, Spell, Standing

_BRANCHES = {branch.value: branch for branch in Branch}
Sums = tuple[int, ...] | None  # base, employee, employer, account, fund; None where nothing stands


@dataclass(frozen=True, slots=True)
class YearSum:
    """One branch's year: how many months have which status, and what was declared and paid."""

    branch: Branch
    year: int
    counts: dict[MonthStatus, int]  # those that occur
    declared: Amounts | None  # None if nothing was
    paid: Amounts | None

    def count(self, status: MonthStatus) -> int:
        """Return how many of the months have this status."""
        return self.counts.get(status, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """What came of one kind in some years: where `stands` is false nothing did, else five legs."""

    stands: npt.NDArray[np.bool_]
    legs: npt.NDArray[np.int64]

    def at(self, place: int) -> Sums:
        """Return the legs of one year."""
        return tuple(self.legs[place].tolist()) if self.stands[place] else None


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """The years of all branches side by side, by branch and oldest first: a life has hundreds.

    `counts` has a column for each status in the order of PRESSING: how many months have it.
    """

    branch: npt.NDArray[np.int64]
    year: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    declared: Stated
    paid: Stated
    currency: str

    def __len__(self) -> int:
        return len(self.year)

    def __iter__(self) -> Iterator[YearSum]:
        return map(self._one, range(len(self)))

    def of(self, branch: Branch) -> tuple[YearSum, ...]:
        """Return the years of one branch, oldest first."""
        return tuple(map(self._one, np.flatnonzero(self.branch == branch).tolist()))

    def _one(self, at: int) -> YearSum:
        counted = zip(PRESSING, self.counts[at].tolist(), strict=True)
        return YearSum(
            _BRANCHES[int(self.branch[at])],
            int(self.year[at]),
            {status: count for status, count in counted if count},
            amounts(self.declared.at(at), self.currency),
            amounts(self.paid.at(at), self.currency),
        )


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
    years: Years
    standings: tuple[Standing, ...]
    accounts: tuple[AccountSum, ...]
    benefits: tuple[BenefitSum, ...]
    gaps: tuple[Gap, ...]
    missing_months: int  # in which something is missing in some branch
    spoken_years: tuple[int, ...]  # the years the record speaks of, latest first

    def calendar_years(self) -> tuple[int, ...]:
        """Return the years the record speaks of, latest first."""
        return self.spoken_years
