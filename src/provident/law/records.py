"""What crosses law's border: dated values with their source, and the answers of the Book."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from provident.kernel.citation import Citation
from provident.kernel.rate import Rate
from provident.kernel.rounding import Rounding
from provident.law.calendar.days import WorkCalendar
from provident.law.formulas.declared import Rules
from provident.law.sources import LawTitle, Sourced, Status, Title


class Unit(StrEnum):
    """What kind of number a parameter is."""

    SHARE = "share"  # between 0 and 1
    SHARE_PER_DAY = "share_per_day"
    MULTIPLE = "multiple"
    MONEY = "money"  # major units of the pack's currency, exact
    MONTHS = "months"
    DAY_OF_NEXT_MONTH = "day_of_next_month"  # 1 .. 28
    NUMBER = "number"  # a decimal number, exact
    FRACTION = "fraction"  # two whole numbers, such as 5/900
    WORD = "word"  # one of the parameter's words


@dataclass(frozen=True, slots=True)
class Region:
    """A place the pack covers. Its code is an administrative division code of six digits."""

    code: int
    title: Title
    currency: str
    zone: str
    fictional: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Entries by a whole-number key, in the order of the keys."""

    entries: tuple[tuple[int, Rate | int], ...]


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value with the days it is in force (`until=None`: no known end)."""

    since: dt.date
    until: dt.date | None
    text: str  # as the pack writes it
    value: Rate | int | Table  # money in minor units; a word as its place in the list
    source: Sourced


@dataclass(frozen=True, slots=True)
class KnownGap:
    """A time for which the pack says that it does not know, and why; stops the search upwards."""

    since: dt.date
    until: dt.date | None
    reason: Title


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the law: its timeline for the whole country, and those of places."""

    id: str
    title: Title
    unit: Unit
    note: str
    national: tuple[DatedValue | KnownGap, ...]
    places: Mapping[int, tuple[DatedValue | KnownGap, ...]]
    lookup: str = ""  # of a table: exact, or from (the entry of the largest key not above the one asked)
    words: tuple[str, ...] = ()
    keys: str = ""  # of a table: the variable whose words its keys stand for; empty: they are numbers
    file: str = ""  # within the pack


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time someone has to do something, as the law counts it."""

    id: str
    title: Title
    value: int
    unit: str  # calendar_day, working_day, month, year, per_month, per_year, per_year_min
    starts: str  # the event the time counts from; empty for a recurring duty
    source: Sourced
    yields_to: str  # id of the rule that prevails over this one; empty if none
    note: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of record is kept; `years=None` means for good."""

    kind: str
    title: Title
    years: int | None
    citation: Citation
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class ContributionRule:
    """What was in force for one region, branch, scheme and month; None means not known to us.

    Rates are shares of the contribution base. `account_rate` is the share of the base that is
    credited to the person's own account. Amounts are checked to the minor unit, rounded by
    `rounding`. `status` is the weakest status among the values found, None if none was found.
    """

    floor_minor: int | None
    ceiling_minor: int | None
    employee_rate: Rate | None
    employer_rate: Rate | None
    account_rate: Rate | None
    rounding: Rounding
    citations: tuple[Citation, ...]
    status: Status | None


@dataclass(frozen=True, slots=True)
class Pack:
    """A country's law as read from its folder."""

    id: str
    version: str
    title: Title
    currency: str
    zone: str
    regions: Mapping[int, Region]
    laws: Mapping[str, LawTitle]
    parameters: Mapping[str, Parameter]
    deadlines: Mapping[str, Deadline]
    retention: Mapping[str, Retention]
    rules: Rules = field(default_factory=Rules)
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar("", {}))
