"""An estimate, as frozen facts: what was asked of the law, what it said, what was left out of the count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from provident.kernel.keys import EmployerKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, EntryKind, MonthStatus
from provident.law.engine.plan import Node
from provident.law.engine.trace import Given, Trace

Years = Mapping[int, Given]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the record does not let count, month by month: nothing is filled in and nothing is averaged."""

    not_reported: tuple[Month, ...] = ()
    not_paid: tuple[Month, ...] = ()  # declared, and nothing paid
    part_paid: tuple[Month, ...] = ()
    interest_missing: tuple[int, ...] = ()  # years whose interest is not in the balance
    without_months: int = 0  # entries taken on as a sum; their months are not in the record

    def __bool__(self) -> bool:
        return bool(
            self.not_reported
            or self.not_paid
            or self.part_paid
            or self.interest_missing
            or self.without_months
        )


class EntryName(NamedTuple):
    """What a reader knows a ledger entry by."""

    branch: Branch
    kind: EntryKind
    month: Month | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a record gives to a calculation, by variable id; every value names its entries."""

    given: Mapping[str, Given] = field(default_factory=dict)
    series: Mapping[str, Years] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    entries: Mapping[str, EntryName] = field(default_factory=dict)  # by id, each that a value may name


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a calculation says of one record, as of a month."""

    calculation: str
    pack: str
    reference: str
    as_of: Month
    outputs: tuple[Node, ...]
    values: Mapping[str, int]  # by variable id
    refused: Mapping[str, Refusal]  # by variable id
    left_out: LeftOut
    entries: Mapping[str, EntryName]  # by id
    trace: Trace
    months_ahead: int = 0  # counted as paid, though they are yet to come


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The assumption of the forecast: every month from `since` on is paid like the last one paid."""

    like: Month  # the last month paid
    base: Money
    account: Money  # what a month adds to the account, by the share in force now
    since: Month


@dataclass(frozen=True, slots=True)
class Sum:
    """A monthly pension, or why it cannot be worked out."""

    pension: Money | None = None
    refused: Refusal | None = None
    too_few: bool = False  # refused because a pension needs more months
    reached: bool = False  # of a difference: too few months before, so this is the whole


@dataclass(frozen=True, slots=True)
class Choice:
    """A month in which to retire: the pension from what is on record today, and of somebody who goes on."""

    month: Month
    age_months: int
    standing: Sum
    going_on: Sum | None  # None: nobody has the person insured, so there is nothing to go on with


@dataclass(frozen=True, slots=True)
class Window:
    """When one may retire, and how many months a pension needs at the statutory month."""

    statutory: Month
    earliest: Month
    latest: Month
    months_needed: int


@dataclass(frozen=True, slots=True)
class Closing:
    """A gap of the pension, and what closing it would add to the monthly pension.

    `at_least`: the base is not known, and the least that may be declared was taken.
    """

    status: MonthStatus
    first: Month
    last: Month
    employer: EmployerKey
    base: Money | None  # of a month, where it is the same for all of them
    outstanding: Money | None
    at_least: bool
    worth: Sum

    @property
    def count(self) -> int:
        """How many months it covers."""
        return self.first.until(self.last) + 1


@dataclass(frozen=True, slots=True)
class InterestClosing:
    """Years whose interest is not in the account: how much of it the law gives, and what it would add."""

    years: tuple[int, ...]
    interest: Money
    unknown: tuple[int, ...]  # years for which no rate is known
    worth: Sum


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a record comes to as a pension: now, at the statutory age, and around it.

    Amounts are those of `amounts_of`: what will be published later, nobody knows today.
    """

    as_of: Month
    amounts_of: Month
    category: str
    months_paid: int
    months_without: int  # between the first month and the last, in which nobody had the person insured
    balance: Money | None
    drawing: tuple[Month, Money] | None = None  # the last payment of a pension already drawn
    window: Window | None = None
    refused: Refusal | None = None  # why there is no window
    assumed: GoingOn | None = None
    months_ahead: int = 0  # that going on adds until the statutory month
    choices: tuple[Choice, ...] = ()  # every month one may still choose
    statutory_age: int = 0  # in months
    statutory: Choice | None = None  # None: that month is past
    valued_in: Month | None = None  # the month for which gaps are valued; None: the window is over
    closings: tuple[Closing, ...] = ()
    interest: InterestClosing | None = None
    all_closed: Sum | None = None  # what closing everything would add; None if there is nothing to close
