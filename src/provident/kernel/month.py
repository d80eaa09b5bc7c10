"""Months and spans of time. A month of contribution is a thing of its own, not a date."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from provident.kernel.refusals import EmptySpan, NotAMonth


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written 2026-03; `code` is 202603, as stored and hashed."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 2999):
            raise NotAMonth(text=f"{self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2026-03 or 202603."""
        found = re.fullmatch(r"(\d{4})-?(\d{2})", text.strip(), re.ASCII)
        if not found:
            raise NotAMonth(text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def from_code(cls, code: int) -> Self:
        """Read the stored form 202603."""
        return cls(code // 100, code % 100)

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the month a day falls in."""
        return cls(day.year, day.month)

    @property
    def code(self) -> int:
        """The stored and hashed form, year × 100 + month."""
        return self.year * 100 + self.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def plus(self, months: int) -> "Month":
        """Return the month that many months later (earlier if negative)."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def until(self, other: "Month") -> int:
        """Return how many months later `other` is."""
        return (other.year - self.year) * 12 + other.month - self.month

    def through(self, last: "Month") -> Iterator["Month"]:
        """Yield this month and those after it up to and including `last`."""
        month = self
        while month <= last:
            yield month
            month = month.plus(1)

    def first_day(self) -> dt.date:
        """Return the month's first day."""
        return dt.date(self.year, self.month, 1)

    def last_day(self) -> dt.date:
        """Return the month's last day."""
        return self.plus(1).first_day() - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from `since` to `until`, both included; `until=None` has no known end."""

    since: dt.date
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise EmptySpan(since=self.since, until=self.until)

    def __contains__(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "DateSpan") -> bool:
        """Say whether the two spans share a day."""
        return (other.until is None or self.since <= other.until) and (
            self.until is None or other.since <= self.until
        )
