"""The one source of the present moment, so that a test or a replay can stand still."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in UTC."""
        return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """A clock that stands at one moment."""

    at: dt.datetime

    def now(self) -> dt.datetime:
        """Return the moment the clock stands at."""
        return self.at


def legal_day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Return the day a moment falls on in the installation's legal time zone."""
    return moment.astimezone(zone).date()


def end_of_legal_day(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the last microsecond of a legal day: what a bare date in a question means."""
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return after.astimezone(dt.UTC) - dt.timedelta(microseconds=1)
