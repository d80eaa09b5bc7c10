"""Which days are worked. Every answer is exact; a year whose notice was not read is refused."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass

from provident.law.refusals import CalendarNotCovered, DeadlineRecurs
from provident.law.sources import Sourced

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's notice: days off beyond weekends, and weekend days that are worked."""

    rest_days: frozenset[dt.date]
    work_days: frozenset[dt.date]
    source: Sourced


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A country's working days, as far as its notices were read."""

    pack: str
    years: Mapping[int, CalendarYear]

    def is_working_day(self, day: dt.date) -> bool:
        """Say whether a day is worked; refused for a year whose notice was not read."""
        year = self.years.get(day.year)
        if year is None:
            raise CalendarNotCovered(year=day.year, pack=self.pack)
        return day in year.work_days or (day.weekday() < 5 and day not in year.rest_days)

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """Return the count-th working day after a day, which itself is not counted; 0 is the day itself."""
        if count < 0:
            raise ValueError(f"{count} working days cannot be added")
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def working_days(self, after: dt.date, until: dt.date) -> int:
        """Return how many working days there are after a day, up to and with another."""
        span = (until - after).days
        return sum(self.is_working_day(after + _DAY * one) for one in range(1, span + 1))

    def last_day(self, start: dt.date, value: int, unit: str) -> dt.date:
        """Return the last day of a time that counts from a day; refused for a duty that recurs.

        The starting day is not counted. Months and years end on the day of the same number, or
        on the last day of a month that has none.
        """
        match unit:
            case "working_day":
                return self.add_working_days(start, value)
            case "calendar_day":
                return start + _DAY * value
            case "month":
                return _months_later(start, value)
            case "year":
                return _months_later(start, value * 12)
        raise DeadlineRecurs(unit=unit)


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
