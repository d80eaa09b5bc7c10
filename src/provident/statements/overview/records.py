"""What an overview tells, as frozen facts: `statements.records` without the months."""

import datetime as dt
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.statements.records import Agency, Amounts, Gap, Person, Spell, Standing

Sums = tuple[int, ...] | None  # base, employee, employer, account, fund; None where nothing stands


class YearSum(NamedTuple):  # a life has hundreds of them, and a frozen dataclass takes three times as long
    """One branch's year: how many months have each status, in the order of PRESSING."""

    branch: Branch
    year: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """What came of one kind in some years: where `stands` is false nothing did, else five legs."""

    stands: npt.NDArray[np.bool_]
    legs: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        _shut(self.stands, self.legs)


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

    def __post_init__(self) -> None:
        _shut(self.branch, self.year, self.counts)

    def of(self, branch: Branch) -> tuple[YearSum, ...]:
        """Return the years of one branch, oldest first."""
        places = np.flatnonzero(self.branch == branch)
        counts = map(tuple, self.counts[places].tolist())
        return tuple(map(YearSum, repeat(branch), self.year[places].tolist(), counts))


def _shut(*arrays: npt.NDArray[Any]) -> None:
    """Let nobody write into what several pages read."""
    for one in arrays:
        one.setflags(write=False)


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
